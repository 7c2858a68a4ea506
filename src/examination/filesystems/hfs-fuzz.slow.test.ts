// Mutated HFS+ volumes: 10,000 of them, or as many as 45 seconds allow. Every one is read whole. None may throw anything
// but a read error, or run long.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { HFS_BLOCK, hfsSample, type SampleItem } from "./hfs-sample.ts";
import { openHfs } from "./hfs-volume.ts";
import { memoryVolume } from "./sample-entries.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const FOLDER: SampleItem = { id: 20, parent: 2, name: "folder", folder: true };
const FILE: SampleItem = { id: 21, parent: 20, name: "a.bin", content: { sizeBytes: 5000, start: 10, count: 2 } };

function head(kind: number, sizeBytes: number, rest: Uint8Array): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write("fpmc", 0, "latin1");
  bytes.writeUInt32LE(kind, 4);
  bytes.writeUInt32LE(sizeBytes, 8);
  return Buffer.concat([bytes, rest]);
}

test("openHfs() of mutated volumes ends and throws nothing but read errors", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const packed = [30, 31, 32].map((id) => ({ id, parent: 2, name: `packed${id}`, compressed: true }));
  const image = hfsSample([FOLDER, FILE, ...packed], {
    former: [{ id: 40, parent: 20, name: "gone", content: { sizeBytes: 5000, start: 20, count: 2 } }],
    heads: [
      { id: 30, value: head(3, 50, deflateSync(Buffer.alloc(50, "z"))) },
      { id: 31, value: head(7, 240, Buffer.from("\xe6small \x38\x06\xf0\xd0\x06", "latin1")) },
      { id: 32, value: head(11, 9, Buffer.from("bvx-\x09\0\0\0some textbvx$", "latin1")) },
    ],
  });
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const bytes = Buffer.from(image);
    for (let i = random.below(12); i >= 0; i--) {
      const place =
        [
          1024,
          1024 + 0x110,
          4 * HFS_BLOCK,
          5 * HFS_BLOCK,
          5 * HFS_BLOCK + 400,
          6 * HFS_BLOCK,
          7 * HFS_BLOCK,
          6 * HFS_BLOCK - 40,
        ][random.below(8)] ?? 0;
      bytes[place + random.below(256)] = [0, 1, 2, 0x80, 0xff, random.below(256)][random.below(6)] ?? 0;
    }
    const fileSystem = openHfs(
      memoryVolume(bytes.subarray(0, random.below(8) === 0 ? random.below(bytes.length) : bytes.length)),
    );
    if (fileSystem === null) continue;
    for (const { streams } of fileSystem.entries()) {
      for (const { read } of streams) {
        try {
          read.readSync(new Uint8Array(100), 0);
        } catch (error) {
          assert.ok(error instanceof ReadError, `seed ${seed}, case ${done}: ${error}`);
        }
      }
    }
    let last = -1;
    for (const { startByte, lengthBytes } of fileSystem.unallocated()) {
      assert.ok(startByte > last && lengthBytes > 0, `seed ${seed}, case ${done}`);
      last = startByte + lengthBytes - 1;
    }
  }
  console.log(`hfs: seed ${seed}, ${done} cases`);
});
