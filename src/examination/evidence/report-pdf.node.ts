import {
  A4,
  type Block,
  flow,
  type Ink,
  type PaperParts,
  pageInk,
  paperFaces,
  paperLine,
  pdfFile,
  textLayer,
  withoutMiddle,
} from "#base/paper/node";
import type { Language } from "#base/words";
import type { PaperSource } from "./page-parts.ts";
import { annexParts } from "./paper-annex.node.ts";
import { type Moved, pageOne } from "./paper-page-one.node.ts";
import { HEIGHT_PT, MARGIN_PT, paperTeller, paperText, type Sheet, WIDTH_PT } from "./paper-sheet.node.ts";
import type { Report } from "./report-record.ts";

const PRACTICE = "#562A8C";

/** How page one is tried until it fits: smaller letters first, then what can stand on the next page. */
const FITS: readonly (Moved & { scale: number })[] = [
  ...[1, 0.95, 0.9, 0.86].map((scale) => ({ scale, notices: false, reasons: false })),
  ...[0.95, 0.86].map((scale) => ({ scale, notices: true, reasons: false })),
  ...[0.95, 0.86, 0.76].map((scale) => ({ scale, notices: true, reasons: true })),
];
const SMALLEST = 0.64;
const ALL_MOVED: Moved = { notices: true, reasons: true };

/** A paper, and what tests hold it against: the lines of each page, and whether page one is one page. */
export interface Paper {
  pdf: Uint8Array;
  lines: (readonly string[])[];
  fits: boolean;
}

/**
 * The report as A4 pages: page one as it is handed over, then findings, unread places, journal and the form to sign.
 * The same report gives the same bytes.
 *
 * @param languages At left and at right; one of them alone takes the whole width.
 */
export async function reportPaper(source: PaperSource, languages: readonly Language[]): Promise<Paper> {
  const { report, digest } = source;
  const faces = await paperFaces();
  const tellers = languages.map(paperTeller);
  const { first, moved } = fittingPage({ faces, tellers, scale: 1 }, source);
  const sheet: Sheet = { faces, tellers, scale: 1 };
  const pages = [[{ block: first, yPt: 0 }], ...flow(annexParts(sheet, source, moved), HEIGHT_PT)];
  const parts: PaperParts = { layer: textLayer(), forms: new Map() };
  const inks = pages.map((placed, i) => {
    const ink = pageInk(parts);
    if (report.practice) practiceFrame(ink, sheet);
    for (const { block, yPt } of placed) block.draw(ink, MARGIN_PT, MARGIN_PT + yPt);
    foot(ink, sheet, { report, page: i + 1, pages: pages.length });
    return ink;
  });
  const drawn = inks.map((ink) => ink.operators());
  const pdf = pdfFile(drawn, parts, {
    title: `${paperText(withoutMiddle(report.exhibit, 200))} · Phum`,
    language: languages[0] ?? "en",
    producer: `Phum ${paperText(report.tool.version)}`,
    madeAt: report.clock.endedAt,
    id: digest,
  });
  return { pdf, lines: inks.map((ink) => ink.lines()), fits: first.heightPt <= HEIGHT_PT };
}

function fittingPage(sheet: Sheet, source: PaperSource): { first: Block; moved: Moved } {
  for (const { scale, ...moved } of FITS) {
    const first = pageOne({ ...sheet, scale }, source, moved);
    if (first.heightPt <= HEIGHT_PT) return { first, moved };
  }
  return { first: pageOne({ ...sheet, scale: SMALLEST }, source, ALL_MOVED), moved: ALL_MOVED };
}

/** Page n of m, the exhibit, and the program. */
function foot(
  ink: Ink,
  { faces, tellers }: Sheet,
  { report, page, pages }: { report: Report; page: number; pages: number },
): void {
  const sizePt = 7.4;
  const baseline = A4.height - MARGIN_PT;
  const top = baseline - 12;
  ink.stroke([MARGIN_PT, top], [MARGIN_PT + WIDTH_PT, top], { stroke: "#767A7C", widthPt: 0.5 });
  const written = (text: string, share: number): void => {
    const line = paperLine(faces.regular, text);
    const x = MARGIN_PT + (WIDTH_PT - (line.width * sizePt) / 1000) * share;
    ink.line(faces.regular, line, { x, baseline, sizePt, colour: "#000000" });
  };
  const count = tellers.map(({ say }) => say("paper.page", { n: page, m: pages }));
  written(count[0] ?? "", 0);
  written(`Phum · ${paperText(withoutMiddle(report.exhibit, 60))}`, 0.5);
  if (count.length > 1) written(count[1] ?? "", 1);
}

/** Practice: a hatched frame around the page, and the word across its top. */
function practiceFrame(ink: Ink, { faces, tellers }: Sheet): void {
  const out = 14.2; // 5 mm from the edge: printers reach that far
  const thick = 14.2;
  const hatch = { stroke: PRACTICE, widthPt: 2.2, stepPt: 6 };
  const width = A4.width - 2 * out;
  const height = A4.height - 2 * out;
  ink.hatch({ x: out, y: out, width, height: thick }, hatch);
  ink.hatch({ x: out, y: A4.height - out - thick, width, height: thick }, hatch);
  ink.hatch({ x: out, y: out + thick, width: thick, height: height - 2 * thick }, hatch);
  ink.hatch({ x: A4.width - out - thick, y: out + thick, width: thick, height: height - 2 * thick }, hatch);
  const text = tellers.map(({ say }) => `${say("page.practice")} · ${say("page.practice.note")}`).join("   ");
  const line = paperLine(faces.bold, text);
  const sizePt = 9.5;
  const wide = (line.width * sizePt) / 1000;
  const box = { x: (A4.width - wide) / 2 - 10, y: out - 2, width: wide + 20, height: thick + 4 };
  ink.rectangle(box, { fill: "#FFFFFF", stroke: PRACTICE, widthPt: 1.4 });
  ink.line(faces.bold, line, { x: (A4.width - wide) / 2, baseline: out + 10.5, sizePt, colour: PRACTICE });
}
