// The fears: a deleted file not seen; another's bytes shown as its own; a damaged volume that gives nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "#examination/sources";
import { emptyDirectory, extSample } from "./ext-sample.ts";
import { openExt } from "./ext-volume.ts";
import type { FileEntry } from "./file-entry.ts";

function sourceOf(image: Buffer): ByteSource {
  return {
    sizeBytes: image.length,
    readSync: (view, at) => image.copy(view, 0, at, Math.min(image.length, at + view.length)),
  };
}

function nameOf(entry: FileEntry): string {
  return entry.path.map((part) => Buffer.from(part).toString()).join("/");
}

function contentOf(entry: FileEntry): Buffer {
  const stream = entry.streams[0];
  assert.ok(stream, `${nameOf(entry)} has no stream`);
  const bytes = Buffer.alloc(stream.read.sizeBytes);
  stream.read.readSync(bytes, 0);
  return bytes;
}

function entriesOf(image: Buffer): FileEntry[] {
  const fileSystem = openExt(sourceOf(image));
  assert.ok(fileSystem);
  return [...fileSystem.entries()];
}

/** State, certainty and path of each entry. */
function shown(image: Buffer): string[] {
  return entriesOf(image).map((entry) => `${entry.state} ${entry.certainty} ${nameOf(entry)}`);
}

function problems(image: Buffer): string[] {
  const fileSystem = openExt(sourceOf(image));
  assert.ok(fileSystem);
  for (const _ of fileSystem.entries());
  return fileSystem.problems.map((problem) => problem.what);
}

/** Seeded bytes, so that no two files are alike. */
function noise(seed: number, length: number): Buffer {
  let state = seed >>> 0 || 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

for (const extents of [false, true]) {
  const way = extents ? "extents" : "pointers";
  test(`openExt() reads present files by ${way}, sparse parts as zeros, slack as ranges`, () => {
    const sample = extSample({ extents });
    const big = noise(1, 20_500);
    const used = sample.file(12, "big.bin", big);
    sample.file(13, "empty", Buffer.alloc(0));
    const [entry, empty] = entriesOf(sample.image);
    assert.ok(entry && empty);
    assert.equal(nameOf(entry), "big.bin");
    assert.deepEqual(contentOf(entry), big);
    assert.equal(entry.times.modifiedMs, 1_600_000_012_000);
    assert.deepEqual(entry.streams[0]?.slack, [{ startByte: (used[20] ?? 0) * 1024 + 20, lengthBytes: 1004 }]);
    assert.equal(contentOf(empty).length, 0);
    assert.deepEqual([entry.certainty, empty.certainty], ["proven", "proven"]);
  });
}

test("openExt() says that fast commits wait, and reads the journal up to them", () => {
  const sample = extSample({ journal: true });
  const used = sample.file(12, "a", noise(2, 300));
  const block = used[0] ?? 0;
  sample.transaction(7, [{ block, bytes: sample.bytesOf(block) }]);
  sample.dirty(7);
  const at = sample.image.indexOf(Buffer.from([0xc0, 0x3b, 0x39, 0x98, 0, 0, 0, 4]));
  const blocks = sample.image.readUInt32BE(at + 16);
  sample.image.writeUInt32BE(0x20, at + 40);
  sample.image.writeUInt32BE(4, at + 84);
  assert.ok(!problems(sample.image).includes("journal-fast"));
  const fast = at + (blocks - 4 + 1) * 1024;
  sample.image.writeUInt16LE(9, fast);
  sample.image.writeUInt32LE(7, fast + 8);
  assert.ok(!problems(sample.image).includes("journal-fast"), "those of a transaction that was written whole are over");
  sample.image.writeUInt32LE(8, fast + 8);
  assert.deepEqual(problems(sample.image), ["journal-fast", "journal-pending"]);
});

test("openExt() gives a present name with a slash or a zero in it, as it stands", () => {
  const sample = extSample();
  sample.file(12, "a/b", noise(2, 300));
  sample.file(13, "c\0d", noise(3, 300));
  assert.deepEqual(
    entriesOf(sample.image).map(({ path, certainty }) => [
      ...path.map((name) => Buffer.from(name).toString()),
      certainty,
    ]),
    [
      ["a/b", "proven"],
      ["c\0d", "proven"],
    ],
  );
});

test("openExt() names kind, label and size, and counts every free byte", () => {
  const sample = extSample();
  sample.file(12, "a", noise(2, 3000));
  const fileSystem = openExt(sourceOf(sample.image));
  assert.deepEqual(
    [fileSystem?.kind, fileSystem?.label, fileSystem?.blockBytes, fileSystem?.sizeBytes],
    ["ext2", "sample", 1024, 1024 * 1024],
  );
  const ranges = [...(fileSystem?.unallocated() ?? [])];
  const firstFree = sample.rootBlock + 4;
  assert.deepEqual(ranges, [
    { startByte: 0, lengthBytes: 1024 },
    { startByte: firstFree * 1024, lengthBytes: (1024 - firstFree) * 1024 },
  ]);
  const longer = [...(openExt(sourceOf(Buffer.concat([sample.image, Buffer.alloc(5000)])))?.unallocated() ?? [])];
  assert.equal(longer.at(-1)?.lengthBytes, (1024 - firstFree) * 1024 + 5000);
  assert.equal(openExt(sourceOf(extSample({ journal: true }).image))?.kind, "ext3");
  assert.equal(openExt(sourceOf(extSample({ extents: true }).image))?.kind, "ext4");
});

test("openExt() of a deleted file whose pointers survive gives it, and never what another has now", () => {
  const sample = extSample();
  const bytes = noise(3, 16_000);
  sample.inode(12, { mode: 0o100644, sizeBytes: bytes.length });
  const used = sample.content(12, bytes);
  sample.name(sample.rootBlock, { inode: 12, name: "gone.bin", type: 1, slack: true });
  sample.remove(12, used);
  assert.deepEqual(shown(sample.image), ["deleted proven gone.bin"]);
  const [gone] = entriesOf(sample.image);
  assert.ok(gone);
  assert.deepEqual(contentOf(gone), bytes);
  assert.equal(gone.times.deletedMs, 1_700_000_000_000);
  // Its third block is another file's now.
  sample.inode(13, { mode: 0o100644, sizeBytes: 1024 }).writeUInt32LE(used[2] ?? 0, 40);
  const at = (used[2] ?? 1) - 1;
  sample.bytesOf(3)[at >> 3] = (sample.bytesOf(3)[at >> 3] ?? 0) | (1 << (at & 7));
  sample.name(sample.rootBlock, { inode: 13, name: "new", type: 1 });
  const partly = entriesOf(sample.image).find((entry) => entry.state === "deleted");
  assert.equal(partly?.certainty, "partly-overwritten");
  assert.throws(() => partly && contentOf(partly), /REUSED/u);
  const start = Buffer.alloc(2048);
  assert.equal(partly?.streams[0]?.read.readSync(start, 0), 2048);
  assert.deepEqual(start, bytes.subarray(0, 2048));
});

test("openExt() of a name whose inode another file has gives the name only", () => {
  const sample = extSample();
  sample.file(12, "second.bin", noise(4, 1500));
  sample.name(sample.rootBlock, { inode: 12, name: "first.bin", type: 1, slack: true });
  assert.deepEqual(shown(sample.image), ["allocated proven second.bin", "deleted name-only first.bin"]);
});

test("openExt() gives a file that was deleted while it was open its bytes", () => {
  const sample = extSample();
  const bytes = noise(16, 2500);
  sample.inode(12, { mode: 0o100644, sizeBytes: bytes.length, links: 0 });
  sample.content(12, bytes);
  sample.name(sample.rootBlock, { inode: 12, name: "open.bin", type: 1, slack: true });
  assert.deepEqual(shown(sample.image), ["deleted proven open.bin"]);
  const [gone] = entriesOf(sample.image);
  assert.deepEqual(gone && contentOf(gone), bytes);
});

test("openExt() gives a block that two deleted files name to the one deleted later", () => {
  const sample = extSample();
  const used = sample.file(12, "earlier", noise(5, 1000));
  sample.inode(13, { mode: 0o100644, sizeBytes: 900 }).writeUInt32LE(used[0] ?? 0, 40);
  sample.remove(12, used);
  sample.remove(13, []);
  const later = sample.image.subarray(5 * 1024 + 12 * 128, 5 * 1024 + 13 * 128);
  later.writeUInt32LE(1_700_000_500, 20);
  const found = entriesOf(sample.image).filter((entry) => entry.state !== "allocated");
  assert.deepEqual(
    found.map((entry) => [entry.id, entry.state, entry.certainty]),
    [[13, "orphan", "proven"]],
  );
});

for (const extents of [false, true]) {
  test(`openExt() finds name and content of a deleted file in the journal (${extents ? "ext4" : "ext3"})`, () => {
    const sample = extSample({ journal: true, extents });
    const bytes = noise(6, 9000);
    const used = sample.file(12, "picture.bin", bytes);
    const table = 5 + Math.floor((11 * 128) / 1024);
    const copies = [table, sample.rootBlock].map((block) => ({ block, bytes: Buffer.from(sample.bytesOf(block)) }));
    sample.transaction(7, copies);
    emptyDirectory(sample.bytesOf(sample.rootBlock), 2, 2);
    sample.remove(12, used, true);
    assert.deepEqual(shown(sample.image), ["deleted proven picture.bin"]);
    const [gone] = entriesOf(sample.image);
    assert.ok(gone);
    assert.deepEqual(contentOf(gone), bytes);
    // A later bitmap in the journal shows that the first block was free, then in use again, before it was free again.
    const bitmap = (block: number | null): Buffer => {
      const copy = Buffer.from(sample.bytesOf(3));
      if (block !== null) copy[(block - 1) >> 3] = (copy[(block - 1) >> 3] ?? 0) | (1 << ((block - 1) & 7));
      return copy;
    };
    sample.transaction(8, [{ block: 3, bytes: bitmap(null) }]);
    sample.transaction(9, [{ block: 3, bytes: bitmap(used[0] ?? 0) }]);
    assert.deepEqual(shown(sample.image), ["deleted partly-overwritten picture.bin"]);
  });
}

test("openExt() tells apart the lives of an inode that was given to another file", () => {
  const sample = extSample({ journal: true, extents: true });
  const before = noise(7, 2000);
  const used = sample.file(12, "before.bin", before);
  const table = 5 + Math.floor((11 * 128) / 1024);
  sample.transaction(
    7,
    [table, sample.rootBlock].map((block) => ({ block, bytes: Buffer.from(sample.bytesOf(block)) })),
  );
  emptyDirectory(sample.bytesOf(sample.rootBlock), 2, 2);
  sample.remove(12, used, true);
  const after = noise(8, 3000);
  sample.file(12, "after.bin", after);
  sample.image.writeUInt32LE(99, 5 * 1024 + 11 * 128 + 100);
  assert.deepEqual(shown(sample.image), ["allocated proven after.bin", "deleted proven before.bin"]);
  const gone = entriesOf(sample.image).at(-1);
  assert.deepEqual(gone && contentOf(gone), before);
});

test("openExt() reads what stands only in the journal of a device that was not shut down", () => {
  const sample = extSample({ journal: true });
  sample.file(12, "seen.bin", noise(9, 500));
  const table = 5 + Math.floor((11 * 128) / 1024);
  const copies = [table, sample.rootBlock].map((block) => ({ block, bytes: Buffer.from(sample.bytesOf(block)) }));
  emptyDirectory(sample.bytesOf(sample.rootBlock), 2, 2);
  sample.bytesOf(table).fill(0, (11 * 128) % 1024, ((11 * 128) % 1024) + 128);
  sample.transaction(7, copies);
  sample.dirty(7);
  assert.deepEqual(shown(sample.image), ["allocated proven seen.bin"]);
  assert.ok(problems(sample.image).includes("journal-pending"));
});

test("openExt() reads what stands below a deleted directory", () => {
  const sample = extSample();
  sample.inode(12, { mode: 0o40755, sizeBytes: 1024, links: 2 });
  const own = sample.take();
  sample.image.writeUInt32LE(own, 5 * 1024 + 11 * 128 + 40);
  emptyDirectory(sample.bytesOf(own), 12, 2);
  const bytes = noise(10, 700);
  sample.inode(13, { mode: 0o100644, sizeBytes: 700 });
  const used = sample.content(13, bytes);
  sample.name(own, { inode: 13, name: "inner.bin", type: 1 });
  sample.name(sample.rootBlock, { inode: 12, name: "folder", type: 2, slack: true });
  sample.remove(13, used);
  sample.remove(12, [own]);
  assert.deepEqual(shown(sample.image), ["deleted proven folder", "deleted proven folder/inner.bin"]);
});

test("openExt() lists inodes that nothing leads to, and ends where a directory contains itself", () => {
  const sample = extSample();
  sample.inode(12, { mode: 0o100644, sizeBytes: 700 });
  sample.content(12, noise(11, 700));
  sample.name(sample.rootBlock, { inode: 2, name: "again", type: 2 });
  assert.deepEqual(shown(sample.image), ["allocated proven again", "orphan proven OrphanFile-12"]);
  assert.ok(problems(sample.image).includes("directory-loop"));
});

test("openExt() reads short and long links, and bytes that stand in the inode", () => {
  const sample = extSample();
  const short = sample.inode(12, { mode: 0o120777, sizeBytes: 6 });
  short.write("target", 40);
  sample.name(sample.rootBlock, { inode: 12, name: "short", type: 7 });
  sample.inode(13, { mode: 0o120777, sizeBytes: 90 });
  sample.content(13, Buffer.from("t".repeat(90)));
  sample.name(sample.rootBlock, { inode: 13, name: "long", type: 7 });
  sample.inode(14, { mode: 0o100644, sizeBytes: 5, flags: 0x10000000 }).write("bytes", 40);
  sample.name(sample.rootBlock, { inode: 14, name: "inline", type: 1 });
  const [a, b, c] = entriesOf(sample.image);
  assert.deepEqual(
    [a, b].map((entry) => Buffer.from(entry?.target ?? []).toString()),
    ["target", "t".repeat(90)],
  );
  assert.equal(c && contentOf(c).toString(), "bytes");
});

test("openExt() of unknown features, of enciphered files and of a cut volume says so and reads on", () => {
  const sample = extSample();
  sample.file(12, "a.bin", noise(12, 3000));
  sample.image.writeUInt32LE(0x40000802 | 2, 1024 + 96);
  sample.image.writeUInt32LE(0x800, 5 * 1024 + 11 * 128 + 32);
  const cut = sample.image.subarray(0, (sample.rootBlock + 2) * 1024);
  assert.deepEqual(problems(cut).toSorted(), ["encrypted-fscrypt", "feature-unknown", "volume-cut"]);
  const [entry] = entriesOf(cut);
  assert.equal(entry?.streams[0]?.encrypted, true);
});

test("openExt() opens by a backup where the first superblock is gone, and not where another file system stands", () => {
  const small = extSample({ blocks: 16_384 });
  small.file(12, "a.bin", noise(13, 100));
  const { image } = small;
  image.copy(image, 8193 * 1024, 1024, 3 * 1024);
  image.writeUInt16LE(1, 8193 * 1024 + 90);
  image.copy(image, 8194 * 1024 + 32, 2048, 2048 + 32);
  image.copy(image, 2048 + 32, 2048, 2048 + 32);
  image.fill(0, 1024, 2048);
  const fileSystem = openExt(sourceOf(image));
  assert.ok(fileSystem);
  assert.deepEqual([...fileSystem.entries()].map(nameOf).slice(0, 1), ["a.bin"]);
  assert.equal(fileSystem.problems[0]?.what, "backup-header");
  image.fill(0, 2048, 3072);
  assert.deepEqual(shown(image).slice(0, 1), ["allocated proven a.bin"]);
  assert.ok(problems(image).includes("group-table-copy"));
  image.write("NTFS    ", 3, "latin1");
  image.set([0x55, 0xaa], 510);
  assert.equal(openExt(sourceOf(image)), null);
});

test("openExt() of damaged inodes, directories and maps lists what is left", () => {
  const sample = extSample();
  const used = sample.file(12, "a.bin", noise(14, 20_000));
  sample.file(13, "b.bin", noise(15, 100));
  sample.image.fill(0xff, 5 * 1024 + 12 * 128, 5 * 1024 + 13 * 128);
  sample.bytesOf(used.at(-1) ?? 0).fill(0xff);
  assert.deepEqual(shown(sample.image), ["allocated partly-overwritten a.bin", "allocated name-only b.bin"]);
  assert.deepEqual(problems(sample.image).toSorted(), ["chain-broken", "inode-damaged"]);
  sample.bytesOf(sample.rootBlock).writeUInt16LE(5, 16);
  assert.deepEqual(shown(sample.image).slice(0, 2), ["deleted name-only a.bin", "deleted name-only b.bin"]);
});
