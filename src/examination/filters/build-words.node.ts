import type { Signer } from "#base/signing/node";
import { toHex } from "#base/values";
import {
  type EntryStandings,
  entryStandings,
  entryText,
  readEntry,
  type SaidWord,
  type WeighedEntry,
  weighedWords,
} from "#examination/likeness";
import { provenWords } from "#examination/likeness/node";
import { filtersFault } from "./faults.ts";
import { openFilter } from "./filter-open.node.ts";
import type { OpenPart } from "./filter-open-part.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";
import type { LikenessWish } from "./likeness-wish.ts";

/** Before every list's dates: the agency reads its own earlier releases, however old. */
const EVER_MS = 0;

/** What officers' words come to in a build. */
export interface BuiltWords {
  standings: EntryStandings;
  words: number;
  officers: number;
  /** All entries that were spoken of and of which something stands. */
  entries: WeighedEntry[];
  /** Those that the new release would have had, in the order in which it was asked. */
  met: Set<WeighedEntry>;
  isLeftOut(entry: WeighedEntry): boolean;
}

/**
 * Proves officers' words, finds the fingerprints they speak of in the earlier releases that are named, and weighs them.
 *
 * @param trust Agencies' public keys besides the agency's own.
 * @throws {Fault} filter/word-release, filter/word-entry, filter/words-conflict, filter/option, those of a filter that cannot be opened, and
 *   those of provenWords().
 */
export async function buildWords(
  wish: NonNullable<LikenessWish["words"]>,
  agency: Signer,
  nowMs: number,
): Promise<BuiltWords> {
  const trust = [agency.publicKey, ...wish.trust];
  const said = wish.files.flatMap((path) => provenWords(path, { trust, nowMs }));
  const entries = weighedWords(await resolved(said, wish.earlier, { agency, trust })).filter(
    ({ confirmed, withdrawn }) => confirmed.length + withdrawn.length > 0,
  );
  const decided = decisions(entries, wish.decide);
  const open = entries.filter((entry) => isDisputed(entry) && !decided.has(entry));
  if (open.length > 0) {
    const first = open.flatMap(({ named }) => named.map(entryText))[0] ?? "";
    const values = { entries: open.map(disputeText).join(" · "), first };
    throw filtersFault("filter/words-conflict", "Officers say different things of an entry", { values });
  }
  const met = new Set<WeighedEntry>();
  const isKept = (entry: WeighedEntry): boolean => decided.get(entry) === "confirmed";
  return {
    standings: entryStandings(entries, isKept, (entry) => met.add(entry)),
    words: said.length,
    officers: new Set(said.map(({ person }) => person.signPublic)).size,
    entries,
    met,
    isLeftOut: (entry) => entry.withdrawn.length > 0 && !isKept(entry),
  };
}

type Open = { part: OpenPart; digest: string };

/** Each word with the fingerprint that it speaks of. */
async function resolved(
  said: readonly SaidWord[],
  earlier: readonly string[],
  { agency, trust }: { agency: Signer; trust: readonly string[] },
): Promise<{ key: string; word: SaidWord }[]> {
  const unlocker = { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } };
  const opened: { close(): void }[] = [];
  const parts: Open[] = [];
  try {
    for (const path of earlier) {
      const { digest } = await verifyFilter(path, { trust, nowMs: EVER_MS });
      const filter = await openFilter(path, await unlockFilter(path, unlocker), EVER_MS);
      opened.push(filter);
      parts.push(...filter.parts.map((part) => ({ part, digest })));
    }
    return said.map((word) => ({ word, key: keyOf(word, partOf(word, parts)) }));
  } finally {
    for (const filter of opened) filter.close();
  }
}

/** The release that a word speaks of: its very file, else one of its name, as another edition of the same file has other recipients. */
function partOf(word: SaidWord, parts: readonly Open[]): OpenPart {
  const { set, release, list } = word;
  const named = parts.filter(({ part: { header } }) => header.name === set && header.release === release);
  const same = named.filter(({ digest }) => digest === list);
  const [found, ...others] = same.length > 0 ? same : named;
  const isOne = others.every(({ part }) => part.header.keyIds.release === found?.part.header.keyIds.release);
  if (found?.part.likeness && isOne) return found.part;
  const values = { set, release, name: word.person.name };
  throw filtersFault("filter/word-release", `The release ${set}, ${release} was not given, or twice`, { values });
}

function keyOf(word: SaidWord, { likeness }: OpenPart): string {
  const { set, release, kind, entry } = word;
  const hashes = likeness === null ? null : readEntry(likeness, kind, entry);
  if (hashes !== null) return toHex(hashes);
  const values = { set, release, entry, name: word.person.name };
  throw filtersFault("filter/word-entry", `${entryText(word)} is no entry`, { values });
}

function isDisputed({ confirmed, withdrawn }: WeighedEntry): boolean {
  return confirmed.length > 0 && withdrawn.length > 0;
}

/** `SET:RELEASE:12 (confirmed: A; withdrawn: B)`: what --decide takes, and between whom it is. */
function disputeText({ named, confirmed, withdrawn }: WeighedEntry): string {
  const names = (people: WeighedEntry["confirmed"]): string =>
    people.map(({ name, unit }) => `${name} (${unit})`).join(", ");
  return `${named.map(entryText).join(", ")} (confirmed: ${names(confirmed)}; withdrawn: ${names(withdrawn)})`;
}

/** What --decide says: `SET:RELEASE:12=confirmed` or `=withdrawn`, of entries that are disputed. */
function decisions(
  entries: readonly WeighedEntry[],
  decide: readonly string[],
): Map<WeighedEntry, "confirmed" | "withdrawn"> {
  const decided = new Map<WeighedEntry, "confirmed" | "withdrawn">();
  for (const text of decide) {
    const at = text.lastIndexOf("=");
    const [name, word] = [text.slice(0, at), text.slice(at + 1)];
    const entry = entries.find((one) => isDisputed(one) && one.named.some((named) => entryText(named) === name));
    if (entry === undefined || (word !== "confirmed" && word !== "withdrawn") || decided.has(entry)) {
      const values = { command: "build", option: "decide", value: text.slice(0, 200) };
      throw filtersFault("filter/option", `--decide cannot be ${text}`, { values });
    }
    decided.set(entry, word);
  }
  return decided;
}
