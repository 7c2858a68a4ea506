import type { Language } from "#base/words";
import { entryText, reasonText, type SetCounts, type WeighedEntry } from "#examination/likeness";
import { pathText } from "./build-names.ts";
import { sayFilters } from "./words.ts";

/** What a build says of its perceptual fingerprints. */
interface LikenessSaid {
  counts: SetCounts;
  lists: { path: string; entries: number; rejected: number; firstAtBytes: number[] }[];
  fingerprinted: number;
  undecoded: number;
  words?: WordsSaid;
}

/** What officers' words came to. */
interface WordsSaid {
  words: number;
  officers: number;
  entries: readonly WeighedEntry[];
  met: ReadonlySet<WeighedEntry>;
  isLeftOut(entry: WeighedEntry): boolean;
}

/** The lines a build prints of its perceptual fingerprints: each list, the inputs, what is listed, what is not and why. */
export function likenessLines(language: Language, said: LikenessSaid): string[] {
  const { counts, lists, fingerprinted, undecoded, words } = said;
  const lines = lists.map(({ path, entries, rejected, firstAtBytes }) => {
    const values = { path: pathText(Buffer.from(path)), entries, rejected };
    if (rejected === 0) return sayFilters(language, "likeness.list", values);
    return sayFilters(language, "likeness.list-rejected", {
      ...values,
      at: firstAtBytes.slice(0, 5).join(", ") || "?",
    });
  });
  if (fingerprinted + undecoded > 0) {
    lines.push(sayFilters(language, "likeness.inputs", { fingerprinted, undecoded }));
  }
  lines.push(sayFilters(language, "show.likeness", listed(counts)));
  for (const why of ["withdrawn", "weak", "repeated"] as const) {
    if (counts[why] > 0) lines.push(`  ${sayFilters(language, `likeness.${why}`, { count: counts[why] })}`);
  }
  return words === undefined ? lines : [...lines, ...wordLines(language, words)];
}

/** Every entry that is left out, by whose word and why; how many are confirmed; what the words met nothing with. */
function wordLines(language: Language, { words, officers, entries, met, isLeftOut }: WordsSaid): string[] {
  const here = entries.filter((entry) => met.has(entry));
  const [out, kept] = [here.filter(isLeftOut), here.filter((entry) => !isLeftOut(entry))];
  const confirmed = kept.filter((entry) => entry.confirmed.length > 0);
  const counted = { words, officers, out: out.length, confirmed: confirmed.length };
  const absent = entries.length - here.length;
  return [
    sayFilters(language, "words.counted", counted),
    ...out.map(({ named, withdrawn, reasons }) => {
      const who = withdrawn.map(({ name, unit }) => `${name} (${unit})`).join(", ");
      const why = reasons.map((reason) => reasonText(language, reason)).join("; ");
      return `  ${sayFilters(language, "words.left-out", { entry: named.map(entryText).join(", "), who, why })}`;
    }),
    ...(absent > 0 ? [`  ${sayFilters(language, "words.absent", { count: absent })}`] : []),
  ];
}

function listed({ pictures, videos, frames, benign, foreign }: SetCounts): Record<string, number> {
  return { pictures, videos, frames, benign, foreign };
}
