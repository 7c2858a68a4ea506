import { type Language, momentText, number, size } from "#base/words";
import { alikeText, isolatedText, type Report, sayEvidence, shownText } from "#examination/evidence";
import type { FindingRow, LookingView } from "./looking-view.ts";
import { sayLooking } from "./words.ts";

/** How many rows are fetched at once. */
export const BLOCK_ROWS = 50;
/** More series stand in the report. */
const SERIES_SHOWN = 10;

/** How rows are put together. */
export type Grouping = "place" | "series";

/** One finding as it is shown; `name` and the values of `facts` marked so are foreign and already made visible. */
export interface RowShown {
  row: FindingRow;
  /** null: it has no name of its own. */
  name: string | null;
  how: string;
  facts: { label: string; value: string; foreign: boolean }[];
  /** null: it can be asked for. */
  wont: string | null;
  category: string | null;
}

export interface RowGroup {
  key: string;
  title: string;
  rows: RowShown[];
}

/** The heading; it counts what the report lists. */
export function findingsTitle(language: Language, total: number): string {
  return sayLooking(language, "findings.title", { count: total });
}

/** One row. */
export function rowShown(language: Language, row: FindingRow): RowShown {
  const { name, parents, standing, showable, category } = row;
  const nameless = standing === "unallocated" || standing === "outside" || standing === "slack" || name === "";
  return {
    row,
    name: nameless ? null : shownText(name),
    how: howFound(language, row),
    facts: factsOf(language, row, shownText(placeText(parents, nameless ? "" : name))),
    wont: showable === "yes" ? null : sayLooking(language, `showable.${showable}`),
    category: category === null ? null : sayLooking(language, "review.category", { n: category }),
  };
}

function howFound(language: Language, { kind, blocks, weight }: FindingRow): string {
  if (kind === "whole-file") return sayLooking(language, "row.same");
  if (kind === "likeness") return sayLooking(language, "row.alike");
  const pieces = sayLooking(language, blocks === 1 ? "row.blocks.one" : "row.blocks", { count: blocks });
  return weight === "red" ? pieces : `${pieces}. ${sayLooking(language, "row.trace")}`;
}

/** Parents and name as a chain. */
function placeText(parents: string, name: string): string {
  return [...parents.split("/"), name].filter((part) => part !== "").join(" › ");
}

function factsOf(language: Language, row: FindingRow, place: string): RowShown["facts"] {
  const { sizeBytes, lengthBytes, kind, modifiedMs, set, release, standing, offsetBytes, likeness } = row;
  const bytes = sizeBytes ?? (kind !== "blocks" ? lengthBytes : null);
  const facts: RowShown["facts"] = [];
  const add = (key: Parameters<typeof sayLooking>[1], value: string, foreign = false): void => {
    facts.push({ label: sayLooking(language, key), value, foreign });
  };
  if (bytes !== null) add("row.size", size(language, bytes));
  if (place !== "") add("row.place", place, true);
  const stands = standingText(language, row);
  if (stands !== null) add("row.stands", stands);
  if (standing === "unallocated" || standing === "outside") add("row.offset", number(language, offsetBytes));
  if (modifiedMs !== null) add("row.when", momentText(language, modifiedMs, { part: "both" }));
  if (likeness !== undefined) add("row.alike.facts", alikeText(language, likeness));
  add("row.list", shownText(likeness === undefined ? set : `${set}, ${release}`), true);
  return facts;
}

function standingText(language: Language, { standing, certainty }: FindingRow): string | null {
  if (standing === null || standing === undefined) return null;
  const text =
    standing === "outside" ? sayLooking(language, "standing.outside") : sayEvidence(language, `standing.${standing}`);
  return certainty === null || certainty === undefined
    ? text
    : `${text} (${sayEvidence(language, `certainty.${certainty}`)})`;
}

/** Rows in groups: by where they stand, or by names that count on (IMG_0412, IMG_0413 …). */
export function groupsOf(language: Language, rows: readonly FindingRow[], by: Grouping): RowGroup[] {
  return by === "place" ? groupsByPlace(language, rows) : groupsBySeries(language, rows);
}

function groupsByPlace(language: Language, rows: readonly FindingRow[]): RowGroup[] {
  const groups = new Map<string, RowGroup>();
  for (const row of rows) {
    const [key, title] = placeGroup(language, row);
    const group = groups.get(key) ?? { key, title, rows: [] };
    group.rows.push(rowShown(language, row));
    groups.set(key, group);
  }
  const rank = ({ key }: RowGroup): number => (key === "deleted" ? 0 : key.startsWith("folder/") ? 1 : 2);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

function placeGroup(language: Language, { standing, parents }: FindingRow): [key: string, title: string] {
  if (standing === "deleted") return ["deleted", sayLooking(language, "group.deleted")];
  if (standing === "unallocated") return ["free", sayLooking(language, "group.free")];
  if (standing === "outside") return ["between", sayLooking(language, "group.between")];
  const folder = placeText(parents, "");
  if (folder === "") return ["folder/", sayLooking(language, "group.top")];
  return [`folder/${folder}`, sayLooking(language, "group.folder", { folder: isolatedText(folder) })];
}

/** Two or more that are like one file of the list; then names that differ in their digits alone, wherever they lie, two or more. */
function groupsBySeries(language: Language, rows: readonly FindingRow[]): RowGroup[] {
  const alike = Map.groupBy(
    rows.filter(({ entry }) => entry !== null),
    ({ set, entry }) => `alike/${entry}/${set}`,
  );
  const groups = [...alike].filter(([, members]) => members.length > 1);
  const grouped = new Set(groups.flatMap(([, members]) => members));
  const shown = groups.map(([key, members]) => {
    const values = { entry: members[0]?.entry ?? 0, set: isolatedText(members[0]?.set ?? "") };
    return {
      key,
      title: sayLooking(language, "group.alike", values),
      rows: members.map((row) => rowShown(language, row)),
    };
  });
  const others = rows.filter((row) => !grouped.has(row));
  return [...shown, ...groupsByName(language, others)];
}

function groupsByName(language: Language, rows: readonly FindingRow[]): RowGroup[] {
  const series = new Map<string, FindingRow[]>();
  const single: FindingRow[] = [];
  for (const row of rows) {
    const key = row.name.replace(/\d+/gu, "#").toLowerCase();
    if (!key.includes("#") || row.standing === "unallocated" || row.standing === "outside") single.push(row);
    else series.set(key, [...(series.get(key) ?? []), row]);
  }
  const groups: RowGroup[] = [];
  for (const [key, members] of series) {
    const names = [...new Set(members.map(({ name }) => name))].sort(countingOrder.compare);
    const [first, last] = [names[0] ?? "", names.at(-1) ?? ""];
    if (members.length < 2 || first === last) {
      single.push(...members);
      continue;
    }
    const title = sayLooking(language, "group.series", { first: isolatedText(first), last: isolatedText(last) });
    const sorted = [...members].sort((a, b) => countingOrder.compare(a.name, b.name));
    groups.push({ key: `series/${key}`, title, rows: sorted.map((row) => rowShown(language, row)) });
  }
  if (single.length > 0) {
    const shown = single.map((row) => rowShown(language, row));
    groups.push({ key: "single", title: sayLooking(language, "group.single"), rows: shown });
  }
  return groups;
}

const countingOrder = new Intl.Collator("en", { numeric: true });

/** Series of pictures on no list, as the report has them; null: it has none. */
export interface SeriesShown {
  title: string;
  text: string;
  /** The largest by one place of each; foreign, made visible. */
  largest: { place: string; count: string }[];
}

export function seriesShown(language: Language, { likeness }: Pick<Report, "likeness">): SeriesShown | null {
  if (likeness === undefined || likeness.series === 0) return null;
  const { series, seriesFiles: files, seriesFirst } = likeness;
  return {
    title: sayLooking(language, "series.title"),
    text: sayLooking(language, series === 1 ? "series.text.one" : "series.text", { series, files }),
    largest: seriesFirst.slice(0, SERIES_SHOWN).map(({ place, files: count }) => ({
      place: shownText(placeText(place, "")),
      count: sayLooking(language, "series.files", { count }),
    })),
  };
}

/** The day's limit, as it is shown. Minutes begun count. */
export interface BudgetShown {
  items: { text: string; fraction: number; parts: number };
  minutes: { text: string; fraction: number; parts: number };
  /** What to say about it; the limit before the break. */
  text: string;
  /** true: looking is closed for today. */
  closed: boolean;
}

export function budgetShown(language: Language, { budget }: LookingView): BudgetShown {
  const { items, itemsLimit, seconds, secondsLimit, breakDue, reached } = budget;
  const [used, limit] = [Math.ceil(seconds / 60), Math.floor(secondsLimit / 60)];
  const share = (part: number, whole: number): number => (whole <= 0 ? 1 : Math.min(1, part / whole));
  const key = reached ? "budget.limit" : breakDue ? "budget.break" : "budget.text";
  return {
    items: {
      text: sayLooking(language, "budget.items", { count: items, limit: itemsLimit }),
      fraction: share(items, itemsLimit),
      parts: itemsLimit,
    },
    minutes: {
      text: sayLooking(language, "budget.minutes", { count: used, limit }),
      fraction: share(seconds, secondsLimit),
      parts: limit,
    },
    text: sayLooking(language, key),
    closed: reached,
  };
}
