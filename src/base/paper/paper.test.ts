import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { stack, textBlock } from "./block.ts";
import { paperFaces } from "./faces.node.ts";
import { flow } from "./flow.ts";
import { pageInk } from "./ink.ts";
import { lineBreaks, mayCut } from "./line-breaks.ts";
import { paperReaders } from "./paper-readers.node.ts";
import { breakLines, withoutMiddle } from "./paragraph.ts";
import { pdfFile } from "./pdf-file.node.ts";
import { hostileNames, khmerClusters, SENTENCES } from "./sample-texts.node.ts";
import { textLayer } from "./text-layer.ts";

const SEED = process.env["PHUM_SEED"] ?? String(Date.now());
const ABOUT = {
  title: "ភូមិ",
  language: "km",
  producer: "Phum",
  madeAt: "2026-11-22T07:08:00.000Z",
  id: "0f".repeat(16),
};
const HALF = /^[\p{M}\u17D2]|^\p{Cf}/u;

/** Paragraphs on pages of their own height, and every line that was laid. */
async function paper(texts: readonly string[], widthPt = 300): Promise<{ pdf: Uint8Array; lines: string[] }> {
  const faces = await paperFaces();
  const parts = { layer: textLayer(), forms: new Map<string, string>() };
  const blocks = texts.map((text) => ({
    block: textBlock(text, { face: faces.regular, sizePt: 10, maxLines: 40 }, widthPt),
    gapPt: 6,
  }));
  const inks = flow(blocks, 760).map((placed) => {
    const ink = pageInk(parts);
    for (const { block, yPt } of placed) block.draw(ink, 40, 40 + yPt);
    return ink;
  });
  const pdf = pdfFile(
    inks.map((ink) => ink.operators()),
    parts,
    ABOUT,
  );
  return { pdf, lines: inks.flatMap((ink) => ink.lines()) };
}

/** What a reader may change: the kind and number of spaces, and marks that are never seen. */
function told(text: string): string {
  return text
    .replace(/[\s\u00A0\f]+/g, " ")
    .replace(/[\u200B-\u200D]/g, "")
    .trim();
}

for (const reader of paperReaders()) {
  test(`pdfFile() copies right in ${reader.name}`, { skip: reader.missing }, async () => {
    const { pdf, lines } = await paper([...SENTENCES, khmerClusters("copies", 400).join(" ")]);
    assert.equal(told(await reader.text(pdf)), told(lines.join(" ")));
  });

  test(`pdfFile() of hostile names copies right in ${reader.name}`, { skip: reader.missing }, async (t) => {
    t.diagnostic(`PHUM_SEED=${SEED}`);
    const names = hostileNames(SEED, 150);
    const { pdf, lines } = await paper(names, 460);
    // mupdf gives the letters of a ligature such as U+FB02; all three may set marks that stand alone elsewhere.
    const squeezed = (text: string): string =>
      text.replace(/[\s\u00A0]|[\p{M}\p{Cf}]/gu, "").replace(/[\uFB00-\uFB06]/g, (one) => one.normalize("NFKC"));
    assert.equal(squeezed(await reader.text(pdf)), squeezed(lines.join("")));
    assert.equal(squeezed(lines.join("")), squeezed(names.join("")));
  });
}

test("lineBreaks() never stand inside a cluster, before a closing mark, or before a per cent sign", () => {
  for (const text of [...SENTENCES, khmerClusters("breaks", 500).join(""), khmerClusters("spaced", 500).join(" ")]) {
    const breaks = lineBreaks(text);
    assert.ok(breaks.length > 4, text);
    assert.equal(breaks.at(-1), text.length);
    for (const at of breaks.slice(0, -1)) {
      const [before = "", after = ""] = [text.slice(0, at), text.slice(at)];
      assert.ok(!HALF.test(after) && !before.endsWith("\u17d2"), `inside a cluster at ${at} of ${text}`);
      assert.ok(!/^[។៖ៗ,.;:)%”]/.test(after), `a mark begins a line at ${at} of ${text}`);
      assert.ok(!/[(“]$/.test(before), `an opening mark ends a line at ${at} of ${text}`);
    }
  }
});

test("lineBreaks() keeps exhibit numbers, paths and words whole", () => {
  const text = "2026-0142-4 /dev/sdb1 WX41-A93K-7702";
  assert.deepEqual(
    lineBreaks(text).map((at) => text.slice(0, at)),
    ["2026-0142-4 ", "2026-0142-4 /dev/sdb1 ", text],
  );
});

test("breakLines() loses nothing, fits its width, and cuts what is too long at clusters", async () => {
  const { regular } = await paperFaces();
  const long = khmerClusters("long", 200).join("");
  for (const text of [...SENTENCES, "x".repeat(3000), `/a/${"long name ".repeat(20)}/${"b".repeat(300)}`, long]) {
    for (const width of [4000, 9000, 30_000]) {
      const lines = breakLines(regular, text, { width, maxLines: 10_000 });
      const whole = lines.map((line) => line.text).join("");
      assert.equal(whole.replace(/[\s\u00A0]/g, ""), text.replace(/[\s\u00A0]/g, ""));
      for (const line of lines) {
        assert.ok(line.width <= width + 20, `${line.width} of ${width}: ${line.text}`);
        assert.ok(!HALF.test(line.text), line.text);
      }
    }
  }
});

test("breakLines() of 4,000 characters and more leaves the middle out, and both ends stay", async () => {
  const { regular } = await paperFaces();
  const lines = breakLines(regular, `begin${"ក្រ".repeat(4000)}end.jpg`, { width: 20_000, maxLines: 6 });
  assert.equal(lines.length, 6);
  assert.ok(lines[0]?.text.startsWith("begin") && lines[2]?.text.endsWith("…") && lines[5]?.text.endsWith("end.jpg"));
  assert.ok(mayCut("ក្រ", 1) === false && mayCut("ក្រ", 2) === false && mayCut("កក", 1));
  const cut = withoutMiddle("ក្រុម".repeat(50), 21);
  assert.ok(cut.length <= 22 && !HALF.test(cut.split("…")[1] ?? ""), cut);
});

test("pdfFile() of the same pages gives the same bytes, and every object stands where its table says", async () => {
  const [first, second] = await Promise.all([paper(SENTENCES), paper(SENTENCES)]);
  assert.deepEqual(first.pdf, second.pdf);
  const text = Buffer.from(first.pdf).toString("latin1");
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const [, count = "0"] = /^xref\n0 (\d+)\n/.exec(text.slice(start)) ?? [];
  const places = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
  assert.equal(places.length, Number(count) - 1);
  for (const [i, at] of places.entries()) assert.ok(text.startsWith(`${i + 1} 0 obj\n`, at));
  for (const [, head = "", length] of text.matchAll(/<<([^\n]*)\/Length (\d+)>>\nstream\n/g)) {
    if (head.includes("FlateDecode")) assert.ok(Number(length) > 0);
  }
  const [, packed = ""] = /FlateDecode\/Length \d+>>\nstream\n([\s\S]*?)\nendstream/.exec(text) ?? [];
  assert.ok(inflateSync(Buffer.from(packed, "latin1")).length > 0);
});

test("flow() repeats a table's head, holds headings and what follows together, and never cuts a block", () => {
  const block = (heightPt: number) => ({ heightPt, draw: () => {} });
  const head = block(10);
  const rows = Array.from({ length: 30 }, () => ({ block: block(20), head }));
  const pages = flow(
    [{ block: block(85) }, { block: block(10), holdsNext: true }, { block: head, holdsNext: true }, ...rows],
    100,
  );
  assert.equal(pages[0]?.length, 1);
  for (const page of pages.slice(2)) assert.equal(page[0]?.block, head);
  for (const page of pages) {
    for (const { block: placed, yPt } of page) assert.ok(yPt + placed.heightPt <= 100);
  }
  assert.equal(stack([block(10), block(0), block(5)], 3).heightPt, 18);
});
