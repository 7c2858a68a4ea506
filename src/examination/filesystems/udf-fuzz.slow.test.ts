// Mutated UDF discs: 10,000 of them, or as many as 45 seconds allow. Every one is read whole. None may throw anything but a
// read error, or run long.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { memoryVolume } from "./sample-entries.ts";
import { addUdfSession, udfSample } from "./udf-sample.ts";
import { openUdf, openUdfSessions } from "./udf-volume.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const A = Buffer.from("first file");
const B = Buffer.alloc(500, "b");

test("openUdf() of mutated discs ends and throws nothing but read errors", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const files = [
    { name: "a", bytes: A },
    { name: "b", bytes: B, inline: true },
    { name: "gone", bytes: A, gone: true },
  ];
  const images = [udfSample(files), udfSample(files, true)];
  addUdfSession(images[1] ?? Buffer.alloc(0), B);
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const bytes = Buffer.from(images[done % 2] ?? []);
    for (let i = random.below(10); i >= 0; i--) {
      const block = [32, 33, 256, 260, 261, 262, 263, 265, 300, 305, 308, 310][random.below(12)] ?? 0;
      const place = block * 2048 + ([0, 16, 50, 170, 240, 440][random.below(6)] ?? 0);
      bytes[place + random.below(160)] = [0, 1, 2, 0x80, 0xff, random.below(256)][random.below(6)] ?? 0;
    }
    const volume = memoryVolume(bytes.subarray(0, random.below(8) === 0 ? random.below(bytes.length) : bytes.length));
    const fileSystem = openUdf(volume);
    if (fileSystem === null) continue;
    const systems = [fileSystem, ...openUdfSessions(volume, fileSystem)];
    for (const { streams } of systems.flatMap(({ entries }) => [...entries()])) {
      for (const { read } of streams) {
        try {
          read.readSync(new Uint8Array(100), 0);
        } catch (error) {
          assert.ok(error instanceof ReadError, `seed ${seed}, case ${done}: ${error}`);
        }
      }
    }
    for (const { lengthBytes } of fileSystem.unallocated()) assert.ok(lengthBytes > 0, `seed ${seed}, case ${done}`);
  }
  console.log(`udf: seed ${seed}, ${done} cases`);
});
