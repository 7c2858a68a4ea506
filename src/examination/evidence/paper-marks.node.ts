import { type Block, beside, type Faces, type Ink, paperLine, textBlock } from "#base/paper/node";
import { isRed } from "./kind-text.ts";
import { AMBER, qrModules, qrText, RED } from "./report-marks.ts";
import type { Coverage, Finding, Verdict } from "./report-record.ts";

const INK = "#000000";
const WHITE = "#FFFFFF";
const EDGE = "#767A7C";
const OCTAGON = [63, 8, 137, 8, 192, 63, 192, 137, 137, 192, 63, 192, 8, 137, 8, 63];
const OCTAGON_EDGE = [67, 20, 133, 20, 180, 67, 180, 133, 133, 180, 67, 180, 20, 133, 20, 67];
const EXCLAMATION = [88, 46, 112, 46, 107, 122, 93, 122];
const TRIANGLE = [100, 10, 196, 184, 4, 184];
const TRIANGLE_EDGE = [100, 40, 170, 167, 30, 167];

/** The verdict's sign: filled octagon with "!", filled triangle with "?", or an open ring closed as far as was read. */
export function markBlock(
  faces: Faces,
  verdict: Verdict,
  shown: { fraction: number; percent: string; sidePt: number },
): Block {
  const { fraction, percent, sidePt } = shown;
  const unit = sidePt / 200;
  return {
    heightPt: sidePt,
    draw: (ink, x, y) => {
      const placed = (points: number[]): number[] => points.map((point, i) => point * unit + (i % 2 === 0 ? x : y));
      const centre = (cx: number, cy: number, radius: number) => ({
        x: x + cx * unit,
        y: y + cy * unit,
        radius: radius * unit,
        fraction: 1,
      });
      const letter = (text: string, how: { size: number; colour: string; baseline: number }): void => {
        const line = paperLine(faces.heavy, text);
        const sizePt = how.size * unit;
        const from = x + sidePt / 2 - (line.width * sizePt) / 2000;
        ink.sign(faces.heavy, line, { x: from, baseline: y + how.baseline * unit, sizePt, colour: how.colour });
      };
      if (verdict === "red") {
        ink.polygon(placed(OCTAGON), { fill: RED });
        ink.polygon(placed(OCTAGON_EDGE), { stroke: WHITE, widthPt: 5 * unit });
        ink.polygon(placed(EXCLAMATION), { fill: WHITE });
        ink.ring(centre(100, 145, 13), { fill: WHITE });
      } else if (verdict === "amber") {
        ink.polygon(placed(TRIANGLE), { fill: "#1E1400", stroke: "#1E1400", widthPt: 6 * unit });
        ink.polygon(placed(TRIANGLE_EDGE), { stroke: "#F5B83D", widthPt: 5 * unit });
        letter("?", { size: 110, colour: "#F5B83D", baseline: 157 });
      } else {
        ink.ring(centre(100, 100, 82), { stroke: "#00594A", widthPt: 5 * unit, dash: [3 * unit, 9 * unit] });
        if (fraction > 0) ink.ring({ ...centre(100, 100, 82), fraction }, { stroke: "#00594A", widthPt: 26 * unit });
        letter(`${percent}%`, { size: percent.length > 3 ? 36 : 46, colour: INK, baseline: 117 });
      }
    },
  };
}

const FLAG_PT = 9;
const CELL_PT = 20;

/** The tape: the source from start to end, each cell filled as far as it was read, with a flag where something was found. */
export function tapeBlock(tape: Coverage["tape"], verdict: Verdict, widthPt: number): Block {
  const top = tape.some(({ found }) => found) ? FLAG_PT + 2 : 0;
  const pitch = widthPt / tape.length;
  const colour = verdict === "red" ? RED : AMBER;
  return {
    heightPt: top + CELL_PT + 2,
    draw: (ink, x, y) => {
      for (const [i, { read, found, unread }] of tape.entries()) {
        const cell = { x: x + i * pitch + pitch * 0.1, y: y + top, width: pitch * 0.8, height: CELL_PT };
        ink.rectangle(cell, { fill: WHITE, stroke: EDGE, widthPt: 0.5 });
        if (unread) ink.hatch(cell, { stroke: INK, widthPt: 0.7, stepPt: 2.2 });
        const filled = read > 0 ? Math.max(0.7, Math.min(1, read) * CELL_PT) : 0;
        const bar = { ...cell, y: cell.y + CELL_PT - filled, height: filled };
        if (filled > 0) ink.rectangle(bar, { fill: found ? colour : INK });
        if (found) flag(ink, verdict, { x: cell.x + cell.width / 2 - FLAG_PT / 2, y, sidePt: FLAG_PT });
      }
      const base = y + top + CELL_PT + 0.8;
      ink.stroke([x, base], [x + widthPt, base], { stroke: INK, widthPt: 1.6 });
    },
  };
}

/** The small sign of a finding: the verdict's shape. */
function flag(ink: Ink, verdict: Verdict, { x, y, sidePt }: { x: number; y: number; sidePt: number }): void {
  const unit = sidePt / 200;
  const shape = verdict === "red" ? OCTAGON : TRIANGLE;
  ink.polygon(
    shape.map((point, i) => point * unit + (i % 2 === 0 ? x : y)),
    { fill: verdict === "red" ? RED : AMBER },
  );
}

/** A finding's sign with its words beside. */
export function flagged(finding: Finding, words: Block, sizePt: number): Block {
  const verdict = isRed(finding) ? "red" : "amber";
  const sign: Block = {
    heightPt: sizePt,
    draw: (ink, x, y) => flag(ink, verdict, { x, y: y + sizePt * 0.35, sidePt: sizePt * 0.85 }),
  };
  return beside([
    { block: sign, xPt: 0 },
    { block: words, xPt: sizePt * 1.2 },
  ]);
}

/** One sign of the legend and its word; as wide as it says. */
export function legendItem(
  what: "found" | "read" | "notRead" | "unread",
  verdict: Verdict,
  { text, faces, sizePt }: { text: string; faces: Faces; sizePt: number },
): { block: Block; widthPt: number } {
  const line = paperLine(faces.regular, text);
  const word = textBlock(text, { face: faces.regular, sizePt }, (line.width * sizePt) / 1000 + 1);
  const sign: Block = {
    heightPt: sizePt,
    draw: (ink, x, y) => {
      const box = { x, y: y + sizePt * 0.3, width: sizePt * 0.8, height: sizePt * 0.9 };
      if (what === "found") return flag(ink, verdict, { x, y: y + sizePt * 0.3, sidePt: sizePt * 0.95 });
      ink.rectangle(box, { fill: what === "read" ? INK : WHITE, stroke: EDGE, widthPt: 0.6 });
      if (what === "unread") ink.hatch(box, { stroke: INK, widthPt: 0.8, stepPt: 2.2 });
    },
  };
  const block = beside([
    { block: sign, xPt: 0 },
    { block: word, xPt: sizePt * 1.3 },
  ]);
  return { block, widthPt: sizePt * 1.3 + (line.width * sizePt) / 1000 };
}

/** The QR code of a report's digest, so many points wide without its quiet zone. */
export function qrBlock(digest: string, sidePt: number): Block {
  const { dark, size } = qrModules(qrText(digest));
  return {
    heightPt: sidePt,
    draw: (ink, x, y) => ink.squares({ x, y, sidePt: sidePt / size }, dark),
  };
}
