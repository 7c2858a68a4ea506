import { type Block, beside, type Faces, inset, rule, stack, type TextStyle, textBlock } from "#base/paper/node";
import type { Language, Values } from "#base/words";
import { shownText } from "./shown-text.ts";
import type { EvidenceKey, Teller } from "./teller.ts";
import { sayEvidence } from "./words.ts";

/** Margins of 14 mm on A4. */
export const MARGIN_PT = 39.69;
export const WIDTH_PT = 595.28 - 2 * MARGIN_PT;
/** Between margins and foot. */
export const HEIGHT_PT = 841.89 - 2 * MARGIN_PT - 20;
const GAP_PT = 18;
const GREY = "#767A7C";

/** How a paper is written: its languages, at left and at right, and the size of its letters. */
export interface Sheet {
  faces: Faces;
  tellers: readonly Teller[];
  /** 1: letters of 8.6 points. */
  scale: number;
}

/** Letters that turn the direction of writing; the paper writes from left to right alone. */
const TURNING = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]|[\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/gu;

/** A foreign text for paper: nothing invisible, nothing that is written from right to left. */
export function paperText(text: string): string {
  return shownText(text).replace(TURNING, (letter) => {
    return `⟨U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** Says sentences for paper. */
export function paperTeller(language: Language): Teller {
  return {
    language,
    say: (key, values = {}) => {
      const shown = Object.entries(values).map(([name, value]) => [
        name,
        typeof value === "string" ? paperText(value) : value,
      ]);
      return sayEvidence(language, key, Object.fromEntries(shown) as Values);
    },
  };
}

/** Letters of the paper in points, before its scale. */
const SIZES = { small: 7.4, text: 8.6, lead: 9.8, head: 9.8, number: 12, title: 14 } as const;

export function style(sheet: Sheet, size: keyof typeof SIZES, weight: keyof Faces = "regular"): TextStyle {
  return { face: sheet.faces[weight], sizePt: SIZES[size] * sheet.scale };
}

/** Where the columns of the languages begin, and how wide they are. */
export function languageColumns({ tellers }: Sheet, widthPt: number): { xPt: number; widthPt: number }[] {
  const each = (widthPt - GAP_PT * (tellers.length - 1)) / tellers.length;
  return tellers.map((_, i) => ({ xPt: i * (each + GAP_PT), widthPt: each }));
}

/** The same in each language, side by side. */
export function inEach(
  sheet: Sheet,
  tell: (teller: Teller) => string | string[],
  how: TextStyle & { widthPt?: number },
): Block {
  const columns = languageColumns(sheet, how.widthPt ?? WIDTH_PT);
  return beside(
    sheet.tellers.map((teller, i) => {
      const { xPt, widthPt } = columns[i] ?? { xPt: 0, widthPt: WIDTH_PT };
      const told = tell(teller);
      const text = typeof told === "string" ? told : told.join(" ");
      return { block: textBlock(text, { maxLines: 24, ...how }, widthPt), xPt };
    }),
  );
}

/** The same in each language, one below the other. */
export function below(sheet: Sheet, key: EvidenceKey, how: TextStyle & { widthPt: number; values?: Values }): Block {
  const { widthPt, values, ...text } = how;
  return stack(sheet.tellers.map(({ say }) => textBlock(say(key, values), text, widthPt)));
}

/** A word in each language on one line. */
export function both({ tellers }: Sheet, key: EvidenceKey, values?: Values): string {
  return tellers.map(({ say }) => say(key, values)).join("  ");
}

/** The heading of a section, with a line below. */
export function heading(sheet: Sheet, key: EvidenceKey): Block {
  const text = textBlock(both(sheet, key), style(sheet, "head", "bold"), WIDTH_PT);
  return stack([text, rule(WIDTH_PT, { widthPt: 0.8, heightPt: 2 })]);
}

/** A cell: its text, and whether it stands in heavy letters. */
export interface Cell {
  text: string | Block;
  weight?: keyof Faces;
  maxLines?: number;
}

/** A row of a table: a thin line, then cells of the given widths (of 100). */
export function tableRow(
  sheet: Sheet,
  cells: readonly Cell[],
  { shares, size = "small", line = true }: { shares: readonly number[]; size?: keyof typeof SIZES; line?: boolean },
): Block {
  const padPt = 2 * sheet.scale;
  let share = 0;
  const columns = cells.map(({ text, weight = "regular", maxLines = 6 }, i) => {
    const widthPt = (WIDTH_PT * (shares[i] ?? 0)) / 100 - 8;
    const xPt = (WIDTH_PT * share) / 100;
    share += shares[i] ?? 0;
    const block =
      typeof text === "string" ? textBlock(text, { ...style(sheet, size, weight), maxLines }, widthPt) : text;
    return { block, xPt };
  });
  const row = inset(beside(columns), { top: padPt * 0.6, bottom: padPt });
  return line ? stack([rule(WIDTH_PT, { stroke: GREY, widthPt: 0.5, heightPt: 0.5 }), row]) : row;
}

/** The head of a table, with a heavy line below. */
export function tableHead(sheet: Sheet, keys: readonly EvidenceKey[], shares: readonly number[]): Block {
  const cells = keys.map((key, i): Cell => {
    const widthPt = (WIDTH_PT * (shares[i] ?? 0)) / 100 - 8;
    return { text: below(sheet, key, { ...style(sheet, "small", "bold"), widthPt }) };
  });
  return stack([tableRow(sheet, cells, { shares, line: false }), rule(WIDTH_PT, { widthPt: 1.2, heightPt: 1.2 })]);
}
