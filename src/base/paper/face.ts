import type * as HarfBuzz from "harfbuzzjs";
import { BOX_SCALE, boxLayout, outlineOperators, ownSign } from "./outline.ts";

/** One drawn sign of a line: where it stands, in thousandths of an em from the line's start. */
export interface PlacedGlyph {
  /** Name of its form in the file; the same form is the same drawing. */
  form: string;
  x: number;
  y: number;
}

/** A text, shaped: what is drawn, and where each character begins. */
export interface ShapedText {
  glyphs: PlacedGlyph[];
  /** For each UTF-16 unit, and one past the last: thousandths of an em from the start. Units within a cluster share its place. */
  stops: Float64Array;
}

/** A face of one weight: shapes text from left to right and tells the drawings of its signs. */
export interface Face {
  shape(text: string): ShapedText;
  /** PDF operators of a form that shape() named, in thousandths of an em. */
  drawing(form: string): string;
}

const KHMER = /[\u1780-\u17FF\u19E0-\u19FF\u25CC\u200B-\u200D]/;
/** All our faces have this many units an em. */
const UNITS_PER_EM = 1000;

/**
 * Opens a TrueType face. HarfBuzz is loaded at the first call: 15 ms, 20 MB.
 *
 * @param name Short, distinct for each face of a file; begins the names of its forms.
 * @throws {RangeError} When the face does not count 1000 units an em.
 */
export async function openFace(name: string, file: Uint8Array): Promise<Face> {
  const harfbuzz = await import("harfbuzzjs");
  const face = new harfbuzz.Face(new harfbuzz.Blob(file));
  if (face.upem !== UNITS_PER_EM) {
    throw new RangeError(`Cannot open a face: it must have 1000 units an em, current number is ${face.upem}`);
  }
  const font = new harfbuzz.Font(face);
  const known = new Set(face.collectUnicodes());
  return {
    shape: (text) => shapeRuns({ harfbuzz, font, known, name }, text),
    drawing: (form) => drawing(font, form.slice(name.length)),
  };
}

interface Shaper {
  harfbuzz: typeof HarfBuzz;
  font: HarfBuzz.Font;
  known: ReadonlySet<number>;
  name: string;
}

/** Khmer and other letters are shaped apart, each by its script's rules; what the face lacks is drawn by us. */
function shapeRuns(shaper: Shaper, text: string): ShapedText {
  const glyphs: PlacedGlyph[] = [];
  const stops = new Float64Array(text.length + 1);
  let x = 0;
  for (const run of scriptRuns(text, shaper.known)) {
    x = run.script === null ? ownRun(shaper, run, { glyphs, stops, x }) : shapedRun(shaper, run, { glyphs, stops, x });
  }
  stops[text.length] = x;
  return { glyphs, stops };
}

interface Run {
  text: string;
  start: number;
  /** null: no letter of the face. */
  script: "Khmr" | "Latn" | null;
}

function scriptRuns(text: string, known: ReadonlySet<number>): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (const character of text) {
    const has = known.has(character.codePointAt(0) ?? 0);
    const script = !has ? null : KHMER.test(character) ? "Khmr" : "Latn";
    const last = runs.at(-1);
    if (last !== undefined && last.script === script) last.text += character;
    else runs.push({ text: character, start, script });
    start += character.length;
  }
  return runs;
}

interface Line {
  glyphs: PlacedGlyph[];
  stops: Float64Array;
  x: number;
}

function shapedRun({ harfbuzz, font, name }: Shaper, run: Run, { glyphs, stops, x: from }: Line): number {
  const buffer = new harfbuzz.Buffer();
  buffer.addText(run.text);
  buffer.setDirection(harfbuzz.Direction.LTR);
  buffer.setScript(run.script === "Khmr" ? "Khmr" : "Latn");
  buffer.setLanguage(run.script === "Khmr" ? "km" : "en");
  harfbuzz.shape(font, buffer);
  const places = buffer.getGlyphPositions();
  const begins = new Float64Array(run.text.length).fill(-1);
  let x = from;
  for (const [i, { codepoint, cluster }] of buffer.getGlyphInfos().entries()) {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = places[i] ?? {};
    if ((begins[cluster] ?? 0) < 0) begins[cluster] = x;
    glyphs.push({ form: `${name}${codepoint}`, x: x + xOffset, y: yOffset });
    x += xAdvance;
  }
  let at = from;
  for (const [i, begin] of begins.entries()) {
    if (begin >= 0) at = begin;
    stops[run.start + i] = at;
  }
  return x;
}

function ownRun({ name }: Shaper, run: Run, { glyphs, stops, x: from }: Line): number {
  let x = from;
  let at = run.start;
  for (const character of run.text) {
    const codePoint = character.codePointAt(0) ?? 0;
    for (const _ of character.split("")) stops[at++] = x;
    glyphs.push({ form: `${name}u${codePoint}`, x, y: 0 });
    x += ownSign(character)?.advance ?? boxLayout(codePoint).advance;
  }
  return x;
}

function drawing(font: HarfBuzz.Font, form: string): string {
  if (!form.startsWith("u")) {
    const operators = outlineOperators(font.glyphToJson(Number(form)));
    return operators === "" ? "" : `${operators}\nf`;
  }
  const codePoint = Number(form.slice(1));
  const sign = ownSign(String.fromCodePoint(codePoint));
  if (sign !== undefined) return sign.operators;
  const { frame, digits } = boxLayout(codePoint);
  const drawn = digits.map(([digit, x, y]) => {
    const outline = outlineOperators(font.glyphToJson(font.nominalGlyph(digit.codePointAt(0) ?? 0) ?? 0));
    return `q ${BOX_SCALE} 0 0 ${BOX_SCALE} ${x} ${y} cm\n${outline}\nf Q`;
  });
  return [frame, ...drawn].join("\n");
}
