import type { Face } from "./face.ts";
import { isInside } from "./line-breaks.ts";
import { plain } from "./outline.ts";
import type { Line } from "./paragraph.ts";
import type { TextLayer } from "./text-layer.ts";

/** A4 in points. */
export const A4 = { width: 595.28, height: 841.89 } as const;

/** How a shape is painted; colours are #RRGGBB. */
export interface Paint {
  fill?: string;
  stroke?: string;
  widthPt?: number;
  /** Lengths of dash and gap in points. */
  dash?: [number, number];
}

/** What all pages of one paper share: the drawings of their letters and the text beneath. */
export interface PaperParts {
  layer: TextLayer;
  /** Drawing of each form in use, in order of first use. */
  forms: Map<string, string>;
}

/** Draws on one page. Places are points from the page's upper left corner, y grows downward. */
export interface Ink {
  line(face: Face, line: Line, at: { x: number; baseline: number; sizePt: number; colour: string }): void;
  /** The same, as a drawing: it is seen and cannot be copied. */
  sign(face: Face, line: Line, at: { x: number; baseline: number; sizePt: number; colour: string }): void;
  rectangle(box: Box, paint: Paint): void;
  /** Points x, y, x, y …, closed. */
  polygon(points: readonly number[], paint: Paint): void;
  /** An arc of a circle from the top, clockwise; fraction 1 is the whole circle. */
  ring(centre: { x: number; y: number; radius: number; fraction: number }, paint: Paint): void;
  stroke(from: [number, number], to: [number, number], paint: Paint): void;
  /** Slanted lines inside a box. */
  hatch(box: Box, paint: Paint & { stepPt: number }): void;
  /** Squares of one size, as a QR code has them: each [column, row]. */
  squares(at: { x: number; y: number; sidePt: number }, dark: readonly (readonly [number, number])[]): void;
  /** The page's operators. */
  operators(): string;
  /** The lines laid on the page, in order: what a reader copies. */
  lines(): readonly string[];
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const words = new Intl.Segmenter("km", { granularity: "word" });

/** Ink for a fresh page. */
export function pageInk({ layer, forms }: PaperParts): Ink {
  const out: string[] = [];
  const lines: string[] = [];
  const flip = (y: number): number => A4.height - y;
  const shape = (steps: string, paint: Paint): void => {
    out.push(`q ${paintOperators(paint)} ${steps} ${paintEnd(paint)} Q`);
  };
  const sign: Ink["sign"] = (face, { shaped }, { x, baseline, sizePt, colour }) => {
    const scale = plain5(sizePt / 1000);
    const steps: string[] = [];
    let at = { x: 0, y: 0 };
    for (const { form, x: toX, y: toY } of shaped.glyphs) {
      if (!forms.has(form)) forms.set(form, face.drawing(form));
      if (forms.get(form) === "") continue; // a space
      steps.push(`1 0 0 1 ${plain(toX - at.x)} ${plain(toY - at.y)} cm /${form} Do`);
      at = { x: toX, y: toY };
    }
    if (steps.length === 0) return;
    const start = `${scale} 0 0 ${scale} ${plain(x)} ${plain(flip(baseline))} cm`;
    out.push(`q ${colourOperator(colour, "rg")} ${start}\n${steps.join("\n")}\nQ`);
  };
  return {
    sign,
    line: (face, line, at) => {
      sign(face, line, at);
      const { text, shaped } = line;
      if (text !== "") lines.push(text);
      const placed = wordSpans(text).map(([from, to]) => {
        const begin = ((shaped.stops[from] ?? 0) * at.sizePt) / 1000;
        const width = ((shaped.stops[to] ?? 0) * at.sizePt) / 1000 - begin;
        const place = { x: at.x + begin, y: flip(at.baseline), width, sizePt: at.sizePt };
        return layer.word(text.slice(from, to), place);
      });
      if (placed.length > 0) out.push(`BT ${placed.join("\n")} ET`);
    },
    rectangle: ({ x, y, width, height }, paint) =>
      shape(`${plain(x)} ${plain(flip(y + height))} ${plain(width)} ${plain(height)} re`, paint),
    polygon: (points, paint) => {
      const steps: string[] = [];
      for (let i = 0; i < points.length; i += 2) {
        steps.push(`${plain(points[i] ?? 0)} ${plain(flip(points[i + 1] ?? 0))} ${i === 0 ? "m" : "l"}`);
      }
      shape(`${steps.join(" ")} h`, paint);
    },
    ring: (circle, paint) => shape(arcSteps({ ...circle, y: flip(circle.y) }), paint),
    stroke: ([x, y], [toX, toY], paint) =>
      shape(`${plain(x)} ${plain(flip(y))} m ${plain(toX)} ${plain(flip(toY))} l`, paint),
    hatch: (box, paint) => out.push(hatchOperators({ ...box, y: flip(box.y + box.height) }, paint)),
    squares: ({ x, y, sidePt }, dark) => {
      const side = plain(sidePt);
      const steps = dark.map(
        ([i, j]) => `${plain(x + i * sidePt)} ${plain(flip(y + (j + 1) * sidePt))} ${side} ${side} re`,
      );
      shape(steps.join("\n"), { fill: "#000000" });
    },
    operators: () => out.join("\n"),
    lines: () => lines,
  };
}

/** Words, and the spaces between them: each stretched alone, so that a space is as wide in the text as on the paper. */
function wordSpans(text: string): [number, number][] {
  const spans: [number, number][] = [];
  for (const { segment, index } of words.segment(text)) {
    const last = spans.at(-1);
    if (last !== undefined && isInside(text, index)) last[1] += segment.length;
    else spans.push([index, index + segment.length]);
  }
  return spans;
}

function paintOperators({ fill, stroke, widthPt = 1, dash }: Paint): string {
  const parts: string[] = [];
  if (fill !== undefined) parts.push(colourOperator(fill, "rg"));
  if (stroke !== undefined) parts.push(colourOperator(stroke, "RG"), `${plain(widthPt)} w`);
  if (dash !== undefined) parts.push(`[${plain(dash[0])} ${plain(dash[1])}] 0 d`);
  return parts.join(" ");
}

function paintEnd({ fill, stroke }: Paint): string {
  if (fill !== undefined && stroke !== undefined) return "B";
  return fill !== undefined ? "f" : "S";
}

function colourOperator(colour: string, operator: "rg" | "RG"): string {
  const part = (at: number): string => plain(Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return `${part(1)} ${part(3)} ${part(5)} ${operator}`;
}

function plain5(value: number): string {
  return value.toFixed(5);
}

/** Arcs of at most a quarter, each one Bézier curve. */
function arcSteps({ x, y, radius, fraction }: { x: number; y: number; radius: number; fraction: number }): string {
  const whole = Math.min(1, Math.max(0, fraction)) * 2 * Math.PI;
  const parts = Math.max(1, Math.ceil(whole / (Math.PI / 2) - 1e-9));
  const step = whole / parts;
  const bend = (4 / 3) * Math.tan(step / 4) * radius;
  const out = [`${plain(x)} ${plain(y + radius)} m`];
  for (let i = 0; i < parts; i++) {
    const [a, b] = [i * step, (i + 1) * step];
    const from = [x + radius * Math.sin(a) + bend * Math.cos(a), y + radius * Math.cos(a) - bend * Math.sin(a)];
    const end = [x + radius * Math.sin(b), y + radius * Math.cos(b)];
    const to = [(end[0] ?? 0) - bend * Math.cos(b), (end[1] ?? 0) + bend * Math.sin(b)];
    out.push(`${[...from, ...to, ...end].map(plain).join(" ")} c`);
  }
  return fraction >= 1 ? `${out.join(" ")} h` : out.join(" ");
}

function hatchOperators({ x, y, width, height }: Box, paint: Paint & { stepPt: number }): string {
  const clip = `${plain(x)} ${plain(y)} ${plain(width)} ${plain(height)} re W n`;
  const lines: string[] = [];
  for (let at = -height; at < width; at += paint.stepPt) {
    lines.push(`${plain(x + at)} ${plain(y)} m ${plain(x + at + height)} ${plain(y + height)} l`);
  }
  return `q ${clip} ${paintOperators(paint)} ${lines.join(" ")} S Q`;
}
