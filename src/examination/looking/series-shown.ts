import { type Language, number } from "#base/words";
import { type Report, shownText } from "#examination/evidence";
import { sayLooking } from "./words.ts";

/** Series shown on a screen; the report lists more. */
const SHOWN = 50;

/** What was compared by likeness, and the pictures on no list that are like each other. Texts of `rows` are foreign, made visible. */
export interface SeriesShown {
  title: string;
  lines: string[];
  /** One of each series, where it lies and how many there are: the largest first. */
  rows: { name: string; place: string; files: string }[];
}

/** @returns null where nothing was compared by likeness. */
export function seriesShown(language: Language, { likeness }: Pick<Report, "likeness">): SeriesShown | null {
  if (likeness === undefined) return null;
  const { compared, undecoded, ended, series, seriesFiles, seriesFirst } = likeness;
  const say = (key: Parameters<typeof sayLooking>[1], values: Record<string, number> = {}): string =>
    sayLooking(language, key, Object.fromEntries(Object.entries(values).map(([k, v]) => [k, number(language, v)])));
  const rows = seriesFirst.slice(0, SHOWN).map(({ place, files }) => {
    const names = place.split("/");
    const parents = names.slice(0, -1).join(" › ");
    return { name: shownText(names.at(-1) ?? ""), place: shownText(parents), files: number(language, files) };
  });
  return {
    title: say("series.title"),
    lines: [
      say("series.compared", { compared, undecoded }),
      ...(ended === "all" ? [] : [say("series.ended")]),
      ...(series > 0 ? [say("series.text", { files: seriesFiles, series })] : []),
      ...(series > rows.length ? [say("series.more", { count: series - rows.length })] : []),
    ],
    rows,
  };
}
