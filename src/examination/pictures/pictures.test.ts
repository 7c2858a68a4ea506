import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import type { Picture, PictureAnswer } from "./picture.ts";
import { bmpOf, drawing, psdOf, rawTiffOf, rle8BmpOf } from "./picture-samples.node.ts";
import { openPictures } from "./pictures.node.ts";
import type { RawPixels } from "./raw-pixels.ts";

const pictures = openPictures({ children: 1 });
after(() => pictures.close());

const DRAWN = drawing("pictures", 90, 60);
const encoded = ({ width, height, channels, pixels }: RawPixels) => sharp(pixels, { raw: { width, height, channels } });

function picture(answer: PictureAnswer): Picture {
  assert.ok(!("fault" in answer), JSON.stringify(answer));
  return answer;
}

function faultCode(answer: PictureAnswer): string {
  return "fault" in answer ? answer.fault.code : "none";
}

const exact: [string, () => Promise<Uint8Array>][] = [
  ["png", () => encoded(DRAWN).png().toBuffer()],
  ["webp", () => encoded(DRAWN).webp({ lossless: true }).toBuffer()],
  ["tiff", () => encoded(DRAWN).tiff({ compression: "lzw" }).toBuffer()],
  ["bmp", async () => bmpOf(DRAWN)],
  ["psd", async () => psdOf(DRAWN, false)],
  ["psd", async () => psdOf(DRAWN, true)],
];
for (const [format, bytes] of exact) {
  test(`decode() of ${format} gives the pixels that were written`, async () => {
    const answer = picture(await pictures.decode(await bytes(), "rgb"));
    assert.deepEqual([answer.format, answer.width, answer.height, answer.channels], [format, 90, 60, 3]);
    assert.deepEqual(Buffer.from(answer.pixels), Buffer.from(DRAWN.pixels));
    assert.equal(answer.facts.damaged, false);
  });
}

for (const format of ["jpeg", "gif", "avif"] as const) {
  test(`decode() of ${format} gives nearly the pixels that were written`, async () => {
    const answer = picture(await pictures.decode(await encoded(DRAWN).toFormat(format).toBuffer(), "rgb"));
    assert.equal(answer.format, format);
    let sum = 0;
    for (const [i, value] of answer.pixels.entries()) sum += Math.abs(value - (DRAWN.pixels[i] ?? 0));
    assert.ok(sum / DRAWN.pixels.length < 8, `${sum / DRAWN.pixels.length} a channel`);
  });
}

test("decode() of a run-length BMP of eight bits follows its palette", async () => {
  const answer = picture(
    await pictures.decode(
      rle8BmpOf(20, 10, (x, y) => x * 10 + y),
      "rgb",
    ),
  );
  const at = (x: number, y: number) => [...answer.pixels.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3)];
  assert.deepEqual(
    [at(0, 0), at(7, 3)],
    [
      [0, 255, 0],
      [36, 255 - 73, 73],
    ],
  );
});

test("decode() of camera RAW gives the preview in it, and says so", async () => {
  const preview = await encoded(DRAWN).jpeg().toBuffer();
  const answer = picture(await pictures.decode(rawTiffOf(preview), "rgb"));
  assert.deepEqual([answer.format, answer.facts.part, answer.width], ["raw", "preview", 90]);
  const direct = picture(await pictures.decode(preview, "rgb"));
  assert.deepEqual(Buffer.from(answer.pixels), Buffer.from(direct.pixels));
});

test("decode() of an animation gives the frame that is asked for, and counts them", async () => {
  const frames = [drawing("a", 30, 20), drawing("b", 30, 20)];
  const tall = { ...drawing("a", 30, 40), pixels: Buffer.concat(frames.map(({ pixels }) => pixels)) };
  const raw = { width: 30, height: 40, channels: 3, pageHeight: 20 } as const;
  for (const format of ["gif", "webp"] as const) {
    const bytes = await sharp(tall.pixels, { raw }).toFormat(format, { loop: 0 }).toBuffer();
    const [first, second] = [await pictures.decode(bytes, "rgb"), await pictures.decode(bytes, "rgb", { frame: 1 })];
    assert.equal(picture(first).facts.frames, 2, format);
    assert.equal(picture(second).height, 20, format);
    assert.notDeepEqual(picture(first).pixels, picture(second).pixels);
    assert.equal(faultCode(await pictures.decode(bytes, "rgb", { frame: 2 })), "no-such-frame");
  }
});

test("decode() of a JPEG that is cut off gives what there is, and says that it is damaged", async () => {
  const whole = await encoded(drawing("cut", 300, 200))
    .jpeg()
    .toBuffer();
  const cut = whole.subarray(0, whole.length * 0.6);
  for (const want of ["rgb", "grey"] as const) {
    const answer = picture(await pictures.decode(cut, want));
    assert.deepEqual([answer.width, answer.height, answer.facts.damaged], [300, 200, true]);
    const intact = picture(await pictures.decode(whole, "rgb"));
    if (want === "rgb") assert.deepEqual(answer.pixels.subarray(0, 9000), intact.pixels.subarray(0, 9000));
  }
});

test("decode() keeps stored order and notes the orientation", async () => {
  const bytes = await encoded(DRAWN).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const answer = picture(await pictures.decode(bytes, "grey"));
  assert.deepEqual([answer.width, answer.height, answer.facts.orientation], [90, 60, 6]);
});

test("decode() reduces to a square by nearest pixels and to a side by averages", async () => {
  const bytes = await encoded(drawing("wide", 1000, 300))
    .png()
    .toBuffer();
  const square = picture(await pictures.decode(bytes, "rgb", { square: 512 }));
  const whole = picture(await pictures.decode(bytes, "rgb"));
  assert.deepEqual([square.width, square.height, square.facts.storedWidth], [512, 512, 1000]);
  const [x, y] = [301, 77];
  const from = Math.floor((y * 300) / 512) * 3000 + Math.floor((x * 1000) / 512) * 3;
  assert.deepEqual(
    square.pixels.subarray((y * 512 + x) * 3, (y * 512 + x) * 3 + 3),
    whole.pixels.subarray(from, from + 3),
  );
  const fitted = picture(await pictures.decode(bytes, "grey", { maxSide: 200 }));
  assert.deepEqual([fitted.width, fitted.height, fitted.channels], [200, 60, 1]);
});

test("decode() reads a descriptor from its first byte", async () => {
  const folder = mkdtempSync(join(tmpdir(), "phum-pictures-"));
  try {
    writeFileSync(join(folder, "x"), await encoded(DRAWN).png().toBuffer());
    const fd = openSync(join(folder, "x"), "r");
    const answer = picture(await pictures.decode(fd, "rgb"));
    closeSync(fd);
    assert.equal(
      createHash("sha256").update(answer.pixels).digest("hex"),
      createHash("sha256").update(DRAWN.pixels).digest("hex"),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const REFUSED: [string, string][] = [
  ["svg", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
  ["jxl", "\xff\x0a\0\0"],
  ["pdf", "%PDF-1.7"],
  ["video", "\0\0\0\x18ftypisom\0\0\0\0isom"],
];
for (const [format, bytes] of REFUSED) {
  test(`decode() refuses ${format} by name`, async () => {
    const answer = await pictures.decode(Buffer.from(bytes, "latin1"), "rgb");
    assert.deepEqual(answer, { fault: { code: "refused", format } });
  });
}

test("decode() of no picture says so", async () => {
  assert.equal(faultCode(await pictures.decode(Buffer.from("plain text"), "rgb")), "unknown");
  assert.equal(faultCode(await pictures.decode(new Uint8Array(0), "rgb")), "unknown");
});
