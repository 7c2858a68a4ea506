// Mutated FAT and exFAT volumes: 10,000 of them, or as many as 45 seconds allow. Every one is read whole: entries, some
// of their bytes, unallocated ranges. None may throw anything but a read error, run long, or lead out of the volume.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { concatBytes, seededRandom } from "#base/values";
import { type ByteSource, ReadError } from "#examination/sources";
import { ExfatSample } from "./exfat-sample.ts";
import { openExfat } from "./exfat-volume.ts";
import { FatSample } from "./fat-sample.ts";
import { openFat } from "./fat-volume.ts";
import type { FileEntry } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { memoryVolume } from "./sample-entries.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const SEED = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
const MS = Date.UTC(2024, 5, 1);

function fatImage(kind: "fat12" | "fat16" | "fat32"): Uint8Array {
  const sample = new FatSample({ kind, clusters: kind === "fat16" ? 4085 : 200 });
  const folder = sample.addDirectory(sample.root, "a folder with a long name", MS);
  const inner = sample.addDirectory(folder, "INNER", MS);
  for (let i = 0; i < 12; i++) {
    const parent = [sample.root, folder, inner][i % 3] ?? sample.root;
    const content = new Uint8Array(700 * (i % 4)).fill(i);
    const item = sample.addFile(parent, i % 2 === 0 ? `FILE${i}.TXT` : `picture number ${i}.jpg`, {
      content,
      ms: MS + i,
    });
    if (i % 3 === 1) sample.append(item, new Uint8Array(900), MS + 100 * i);
    if (i % 4 === 3) sample.remove(item);
  }
  const [png, gap] = [pngImage(), new Uint8Array(1500).fill(3)];
  const pieces = sample.addFile(sample.root, "pieces.png", { content: png.subarray(0, 2048), ms: MS });
  const between = sample.addFile(sample.root, "BETWEEN.BIN", { content: gap, ms: MS });
  sample.append(pieces, png.subarray(2048), MS);
  sample.remove(between);
  sample.remove(pieces);
  sample.remove(inner);
  return sample.image().slice();
}

/** Of the form of a PNG, without a picture. */
function pngImage(): Uint8Array {
  const chunk = (name: string, length: number): Uint8Array => {
    const bytes = Buffer.alloc(12 + length, 0x55);
    bytes.writeUInt32BE(length, 0);
    bytes.write(name, 4, "latin1");
    bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + length)), 8 + length);
    return bytes;
  };
  return concatBytes(Uint8Array.of(0x89, 80, 78, 71, 13, 10, 26, 10), chunk("IDAT", 3000), chunk("IEND", 0));
}

function exfatImage(): Uint8Array {
  const sample = new ExfatSample(60);
  const folder = sample.addDirectory(sample.root, "a folder with a long name", { ms: MS });
  for (let i = 0; i < 10; i++) {
    const content = new Uint8Array(3000 * (i % 4)).fill(i);
    const parent = i % 2 === 0 ? sample.root : folder;
    const item = sample.addFile(parent, `picture number ${i}.jpg`, { content, ms: MS + i, chained: i % 3 === 0 });
    if (i % 4 === 3) sample.remove(item);
  }
  sample.remove(folder);
  return sample.image().slice();
}

const IMAGES = [
  { name: "fat12", image: fatImage("fat12"), open: openFat },
  { name: "fat16", image: fatImage("fat16"), open: openFat },
  { name: "fat32", image: fatImage("fat32"), open: openFat },
  { name: "exfat", image: exfatImage(), open: openExfat },
];

/** Metadata is where readers stumble: most changes go to the first sectors, the tables and the used clusters. */
function mutate(image: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const bytes = image.slice(0, random.below(20) === 0 ? random.below(image.length) : image.length);
  const used = Math.min(bytes.length, 64 * 1024);
  for (let i = 1 + random.below(12); i > 0 && used > 0; i--) {
    const at = random.below(random.below(4) === 0 ? Math.min(used, 600) : used);
    const how = random.below(5);
    if (how === 0) bytes[at] = random.below(256);
    else if (how === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (how === 2) bytes.fill(random.below(2) * 255, at, at + 1 + random.below(40));
    else if (how === 3) bytes.copyWithin(at, random.below(used), random.below(used));
    else bytes.set([0xff, 0xff, 0xff, random.below(256)].slice(0, Math.max(0, bytes.length - at)), at);
  }
  return bytes;
}

/** A volume of which some reads fail. */
function failing(volume: ByteSource, every: number): ByteSource {
  let reads = 0;
  return {
    sizeBytes: volume.sizeBytes,
    readSync: (view, offsetBytes) => {
      if (++reads % every !== 0) return volume.readSync(view, offsetBytes);
      throw new ReadError("input-error", "EIO", { offsetBytes, goodBytes: 0 });
    },
  };
}

function readWhole(fileSystem: FileSystem, sizeBytes: number): number {
  let entries = 0;
  for (const entry of fileSystem.entries()) {
    entries++;
    checkEntry(entry, sizeBytes);
  }
  let last = 0;
  for (const { startByte, lengthBytes } of fileSystem.unallocated()) {
    assert.ok(startByte >= last && lengthBytes > 0 && startByte + lengthBytes <= sizeBytes);
    last = startByte + lengthBytes;
  }
  assert.ok(fileSystem.problems.length <= 200);
  return entries;
}

function checkEntry(entry: FileEntry, volumeBytes: number): void {
  const view = new Uint8Array(2000);
  for (const { read, extents } of entry.streams) {
    assert.ok(read.sizeBytes <= extents.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0));
    assert.ok(extents.every(({ startByte, lengthBytes }) => (startByte ?? 0) >= 0 && lengthBytes > 0));
    assert.ok(read.sizeBytes <= 64 * volumeBytes);
    for (const at of [0, Math.max(0, read.sizeBytes - 100)]) {
      try {
        assert.ok(read.readSync(view, at) <= view.length);
      } catch (error) {
        assert.ok(error instanceof ReadError, String(error));
      }
    }
  }
}

test(`openFat(), openExfat() of mutated volumes never fail (PHUM_FUZZ_SEED=${SEED})`, () => {
  console.log(`fat and exfat: seed ${SEED}`);
  const random = seededRandom(SEED);
  const end = performance.now() + LIMIT_MS;
  let [cases, opened, entries, slowestMs] = [0, 0, 0, 0];
  for (; cases < CASES && performance.now() < end; cases++) {
    const { image, open, name } = IMAGES[cases % IMAGES.length] ?? {
      image: new Uint8Array(0),
      open: openFat,
      name: "",
    };
    const mutated = mutate(image, random);
    const volume = memoryVolume(mutated);
    const from = performance.now();
    try {
      const fileSystem = open(random.below(10) === 0 ? failing(volume, 2 + random.below(30)) : volume);
      if (fileSystem !== null) {
        opened++;
        entries += readWhole(fileSystem, mutated.length);
      }
    } catch (error) {
      throw new Error(`case ${cases} (${name}) of seed ${SEED}`, { cause: error });
    }
    slowestMs = Math.max(slowestMs, performance.now() - from);
  }
  console.log(`${cases} cases, ${opened} opened, ${entries} entries, slowest ${Math.round(slowestMs)} ms`);
  assert.ok(opened > cases / 4 && slowestMs < 5000);
});
