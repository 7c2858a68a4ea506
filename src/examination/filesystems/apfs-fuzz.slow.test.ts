// Mutated containers: 10,000 of them, or as many as 45 seconds allow. None may throw anything but a read error. Checksums
// are made right again in most of them, or nothing but checksums would be tried.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { apfsSample, seal } from "./apfs-sample.ts";
import { openApfs } from "./apfs-volume.ts";
import { memoryVolume } from "./sample-entries.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const BLOCK = 4096;
const OBJECTS = [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 15, 15, 16, 17, 18];

test("openApfs() of mutated containers ends and throws nothing but read errors", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const items = [
    { id: 16, parent: 2, name: "folder" },
    { id: 17, parent: 16, name: "a", bytes: Buffer.alloc(9000, "a"), attributes: { note: Buffer.from("x") } },
    { id: 18, parent: 2, name: "link", target: "a", names: [{ parent: 2, name: "link" }] },
    { id: 19, parent: 2, name: "packed", compressed: true, attributes: { "com.apple.decmpfs": Buffer.alloc(20) } },
  ];
  const former = items.slice(0, 2);
  const originals = [
    apfsSample({ items, snapshot: { name: "before", items: former } }),
    apfsSample({ items, earlier: former }),
  ];
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const bytes = Buffer.from(originals[done % 2] ?? []);
    for (let i = random.below(6); i >= 0; i--) {
      const at = (OBJECTS[random.below(OBJECTS.length)] ?? 0) * BLOCK;
      const place = at + (random.below(4) === 0 ? BLOCK - 1 - random.below(800) : 24 + random.below(300));
      bytes[place] = [0, 1, 2, 3, 0x40, 0x80, 0xff, random.below(256)][random.below(8)] ?? 0;
      if (random.below(10) > 0) seal(bytes.subarray(at, at + BLOCK));
    }
    const cut = random.below(10) === 0 ? random.below(bytes.length) : bytes.length;
    for (const fileSystem of openApfs(memoryVolume(bytes.subarray(0, cut)))) {
      for (const { streams } of fileSystem.entries()) {
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
  }
  console.log(`apfs: seed ${seed}, ${done} cases`);
});
