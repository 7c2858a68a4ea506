import type { Language } from "#base/words";
import type { SetCounts } from "#examination/likeness";
import { pathText } from "./build-names.ts";
import { sayFilters } from "./words.ts";

/** What a build says of its perceptual fingerprints. */
interface LikenessSaid {
  counts: SetCounts;
  lists: { path: string; entries: number; rejected: number; firstAtBytes: number[] }[];
  fingerprinted: number;
  undecoded: number;
}

/** The lines a build prints of its perceptual fingerprints: each list, the inputs, what is listed, what is not and why. */
export function likenessLines(language: Language, { counts, lists, fingerprinted, undecoded }: LikenessSaid): string[] {
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
  return lines;
}

function listed({ pictures, videos, frames, benign, foreign }: SetCounts): Record<string, number> {
  return { pictures, videos, frames, benign, foreign };
}
