// The paper against HarfBuzz: the places of its outlines, and its pixels beside those of another program that shapes with HarfBuzz.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as harfbuzz from "harfbuzzjs";
import { paperFaces } from "./faces.node.ts";
import { A4, pageInk } from "./ink.ts";
import { paperLine } from "./paragraph.ts";
import { pdfFile } from "./pdf-file.node.ts";
import { khmerClusters, SENTENCES } from "./sample-texts.node.ts";
import { textLayer } from "./text-layer.ts";

const require = createRequire(import.meta.url);
const FONT = require.resolve("@expo-google-fonts/noto-sans-khmer/400Regular/NotoSansKhmer_400Regular.ttf");
const ABOUT = { title: "", language: "km", producer: "", madeAt: "2026-11-22T07:08:00.000Z", id: "00".repeat(16) };
const KHMER = khmerClusters("outlines", 1500);

/** Glyphs and places as HarfBuzz gives them for a text of one script. */
function reference(text: string, script: "Khmr" | "Latn"): [number, number, number][] {
  const font = new harfbuzz.Font(new harfbuzz.Face(new harfbuzz.Blob(readFileSync(FONT))));
  const buffer = new harfbuzz.Buffer();
  buffer.addText(text);
  buffer.setDirection(harfbuzz.Direction.LTR);
  buffer.setScript(script);
  buffer.setLanguage(script === "Khmr" ? "km" : "en");
  harfbuzz.shape(font, buffer);
  const places = buffer.getGlyphPositions();
  let x = 0;
  return buffer.getGlyphInfos().map(({ codepoint }, i) => {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = places[i] ?? {};
    const placed: [number, number, number] = [codepoint, x + xOffset, yOffset];
    x += xAdvance;
    return placed;
  });
}

/** The drawn glyphs of a page with one line: form and place, read back from its operators. */
function drawn(operators: string): [number, number, number][] {
  let [x, y] = [0, 0];
  return [...operators.matchAll(/1 0 0 1 (-?[\d.]+) (-?[\d.]+) cm \/R(\d+) Do/g)].map(([, dx, dy, glyph]) => {
    x += Number(dx);
    y += Number(dy);
    return [Number(glyph), x, y];
  });
}

test("pageInk() draws every cluster where HarfBuzz puts it", async () => {
  const { regular } = await paperFaces();
  const texts: [string, "Khmr" | "Latn"][] = [
    ...KHMER.map((text): [string, "Khmr"] => [text, "Khmr"]),
    ["Avery To. “fi” 3,000", "Latn"],
  ];
  for (const [text, script] of texts) {
    const parts = { layer: textLayer(), forms: new Map<string, string>() };
    const ink = pageInk(parts);
    ink.line(regular, paperLine(regular, text), { x: 40, baseline: 100, sizePt: 10, colour: "#000000" });
    const want = reference(text, script).filter(([glyph]) => parts.forms.get(`R${glyph}`) !== "");
    assert.deepEqual(drawn(ink.operators()), want, text);
  }
});

test("pageInk() draws the pixels that another HarfBuzz draws", async (t) => {
  const canvasOf = await import("@napi-rs/canvas").catch(() => null);
  if (canvasOf === null) return t.skip("@napi-rs/canvas is not installed");
  const { createCanvas, GlobalFonts } = canvasOf;
  const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  GlobalFonts.registerFromPath(FONT, "Paper");
  const { regular } = await paperFaces();
  const lines = [...SENTENCES.slice(0, 4), ...[0, 1, 2, 3].map((i) => KHMER.slice(i * 14, i * 14 + 14).join(" "))];
  const parts = { layer: textLayer(), forms: new Map<string, string>() };
  const ink = pageInk(parts);
  const [sizePt, scale] = [16, 2];
  for (const [i, text] of lines.entries()) {
    ink.line(regular, paperLine(regular, text), { x: 20, baseline: 60 + i * 50, sizePt, colour: "#000000" });
  }
  const loading = getDocument({ data: pdfFile([ink.operators()], parts, ABOUT), verbosity: 0 });
  const page = await (await loading.promise).getPage(1);
  const viewport = page.getViewport({ scale });
  const [width, height] = [Math.ceil(viewport.width), 900];
  const ours = createCanvas(width, Math.ceil(viewport.height));
  await page.render({ canvas: null, canvasContext: ours.getContext("2d") as never, viewport }).promise;
  const theirs = createCanvas(width, Math.ceil(viewport.height));
  const context = theirs.getContext("2d");
  context.fillStyle = "#FFF";
  context.fillRect(0, 0, width, theirs.height);
  context.fillStyle = "#000";
  context.font = "1000px Paper"; // so large that places are not rounded to pixels
  for (const [i, text] of lines.entries()) {
    context.setTransform((sizePt * scale) / 1000, 0, 0, (sizePt * scale) / 1000, 20 * scale, (60 + i * 50) * scale);
    context.fillText(text.replace(/ %/g, "\u00A0%"), 0, 0);
  }
  await loading.destroy();
  const [a, b] = [ours, theirs].map((canvas) => canvas.getContext("2d").getImageData(0, 0, width, height).data);
  const [dark, missing] = strayInk(a ?? [], b ?? [], width);
  const [, added] = strayInk(b ?? [], a ?? [], width);
  t.diagnostic(`${dark} dark pixels, ${missing} without a neighbour in the other, ${added} the other way round`);
  assert.ok(dark > 20_000 && A4.width * scale < width + 1, `${dark}`);
  assert.ok(missing + added < dark / 2000, `${missing} and ${added} of ${dark} dark pixels stand alone`);
});

/** Dark pixels of one picture, and those with nothing half dark within a pixel in the other: smoothing moves edges by less. */
function strayInk(one: ArrayLike<number>, other: ArrayLike<number>, width: number): [number, number] {
  let [ink, stray] = [0, 0];
  for (let i = 0; i < one.length; i += 4) {
    if ((one[i] ?? 255) > 80) continue;
    ink++;
    const around = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => other[i + (y * width + x) * 4] ?? 255));
    if (Math.min(...around) > 176) stray++;
  }
  return [ink, stray];
}
