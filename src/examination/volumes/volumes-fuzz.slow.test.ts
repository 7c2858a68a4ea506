// The fear: a table made to harm that stops the reading, makes it read for ever, or leaves bytes out. 10,000 or 45 s.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { readVolumes } from "./read-volumes.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const SIZE = 256 * 1024;

/** A medium with something of every scheme; `kind` decides which of them stands first. */
function seedImage(kind: number): Buffer {
  const image = Buffer.alloc(SIZE);
  const slot = (at: number, type: number, [first, count]: [number, number]): void => {
    image[at + 4] = type;
    image.writeUInt32LE(first, at + 8);
    image.writeUInt32LE(count, at + 12);
  };
  if (kind % 4 < 2) {
    image.set([0x55, 0xaa], 510);
    slot(446, kind % 2 === 0 ? 7 : 0xee, [63, 100]);
    slot(462, 0x0f, [200, 200]);
    image.set([0x55, 0xaa], 200 * 512 + 510);
    slot(200 * 512 + 446, 0x83, [10, 50]);
    slot(200 * 512 + 462, 5, [100, 50]);
  }
  if (kind % 4 === 1) image.write("EFI PART\0\0\x01\0\x5c", 512, "latin1");
  if (kind % 4 === 1) image.set([2, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 128, 0, 0, 0], 512 + 72);
  if (kind % 4 === 2) {
    image.write("ER\x02\0", 0, "latin1");
    for (let i = 1; i < 5; i++) image.write("PM\0\0\0\0\0\x04\0\0\0\x40\0\0\0\x20name", 512 * i, "latin1");
  }
  if (kind % 4 === 3) {
    image.write("LABELONE", 512, "latin1");
    image.set([32, 0, 0, 0], 532);
    image.write("LVM2 001abcdefghijklmnopqrstuvwxyz012345", 536, "latin1");
    image.writeUInt32LE(4096, 512 + 72);
    image.writeUInt32LE(4096, 512 + 104);
    image.writeUInt32LE(65536, 512 + 112);
    image.write(" LVM2 x[5A%r0N*>\x01", 4096 + 4, "latin1");
    image.writeUInt32LE(65536, 4096 + 32);
    const text =
      'v { seqno = 1 extent_size = 8 physical_volumes { p { id = "abcdefghijklmnopqrstuvwxyz012345" pe_start = 128 } } ' +
      'logical_volumes { l { segment1 { start_extent = 0 extent_count = 2 type = "striped" stripes = ["p", 1] } } } }';
    image.writeUInt32LE(512, 4096 + 40);
    image.writeUInt32LE(text.length, 4096 + 48);
    image.write(text, 4096 + 512, "latin1");
  }
  return image;
}

test("readVolumes() of mutated tables ends, reads boundedly, covers the source", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const image = seedImage(done);
    const places = [446, 512, 512 + 72, 200 * 512 + 446, 4096, 4096 + 512, 4096 + 700];
    for (let i = random.below(12); i >= 0; i--) {
      const at = (places[random.below(places.length)] ?? 0) + random.below(64);
      image[at] = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x7b, random.below(256)][random.below(8)] ?? 0;
    }
    const sizeBytes = [SIZE, SIZE - 1, 2 ** 43 + 513, 600, random.below(SIZE)][random.below(5)] ?? SIZE;
    let bytes = 0;
    const found = readVolumes({
      sizeBytes,
      readSync: (view, at) => {
        bytes += view.length;
        assert.ok(at >= 0 && at + view.length <= sizeBytes, `seed ${seed}, case ${done}`);
        view.fill(0);
        image.copy(view, 0, Math.min(at, SIZE), Math.min(at + view.length, SIZE));
        return view.length;
      },
    });
    assert.ok(bytes <= 130 * 1024 * 1024 && found.volumes.length <= 10_000, `seed ${seed}, case ${done}`);
    let covered = 0;
    const pieces = found.volumes.flatMap((volume) => (volume.read === null ? [] : volume.extents));
    for (const { startByte, lengthBytes } of pieces.toSorted((a, b) => a.startByte - b.startByte)) {
      assert.ok(Math.min(startByte, sizeBytes) <= covered, `seed ${seed}, case ${done}: nothing covers ${covered}`);
      covered = Math.max(covered, startByte + lengthBytes);
    }
    assert.ok(covered >= sizeBytes, `seed ${seed}, case ${done}`);
  }
  console.log(`volumes: seed ${seed}, ${done} cases`);
});
