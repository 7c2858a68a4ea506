import type { Face, ShapedText } from "./face.ts";
import { holdTogether, lineBreaks, mayCut } from "./line-breaks.ts";

/** A line of a paragraph, shaped. */
export interface Line {
  text: string;
  shaped: ShapedText;
  /** Thousandths of an em. */
  width: number;
}

export interface LineLimits {
  /** Thousandths of an em. */
  width: number;
  /** Longer texts lose their middle: the first and the last lines stay, with "…" between them. */
  maxLines: number;
}

/** Longest text that is shaped; of a longer one the middle is left out beforehand. */
const TEXT_MAX = 4000;

/** Breaks a text into lines no wider than the limit, but for a single cluster that is wider alone. */
export function breakLines(face: Face, given: string, { width, maxLines }: LineLimits): Line[] {
  const text = holdTogether(withoutMiddle(given, TEXT_MAX));
  const spans = lineSpans(text, face.shape(text).stops, width);
  if (spans.length <= maxLines) return spans.map(([from, to]) => shapedLine(face, text.slice(from, to)));
  const head = spans.slice(0, Math.ceil(maxLines / 2));
  const tail = spans.slice(spans.length - Math.floor(maxLines / 2));
  const lines = [...head, ...tail].map(([from, to]) => shapedLine(face, text.slice(from, to)));
  const cutAt = head.length - 1;
  lines[cutAt] = withEllipsis(face, lines[cutAt]?.text ?? "", width);
  return lines;
}

/** A text of at most so many characters: its middle left out for "…", at a place where a text may be cut. */
export function withoutMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  let head = Math.ceil(max / 2);
  let tail = text.length - Math.floor(max / 2);
  while (head > 1 && !mayCut(text, head)) head--;
  while (tail < text.length - 1 && !mayCut(text, tail)) tail++;
  return `${text.slice(0, head)}…${text.slice(tail)}`;
}

function lineSpans(text: string, stops: Float64Array, width: number): [number, number][] {
  const at = (i: number): number => stops[i] ?? 0;
  const spans: [number, number][] = [];
  let start = 0;
  let end = 0;
  const close = (to: number): void => {
    spans.push([start, trimEnd(text, to)]);
    start = to;
  };
  for (const next of lineBreaks(text)) {
    if (at(trimEnd(text, next)) - at(start) > width && end > start) close(end);
    while (at(trimEnd(text, next)) - at(start) > width) {
      const cut = cutPlace({ text, stops, width }, start, next);
      if (cut >= next) break;
      close(cut);
    }
    end = next;
  }
  close(text.length);
  return spans;
}

function trimEnd(text: string, to: number): number {
  let end = to;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\n")) end--;
  return end;
}

/** Where a word that is too long is cut: the last cluster that fits; behind a slash where one stands near. */
function cutPlace(
  { text, stops, width }: { text: string; stops: Float64Array; width: number },
  start: number,
  end: number,
): number {
  const from = stops[start] ?? 0;
  let cut = start + 1;
  while (cut < end && !mayCut(text, cut)) cut++;
  let slash = 0;
  for (let i = cut; i < end && (stops[i] ?? 0) - from <= width; i++) {
    if (!mayCut(text, i)) continue;
    cut = i;
    if (/[/\\]/.test(text[i - 1] ?? "")) slash = i;
  }
  return (stops[slash] ?? 0) - from > width * 0.6 && slash > start ? slash : cut;
}

/** U+200B says where a line may end and is no letter: pdf.js leaves it out, and who searches does not type it. */
function shapedLine(face: Face, given: string): Line {
  const text = given.replaceAll("\u200B", "");
  const shaped = face.shape(text);
  return { text, shaped, width: shaped.stops.at(-1) ?? 0 };
}

function withEllipsis(face: Face, text: string, width: number): Line {
  let end = text.length;
  for (;;) {
    const line = shapedLine(face, `${text.slice(0, end)}…`);
    if (line.width <= width || end <= 1) return line;
    end--;
    while (end > 1 && !mayCut(text, end)) end--;
  }
}

/** A text on one line, however wide. */
export function paperLine(face: Face, text: string): Line {
  return shapedLine(face, holdTogether(text));
}
