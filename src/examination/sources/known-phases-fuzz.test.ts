// The fear: that a header made to harm stops an examination, makes it read for ever, or gives regions that do not cover
// the source. 10,000 mutated first mebibytes, or 45 seconds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { knownPhases } from "./known-phases.ts";

const MIB = 1024 * 1024;
const CASES = 10_000;
const LIMIT_MS = 45_000;

/** A first mebibyte with a table of every kind that knownPhases follows and a volume of most kinds in its reach. */
function seedImage(kind: number): Buffer {
  const image = Buffer.alloc(MIB);
  image.set([0x55, 0xaa], 510);
  const entry = (at: number, type: number, [first, count]: [number, number]): void => {
    image[at + 4] = type;
    image.writeUInt32LE(first, at + 8);
    image.writeUInt32LE(count, at + 12);
  };
  entry(446, 7, [63, 500]);
  entry(462, 0x0f, [600, 1000]);
  entry(478, 0x83, [1000, 900]);
  image.set([0x55, 0xaa], 600 * 512 + 510);
  entry(600 * 512 + 446, 0x83, [10, 100]);
  entry(600 * 512 + 462, 5, [0, 100]);
  if (kind % 3 === 0) image.write("EFI PART\0\0\x01\0\x5c", 512, "latin1");
  image.write(["NTFS    ", "EXFAT   ", "MSDOS5.0", "-FVE-FS-"][kind % 4] ?? "", 63 * 512 + 3, "latin1");
  image.writeUInt16LE(512, 63 * 512 + 11);
  image.set([8, 32, 0, 2], 63 * 512 + 13);
  image.set([0x55, 0xaa], 63 * 512 + 510);
  image.writeUInt16LE(0xef53, 1000 * 512 + 1024 + 56);
  if (kind % 5 === 0) image.set(image.subarray(63 * 512, 64 * 512), 0);
  return image;
}

test("knownPhases() of mutated headers covers the source, in bounded reads, and never throws", () => {
  const seed = "phases-fuzz-1";
  const random = seededRandom(seed);
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const image = seedImage(done);
    const mutations = 1 + random.below(20);
    for (let i = 0; i < mutations; i++) {
      const area = [0, 446, 512, 63 * 512, 600 * 512, 1000 * 512 + 1024][random.below(6)] ?? 0;
      const value = [0, 1, 0x7f, 0x80, 0xff, random.below(256)][random.below(6)] ?? 0;
      image[area + random.below(512)] = value;
    }
    const sizeBytes = [MIB, MIB - 1, 2 ** 40 + 513, 600 * 512, random.below(MIB)][random.below(5)] ?? MIB;
    let reads = 0;
    let bytes = 0;
    const known = knownPhases((view, offsetBytes) => {
      reads++;
      bytes += view.length;
      assert.ok(offsetBytes >= 0 && offsetBytes + view.length <= sizeBytes, `seed ${seed}, case ${done}`);
      image.copy(view, 0, Math.min(offsetBytes, MIB), Math.min(offsetBytes + view.length, MIB));
      return view.length;
    }, sizeBytes);
    assert.ok(reads <= 2048 && bytes <= 64 * MIB, `seed ${seed}, case ${done}`);
    let at = 0;
    for (const region of known.regions) {
      assert.equal(region.startByte, at, `seed ${seed}, case ${done}`);
      assert.ok(region.endByte > at && (region.phase === null || [0, 1, 2, 3, 4, 5, 6, 7].includes(region.phase)));
      at = region.endByte;
    }
    assert.equal(at, sizeBytes, `seed ${seed}, case ${done}`);
  }
  console.log(`known phases: seed ${seed}, ${done} cases`);
});
