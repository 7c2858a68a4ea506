// Mutated shadow copies: 10,000 of them, or as many as 45 seconds allow. None may throw anything but a read error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { SAMPLE_MS, sampleNtfs } from "./ntfs-sample.ts";
import { openFileSystems } from "./open-file-systems.ts";
import { memoryVolume } from "./sample-entries.ts";
import { changedBlocks, shadowSample } from "./vss-sample.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;

test("openFileSystems() of mutated shadow copies ends and throws nothing but read errors", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const state = (fill: number): Uint8Array =>
    sampleNtfs({
      clusters: 256,
      files: [{ record: 30, names: [`a${fill}`], streams: [{ bytes: new Uint8Array(9000).fill(fill) }] }],
    });
  const states = [1, 2, 3].map(state);
  const [first = new Uint8Array(0), second = new Uint8Array(0), third = new Uint8Array(0)] = states;
  const original = shadowSample(third, [
    {
      createdMs: SAMPLE_MS,
      descriptors: [...changedBlocks(first, second), { originalByte: 0x8000, relativeByte: 0, flags: 1 }],
    },
    { createdMs: SAMPLE_MS + 1, descriptors: changedBlocks(second, third), free: [9] },
  ]);
  const tables = Math.ceil(third.length / 0x4000) * 0x4000;
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const bytes = Buffer.from(original);
    for (let i = random.below(8); i >= 0; i--) {
      const block = tables + random.below((bytes.length - tables) / 0x4000) * 0x4000;
      const place = random.below(6) === 0 ? 0x1e00 + random.below(64) : block + random.below(400);
      bytes[place] = [0, 1, 2, 0x40, 0x80, 0xff, random.below(256)][random.below(7)] ?? 0;
    }
    const cut = random.below(8) === 0 ? tables + random.below(bytes.length - tables) : bytes.length;
    for (const fileSystem of openFileSystems(memoryVolume(bytes.subarray(0, cut)))) {
      for (const { streams } of fileSystem.entries()) {
        for (const { read } of streams) {
          try {
            read.readSync(new Uint8Array(100), 0);
          } catch (error) {
            assert.ok(error instanceof ReadError, `seed ${seed}, case ${done}: ${error}`);
          }
        }
      }
    }
  }
  console.log(`vss: seed ${seed}, ${done} cases`);
});
