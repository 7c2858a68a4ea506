import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { type SeededRandom, seededRandom } from "#base/values";
import { LANGUAGES } from "#base/words";
import { bmpOf, drawing, psdOf, rawTiffOf } from "./picture-samples.node.ts";
import { openPictures } from "./pictures.node.ts";
import { pictureFaultText } from "./words.ts";

// 10,000 mutated pictures or 45 s, whichever ends first: each ends in pixels or in a finding, and the run goes on.
const SEED = process.env["PHUM_FUZZ_SEED"] ?? `${Date.now()}`;
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = process.env["PHUM_FUZZ_CASES"] === undefined ? 45_000 : Number.POSITIVE_INFINITY;
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

async function samples(): Promise<Buffer[]> {
  const drawn = drawing("fuzz", 48, 40);
  const raw = sharp(drawn.pixels, { raw: { width: 48, height: 40, channels: 3 } });
  const jpeg = await raw.clone().jpeg().toBuffer();
  const pages = { raw: { width: 48, height: 40, channels: 3, pageHeight: 20 } } as const;
  return [
    jpeg,
    await raw.clone().jpeg({ progressive: true }).toBuffer(),
    await raw.clone().toColourspace("cmyk").jpeg().toBuffer(),
    await raw.clone().png().toBuffer(),
    await raw.clone().png({ palette: true, progressive: true }).toBuffer(),
    await raw.clone().webp().toBuffer(),
    await sharp(drawn.pixels, pages).webp({ lossless: true }).toBuffer(),
    await sharp(drawn.pixels, pages).gif().toBuffer(),
    await raw.clone().tiff({ compression: "lzw" }).toBuffer(),
    await raw.clone().tiff({ compression: "jpeg", tile: true }).toBuffer(),
    await raw.clone().avif({ effort: 0 }).toBuffer(),
    Buffer.from(bmpOf(drawn)),
    Buffer.from(psdOf(drawn, true)),
    Buffer.from(rawTiffOf(jpeg)),
    Buffer.from(
      "\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x40meta\0\0\0\0\0\0\0\x14ispe\0\0\0\0\0\0\0\x20\0\0\0\x20",
      "latin1",
    ),
  ];
}

/** A copy with up to six wounds, most of them near its beginning; its first four bytes mostly stay. */
function mutated(bytes: Buffer, random: SeededRandom): Buffer {
  let copy = Buffer.from(bytes);
  for (let wounds = 1 + random.below(6); wounds > 0; wounds--) {
    const at = Math.min(copy.length - 1, 4 + (random.below(3) === 0 ? random.below(copy.length) : random.below(200)));
    const kind = random.below(8);
    if (kind === 0 && copy.length > 32) copy = copy.subarray(0, 16 + random.below(copy.length - 16));
    else if (kind < 4) copy[at] = random.below(256);
    else if (kind < 6) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    else if (at + 4 <= copy.length) {
      const value = EXTREMES[random.below(EXTREMES.length)] ?? 0;
      if (kind === 6) copy.writeUInt32LE(value, at);
      else copy.writeUInt32BE(value, at);
    }
  }
  return copy;
}

test(`decode() of mutated pictures ends in pixels or a finding (PHUM_FUZZ_SEED=${SEED})`, async (t) => {
  const random = seededRandom(SEED);
  const originals = await samples();
  const pictures = openPictures({ pixels: 2 ** 24, ms: 10_000, memoryBytes: 2 ** 30 });
  const counts: Record<string, number> = {};
  const endMs = performance.now() + LIMIT_MS;
  let cases = 0;
  const worker = async (): Promise<void> => {
    while (cases < CASES && performance.now() < endMs) {
      const bytes = mutated(originals[cases++ % originals.length] ?? Buffer.alloc(0), random);
      const how = random.below(2) === 0 ? { square: 512 } : { maxSide: 32, frame: random.below(2) };
      const answer = await pictures.decode(bytes, random.below(2) === 0 ? "rgb" : "grey", how);
      const outcome = "fault" in answer ? answer.fault.code : answer.facts.damaged ? "decoded in part" : "decoded";
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      if ("fault" in answer)
        for (const language of LANGUAGES) assert.ok(pictureFaultText(language, answer.fault).length > 10);
      else assert.equal(answer.pixels.length, answer.width * answer.height * answer.channels);
    }
  };
  try {
    await Promise.all([worker(), worker(), worker()]);
    const [sound] = originals;
    assert.ok(
      !("fault" in (await pictures.decode(sound ?? Buffer.alloc(0), "rgb"))),
      "sound pictures are decoded afterwards",
    );
  } finally {
    pictures.close();
  }
  t.diagnostic(`${cases} cases: ${JSON.stringify(counts)}`);
});
