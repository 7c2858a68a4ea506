import { fromHex, toHex } from "#base/values";
import type { EntryClaim, EntryWordReason, NamedEntry } from "./entry-word.ts";
import { hashTable } from "./hash-table.ts";
import type { EntryStandings } from "./set-collector.ts";

/** Who said something. */
export interface Person {
  name: string;
  unit: string;
  signPublic: string;
}

/** A word that is believed. */
export interface SaidWord extends EntryClaim {
  person: Person;
  signature: string;
}

/** What stands of all that was said of one fingerprint: the last word of each person. */
export interface WeighedEntry {
  /** The fingerprint, hexadecimal: of a video that of its frames, one after another. Never said to anybody. */
  key: string;
  kind: NamedEntry["kind"];
  /** Under which numbers it was spoken of, in order of release and number. */
  named: NamedEntry[];
  confirmed: Person[];
  withdrawn: Person[];
  /** Of those who withdrew it, each once. */
  reasons: EntryWordReason[];
}

/**
 * Weighs words. Of one person the last counts, by the time that the word states; "undone" takes it back. Words under different numbers of
 * different releases are of one entry where their fingerprint is the same.
 *
 * Keys are one person where the key is the same, or name and unit are: of one who was certified twice, and of two of the same name in one unit,
 * rather too few are counted than too many.
 */
export function weighedWords(words: readonly { key: string; word: SaidWord }[]): WeighedEntry[] {
  const personOf = samePersons(words.map(({ word }) => word.person));
  const inOrder = [...words].sort(
    (a, b) => compare(a.word.at, b.word.at) || compare(a.word.signature, b.word.signature),
  );
  const last = new Map<string, Map<string, SaidWord>>();
  const named = new Map<string, Map<string, NamedEntry>>();
  for (const { key, word } of inOrder) {
    const { set, release, kind, entry } = word;
    const of = `${kind} ${key}`;
    last.set(of, (last.get(of) ?? new Map()).set(personOf(word.person), word));
    named.set(of, (named.get(of) ?? new Map()).set(entryText(word), { set, release, kind, entry }));
  }
  return [...last].map(([of, said]) => {
    const standing = [...said.values()];
    const by = (wanted: SaidWord["word"]): SaidWord[] => standing.filter(({ word }) => word === wanted);
    return {
      key: of.slice(of.indexOf(" ") + 1),
      kind: of.startsWith("video ") ? "video" : "picture",
      named: [...(named.get(of)?.values() ?? [])].sort((a, b) => compare(entryText(a), entryText(b))),
      confirmed: by("confirmed").map(({ person }) => person),
      withdrawn: by("withdrawn").map(({ person }) => person),
      reasons: [...new Set(by("withdrawn").map(({ reason }) => reason))],
    };
  });
}

/** An entry in one text: `SET:RELEASE:12`, a video `SET:RELEASE:v12`. */
export function entryText({ set, release, kind, entry }: NamedEntry): string {
  return `${set}:${release}:${kind === "video" ? "v" : ""}${entry}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names a person by the first key that is joined to it, by the same key or the same name and unit. */
function samePersons(people: readonly Person[]): (person: Person) => string {
  const joined = new Map<string, string>();
  const root = (name: string): string => {
    let at = name;
    for (let next = joined.get(at); next !== undefined; next = joined.get(at)) at = next;
    return at;
  };
  const namesOf = ({ name, unit, signPublic }: Person): [key: string, name: string] => {
    return [
      `key ${signPublic}`,
      `name ${JSON.stringify([name.normalize("NFC").toLowerCase(), unit.normalize("NFC").toLowerCase()])}`,
    ];
  };
  for (const person of people) {
    const [a, b] = namesOf(person).map(root);
    if (a !== undefined && b !== undefined && a !== b) joined.set(b, a);
  }
  return (person) => root(namesOf(person)[0]);
}

/**
 * What words come to for a set. An entry that was withdrawn is left out, unless `isKept` says that it stays; then it keeps who confirmed it.
 *
 * @param onMet Called for each entry that the set has, however often.
 */
export function entryStandings(
  entries: readonly WeighedEntry[],
  isKept: (entry: WeighedEntry) => boolean,
  onMet: (entry: WeighedEntry) => void,
): EntryStandings {
  const pictures = entries.filter(({ kind }) => kind === "picture");
  const table = hashTable();
  for (const { key } of pictures) table.add(fromHex(key));
  const videos = new Map(entries.filter(({ kind }) => kind === "video").map((entry) => [entry.key, entry]));
  const found = (kind: NamedEntry["kind"], hashes: Uint8Array): WeighedEntry | undefined => {
    if (kind === "video") return videos.size === 0 ? undefined : videos.get(toHex(hashes));
    return pictures.length > 0 && table.has(hashes) ? pictures[table.add(hashes)] : undefined;
  };
  return {
    of: (kind, hashes) => {
      const entry = found(kind, hashes);
      if (entry === undefined) return null;
      onMet(entry);
      const { withdrawn, confirmed } = entry;
      return { withdrawn: withdrawn.length > 0 && !isKept(entry), officers: confirmed.length };
    },
  };
}
