// Mutated ext volumes: 10,000 of them, or as many as 45 seconds allow. Every one is read whole: entries, some of their
// bytes, unallocated ranges. None may throw anything but a read error, run long, or lead out of the volume.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { type ByteSource, ReadError } from "#examination/sources";
import { emptyDirectory, extSample } from "./ext-sample.ts";
import { openExt } from "./ext-volume.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const SEED = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
const BLOCK = 1024;

/** A volume with files by both maps, folders, deleted files, a journal that tells of them, and a pending change. */
function seedImage(extents: boolean): Buffer {
  const sample = extSample({ blocks: 256, journal: true, extents });
  for (let i = 12; i < 18; i++) sample.file(i, `file-${i}`, Buffer.alloc(i * 900, i));
  sample.inode(20, { mode: 0o40755, sizeBytes: BLOCK, links: 2 });
  const own = sample.take();
  sample.image.writeUInt32LE(own, 5 * BLOCK + 19 * 128 + 40);
  emptyDirectory(sample.bytesOf(own), 20, 2);
  sample.name(sample.rootBlock, { inode: 20, name: "folder", type: 2 });
  sample.inode(21, { mode: 0o100644, sizeBytes: 3000, generation: 4 });
  const used = sample.content(21, Buffer.alloc(3000, 1));
  sample.name(own, { inode: 21, name: "deep", type: 1 });
  const copies = [6, 7, sample.rootBlock, own].map((block) => ({ block, bytes: Buffer.from(sample.bytesOf(block)) }));
  sample.transaction(5, copies);
  sample.remove(21, used, true);
  emptyDirectory(sample.bytesOf(own), 20, 2);
  sample.name(own, { inode: 22, name: "old", type: 1, slack: true });
  sample.transaction(6, [{ block: 3, bytes: Buffer.from(sample.bytesOf(3)) }]);
  if (extents) sample.dirty(6);
  return sample.image;
}

const IMAGES = [seedImage(false), seedImage(true)];
/** Superblock, descriptors, bitmaps, inodes, and the blocks where root, journal and folder stand. */
const PLACES = [1024, 1024 + 80, 2048, 3072, 4096, 5 * BLOCK + 128, 6 * BLOCK, 6 * BLOCK + 500, 7 * BLOCK, 13 * BLOCK];

test("openExt() of mutated volumes ends, stays within the volume, and throws nothing but read errors", () => {
  const random = seededRandom(SEED);
  const started = performance.now();
  let done = 0;
  let opened = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const image = Buffer.from(IMAGES[done % 2] ?? []);
    for (let i = random.below(16); i >= 0; i--) {
      const place =
        random.below(3) === 0 ? (13 + random.below(60)) * BLOCK : (PLACES[random.below(PLACES.length)] ?? 0);
      const at = place + random.below(i % 2 === 0 ? 128 : BLOCK);
      image[at] = [0, 1, 2, 0x7f, 0x80, 0xff, random.below(256)][random.below(7)] ?? 0;
    }
    const sizeBytes = random.below(10) === 0 ? random.below(image.length) : image.length;
    const volume: ByteSource = {
      sizeBytes,
      readSync: (view, at) => {
        assert.ok(Number.isSafeInteger(at) && at >= 0, `seed ${SEED}, case ${done}`);
        return at >= sizeBytes ? 0 : image.copy(view, 0, at, Math.min(sizeBytes, at + view.length));
      },
    };
    const begun = performance.now();
    opened += readWhole(volume, done) ? 1 : 0;
    assert.ok(performance.now() - begun < 5000, `seed ${SEED}, case ${done} ran long`);
  }
  assert.ok(opened > done / 2);
  console.log(`ext: seed ${SEED}, ${done} cases, ${opened} opened`);
});

function readWhole(volume: ByteSource, done: number): boolean {
  const fileSystem = openExt(volume);
  if (fileSystem === null) return false;
  let entries = 0;
  for (const entry of fileSystem.entries()) {
    assert.ok(++entries < 100_000, `seed ${SEED}, case ${done}`);
    const view = new Uint8Array(4096);
    for (const { read } of entry.streams) {
      for (const at of [0, Math.max(0, read.sizeBytes - 4096)]) {
        try {
          read.readSync(view, at);
        } catch (error) {
          assert.ok(error instanceof ReadError, `seed ${SEED}, case ${done}: ${error}`);
        }
      }
    }
  }
  let last = -1;
  for (const { startByte, lengthBytes } of fileSystem.unallocated()) {
    assert.ok(startByte > last && lengthBytes > 0, `seed ${SEED}, case ${done}`);
    last = startByte + lengthBytes - 1;
  }
  assert.ok(last < volume.sizeBytes, `seed ${SEED}, case ${done}`);
  assert.ok(fileSystem.problems.length <= 200);
  return true;
}
