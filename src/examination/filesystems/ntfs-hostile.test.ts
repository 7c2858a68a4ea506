import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteSource, memorySource, slice } from "#examination/sources";
import type { FileEntry } from "./file-entry.ts";
import { type SampleFile, sampleNtfs } from "./ntfs-sample.ts";
import { indexEntry, putNumber, structure } from "./ntfs-sample-parts.ts";
import { openNtfs } from "./ntfs-volume.ts";

// Volumes that lie, so that a reader would never end or never have enough memory. Each must end in little of both.

const LIMIT = { timeout: 60_000 };
const TABLE = 4 * 4096;

function entriesOf(volume: ByteSource): { entries: FileEntry[]; problems: string[]; free: number } {
  const fileSystem = openNtfs(volume);
  assert.ok(fileSystem !== null);
  const entries = [...fileSystem.entries()];
  const free = [...fileSystem.unallocated()].reduce((sum, range) => sum + range.lengthBytes, 0);
  return { entries, problems: fileSystem.problems.map((problem) => problem.what), free };
}

function file(record: number, more: Partial<SampleFile> = {}): SampleFile {
  return { record, names: [`file ${record}`], ...more };
}

/** Where an attribute of a type stands in the record at a byte. */
function attributeAt(image: Uint8Array, record: number, type: number): number {
  const view = new DataView(image.buffer, image.byteOffset);
  let at = TABLE + record * 1024 + 56;
  while (view.getUint32(at, true) !== type) at += view.getUint32(at + 4, true);
  return at;
}

test("entries() of 4 TB that are nearly all holes", LIMIT, () => {
  const small = sampleNtfs({ files: [file(30, { streams: [{ bytes: new Uint8Array(9000).fill(1) }] })] });
  const clusters = 4 * 2 ** 28;
  putNumber(small, { at: 40, width: 8 }, clusters * 8);
  const bitmap = attributeAt(small, 6, 0x80);
  for (const at of [40, 48, 56]) putNumber(small, { at: bitmap + at, width: 8 }, clusters / 8);
  // A sparse run of the rest after the one cluster of the bitmap: 11 01 03, 04 ff ff 03 00, 00.
  small.set([0x11, 1, 3, 0x04, 0xff, 0x7f, 0, 0, 0], bitmap + 64);
  const whole = memorySource(small);
  const volume: ByteSource = {
    sizeBytes: clusters * 4096 + 512,
    readSync: (view, at) => {
      view.fill(0);
      whole.readSync(view, at);
      return Math.max(0, Math.min(view.length, clusters * 4096 + 512 - at));
    },
  };
  const { entries, free } = entriesOf(volume);
  assert.ok(entries.some((entry) => entry.id === 30));
  assert.ok(free > 2e12);
});

test("entries() of a table that says it is as large as a volume of 2^50 bytes", LIMIT, () => {
  const image = sampleNtfs({ files: [file(30)] });
  putNumber(image, { at: 40, width: 8 }, 2 ** 41);
  const content = attributeAt(image, 0, 0x80);
  for (const at of [40, 48, 56]) putNumber(image, { at: content + at, width: 8 }, 2 ** 49);
  image.set([0x15, 0, 0, 0, 0, 0x20, 4], content + 64);
  const { entries, problems } = entriesOf(memorySource(image));
  assert.ok(entries.some((entry) => entry.id === 30));
  assert.ok(problems.includes("volume-cut"));
});

test("entries() of lists of further records that name themselves, and each other", LIMIT, () => {
  const image = sampleNtfs({
    files: [file(30, { spread: [31, 32], streams: [{ bytes: new Uint8Array(9000), at: [500, 502, 504] }] })],
  });
  const list = attributeAt(image, 30, 0x20);
  for (let i = 0; i < 4; i++) putNumber(image, { at: list + 24 + 32 * i + 16, width: 6 }, 30 + (i % 2));
  const { entries } = entriesOf(memorySource(image));
  const found = entries.find((entry) => entry.id === 30);
  assert.ok(found === undefined || found.streams.every((stream) => stream.read.sizeBytes <= 9000));
});

test("entries() of a thousand deleted files that all name the same clusters", LIMIT, () => {
  const at = Array.from({ length: 900 }, (_, i) => 1100 + i);
  const files = Array.from({ length: 1000 }, (_, i) =>
    file(30 + i, { freed: true, streams: [{ bytes: new Uint8Array(0), at, sizeBytes: 900 * 4096 }] }),
  );
  const { entries } = entriesOf(memorySource(sampleNtfs({ files, clusters: 2048, records: 1040 })));
  const deleted = entries.filter((entry) => entry.state === "deleted");
  assert.equal(deleted.length, 1000);
  assert.ok(deleted.every((entry) => entry.certainty === "name-only"));
});

test("entries() of a stream of 2^52 bytes with one cluster", LIMIT, () => {
  const image = sampleNtfs({ files: [file(30, { streams: [{ bytes: new Uint8Array(4096).fill(7), at: [500] }] })] });
  const content = attributeAt(image, 30, 0x80);
  for (const at of [40, 48, 56]) putNumber(image, { at: content + at, width: 8 }, 2 ** 52);
  const { entries } = entriesOf(memorySource(image));
  const stream = entries.find((entry) => entry.id === 30)?.streams[0];
  assert.ok(stream !== undefined);
  assert.deepEqual(stream.extents[0], { startByte: 500 * 4096, lengthBytes: 4096 });
  assert.equal(stream.extents.find((extent) => extent.lost)?.lengthBytes, 2 ** 52 - 4096);
});

test(
  "entries() of index entries without length, of names beyond their block, of a block that says it is 4 GiB",
  LIMIT,
  () => {
    const zero = indexEntry({ record: 40, sequence: 1 }, structure(66, [[64, 1, 255]]));
    zero.fill(0, 8, 10);
    const slack = new Uint8Array(3000);
    for (let i = 0; i + zero.length < slack.length; i += zero.length) slack.set(zero, i);
    const image = sampleNtfs({ files: [file(30, { directory: true, slack })] });
    const root = attributeAt(image, 30, 0x90);
    putNumber(image, { at: root + 32 + 8, width: 4 }, 0xffffffff);
    assert.ok(entriesOf(memorySource(image)).entries.some((entry) => entry.id === 30));
  },
);

test("openNtfs() of every length a volume can be cut to", LIMIT, () => {
  const image = sampleNtfs({ files: [file(30, { streams: [{ bytes: new Uint8Array(9000) }] })], clusters: 128 });
  const whole = memorySource(image);
  for (let length = 0; length < 30 * 4096; length += 509) {
    const fileSystem = openNtfs(slice(whole, 0, length));
    if (fileSystem !== null) assert.ok([...fileSystem.entries()].length < 100);
  }
});

test("entries() of a reparse point longer than itself", LIMIT, () => {
  const reparse = structure(12, [
    [0, 4, 0xa000000c],
    [4, 2, 0xffff],
    [8, 2, 0xffff],
    [10, 2, 0xffff],
  ]);
  const { entries } = entriesOf(memorySource(sampleNtfs({ files: [file(30, { reparse })] })));
  assert.equal(entries.find((entry) => entry.id === 30)?.target?.length, 0);
});
