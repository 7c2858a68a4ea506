import assert from "node:assert/strict";
import { test } from "node:test";
import { type SeededRandom, seededRandom } from "#base/values";
import { memorySource, ReadError } from "#examination/sources";
import { aff4Of } from "./aff4-sample.node.ts";
import { discOf, qcow2Of, udifOf, vdiOf, vhdOf, vhdxOf, vmdkOf } from "./container-samples.node.ts";
import { writeEwf } from "./ewf-sample.node.ts";
import { isRefusal } from "./image.ts";
import { logicalImageOf, memoryFolder, sampleMedia } from "./image-samples.node.ts";
import { openImage } from "./open-image.node.ts";

// 10,000 mutated images or 45 s, whichever ends first: nothing but a refusal, a problem or a ReadError may come of them.
const SEED = process.env["PHUM_FUZZ_SEED"] ?? `${Date.now()}`;
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = process.env["PHUM_FUZZ_CASES"] === undefined ? 45_000 : Number.POSITIVE_INFINITY;
const CASE_LIMIT_MS = 5000;
const MEMORY_LIMIT_BYTES = 2 ** 30;

const MEDIA = sampleMedia("fuzz", 262_144);

function sets(): Record<string, Uint8Array>[] {
  const all: Record<string, Uint8Array>[] = [];
  for (const level of [0, 6]) {
    const files: Record<string, Uint8Array> = {};
    const media = memorySource(MEDIA);
    const wishes = {
      stem: "x",
      media,
      segmentBytes: 90_000,
      chunkSectors: 16,
      level,
      badSectors: [{ first: 1, count: 2 }],
    };
    writeEwf(wishes, (name, bytes) => {
      files[name] = bytes;
    });
    all.push(files);
  }
  const base = { "base.img": MEDIA };
  return [
    ...all,
    { "x.qcow2": qcow2Of(MEDIA) },
    { "x.qcow2": qcow2Of(MEDIA, "base.img"), ...base },
    { "x.vmdk": vmdkOf(MEDIA, false) },
    { "x.vmdk": vmdkOf(MEDIA, true) },
    { "x.vhd": vhdOf(MEDIA, "dynamic") },
    { "x.vhd": vhdOf(MEDIA, "differencing", "base.vhd"), "base.vhd": vhdOf(MEDIA, "dynamic") },
    { "x.vhdx": vhdxOf(MEDIA) },
    { "x.vdi": vdiOf(MEDIA) },
    { "x.dmg": udifOf(MEDIA) },
    { "x.bin": discOf(MEDIA, { mode: 1 }) },
    { "x.aff4": aff4Of({ media: MEDIA, compression: "zlib", md5: "00", unreadable: { first: 3, count: 2 } }).file },
    { "x.ad1": logicalImageOf({ "a.txt": MEDIA.subarray(0, 70_000), "b.txt": MEDIA.subarray(0, 100) }) },
  ];
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** A copy with up to eight wounds, most of them where headers and tables are. */
function mutated(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let copy = bytes.slice();
  for (let wounds = 1 + random.below(8); wounds > 0; wounds--) {
    const near = [random.below(2048), Math.max(0, copy.length - 1 - random.below(2048)), random.below(copy.length)];
    const at = near[random.below(3)] ?? 0;
    const kind = random.below(10);
    if (kind === 0) copy = copy.slice(0, random.below(copy.length) + 1);
    else if (kind < 5) copy[at] = random.below(256);
    else if (kind < 7) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    else if (at + 8 <= copy.length) {
      const view = new DataView(copy.buffer);
      const value = EXTREMES[random.below(EXTREMES.length)] ?? 0;
      if (kind === 7) view.setUint32(at, value, true);
      else if (kind === 8) view.setUint32(at, value);
      else view.setBigUint64(at, (BigInt(value) << 32n) | BigInt(random.bits32()), random.below(2) === 0);
    }
  }
  return copy;
}

/** Opens and reads here and there. @returns What came of it. */
function exercise(files: Record<string, Uint8Array>, random: SeededRandom): string {
  const folder = memoryFolder(files);
  const image = openImage(folder.file(Object.keys(files)[0] ?? ""), folder);
  if (isRefusal(image)) return image.refused;
  const { media } = image;
  assert.ok(Number.isSafeInteger(media.sizeBytes) && media.sizeBytes >= 0, `size ${media.sizeBytes}`);
  const view = new Uint8Array(100_000);
  for (let reads = 0; reads < 8; reads++) {
    const at = reads === 0 ? 0 : Math.floor(random.fraction() * media.sizeBytes);
    try {
      const got = media.readSync(view, at);
      assert.equal(got, Math.min(view.length, media.sizeBytes - at));
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      assert.ok(error.goodBytes >= 0 && error.goodBytes < view.length && error.offsetBytes === at + error.goodBytes);
    }
  }
  let entries = 0;
  for (const entry of image.entries?.() ?? []) {
    if (++entries > 2000) break;
    try {
      entry.read.readSync(view, 0);
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
    }
  }
  return image.format;
}

test(`openImage() of mutated images (seed ${SEED}) refuses, tells or reads, and never fails, hangs or grows`, () => {
  const random = seededRandom(SEED);
  const samples = sets();
  for (const files of samples) assert.notEqual(exercise(files, random), "raw");
  const outcomes = new Map<string, number>();
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const sample = samples[done % samples.length] ?? {};
    const names = Object.keys(sample);
    const wounded = names[random.below(names.length)] ?? "";
    const files = { ...sample, [wounded]: mutated(sample[wounded] ?? new Uint8Array(1), random) };
    const began = performance.now();
    let outcome = "";
    try {
      outcome = exercise(files, random);
    } catch (error) {
      assert.fail(`seed ${SEED}, case ${done}, ${names[0]}: ${error instanceof Error ? error.stack : error}`);
    }
    const took = performance.now() - began;
    assert.ok(took < CASE_LIMIT_MS, `seed ${SEED}, case ${done}, ${names[0]} took ${took} ms`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  assert.ok(process.memoryUsage().rss < MEMORY_LIMIT_BYTES, `memory ${process.memoryUsage().rss}`);
  assert.ok(outcomes.size > 8, "the wounds did not reach many ways out");
  console.log(`${done} cases of seed ${SEED}: ${[...outcomes].map(([name, count]) => `${name} ${count}`).join(", ")}`);
});
