import type { Language } from "#base/words";
import { pathText } from "./build-names.ts";
import type { ListRole, ListsAbout } from "./list-section.ts";
import { sayFilters } from "./words.ts";

/** What a build says of foreign lists. */
interface ListsSaid {
  about: ListsAbout;
  lists: { path: string; name: string; release: string; role: ListRole; records: number }[];
  disputed: number;
  withoutDigest: number;
}

/** The lines a build prints of foreign lists: each of them, what is listed, what is not and why. */
export function listsLines(language: Language, { about, lists, disputed, withoutDigest }: ListsSaid): string[] {
  const lines = lists.map(({ path, records, name, release, role }) =>
    sayFilters(language, "lists.list", { path: pathText(Buffer.from(path)), name, release, role, records }),
  );
  lines.push(...aboutLines(language, about));
  if (disputed > 0) lines.push(`  ${sayFilters(language, "lists.disputed", { count: disputed })}`);
  if (withoutDigest > 0) lines.push(`  ${sayFilters(language, "lists.without-digest", { count: withoutDigest })}`);
  return lines;
}

/** What the header says of them. */
export function aboutLines(language: Language, { knownBad, knownGood, tagBits }: ListsAbout): string[] {
  const chance = ((knownBad.entries * knownBad.masks.length) / 2 ** tagBits).toExponential(1);
  const values = { bad: knownBad.entries, good: knownGood.entries, sizes: knownBad.sizes, chance };
  const lines = [sayFilters(language, "show.lists", values)];
  const digestAlone = knownBad.masks.includes(1);
  if (knownBad.masks.some((mask) => mask < 8)) lines.push(`  ${sayFilters(language, "show.lists-unsized")}`);
  if (digestAlone) lines.push(`  ${sayFilters(language, "show.lists-md5")}`);
  return lines;
}
