import type { Face } from "./face.ts";
import type { Ink, Paint } from "./ink.ts";
import { breakLines } from "./paragraph.ts";

/** Something of a known height that can be drawn with its upper left corner anywhere. */
export interface Block {
  heightPt: number;
  draw(ink: Ink, x: number, y: number): void;
}

export interface TextStyle {
  face: Face;
  sizePt: number;
  colour?: string;
  align?: "left" | "centre" | "right";
  /** Lines at most; of a longer text the middle is left out. */
  maxLines?: number;
}

const KHMER = /[\u1780-\u17FF]/;
/** The tallest Khmer clusters need 1.54 em; letters of Latin scripts less. */
const LEADING = { khmer: 1.62, latin: 1.38 } as const;
/** From the top of a line to its base, in em; the same for both, so that two columns stand on one line. */
const BASE = 1.06;
const LINES_MAX = 6;

/** A paragraph of so many points of width. */
export function textBlock(text: string, style: TextStyle, widthPt: number): Block {
  const { face, sizePt, colour = "#000000", align = "left", maxLines = LINES_MAX } = style;
  const lines = breakLines(face, text, { width: (widthPt / sizePt) * 1000, maxLines });
  const leadingPt = sizePt * (KHMER.test(text) ? LEADING.khmer : LEADING.latin);
  return {
    heightPt: lines.length * leadingPt,
    draw: (ink, x, y) => {
      for (const [i, line] of lines.entries()) {
        const spare = widthPt - (line.width * sizePt) / 1000;
        const from = align === "left" ? x : align === "right" ? x + spare : x + spare / 2;
        ink.line(face, line, { x: from, baseline: y + i * leadingPt + BASE * sizePt, sizePt, colour });
      }
    },
  };
}

/** Blocks one below the other. */
export function stack(blocks: readonly Block[], gapPt = 0): Block {
  const shown = blocks.filter(({ heightPt }) => heightPt > 0);
  const heightPt = shown.reduce((sum, block) => sum + block.heightPt, 0) + gapPt * Math.max(0, shown.length - 1);
  return {
    heightPt,
    draw: (ink, x, y) => {
      let at = y;
      for (const block of shown) {
        block.draw(ink, x, at);
        at += block.heightPt + gapPt;
      }
    },
  };
}

/** Blocks side by side, each from its own x. */
export function beside(columns: readonly { block: Block; xPt: number }[]): Block {
  return {
    heightPt: Math.max(0, ...columns.map(({ block }) => block.heightPt)),
    draw: (ink, x, y) => {
      for (const { block, xPt } of columns) block.draw(ink, x + xPt, y);
    },
  };
}

/** Room around a block. */
export function inset(block: Block, pad: { left?: number; top?: number; bottom?: number }): Block {
  const { left = 0, top = 0, bottom = 0 } = pad;
  return {
    heightPt: top + block.heightPt + bottom,
    draw: (ink, x, y) => block.draw(ink, x + left, y + top),
  };
}

/** A frame of so many points of width around a block. */
export function framed(block: Block, frame: { widthPt: number; padPt: number; linePt: number }): Block {
  const { widthPt, padPt, linePt } = frame;
  const heightPt = block.heightPt + 2 * padPt;
  return {
    heightPt,
    draw: (ink, x, y) => {
      const half = linePt / 2;
      const box = { x: x + half, y: y + half, width: widthPt - linePt, height: heightPt - linePt };
      ink.rectangle(box, { stroke: "#000000", widthPt: linePt });
      block.draw(ink, x + padPt, y + padPt);
    },
  };
}

/** A horizontal line; it takes `heightPt` of room and lies at its top. */
export function rule(widthPt: number, paint: Paint & { heightPt?: number }): Block {
  return {
    heightPt: paint.heightPt ?? paint.widthPt ?? 1,
    draw: (ink, x, y) => ink.stroke([x, y], [x + widthPt, y], { stroke: "#000000", ...paint }),
  };
}

/** Nothing, of a height. */
export function space(heightPt: number): Block {
  return { heightPt, draw: () => {} };
}
