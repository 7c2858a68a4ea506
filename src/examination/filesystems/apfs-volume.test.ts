// The fears: an old state taken for the newest; a damaged tree read as holes; an encrypted volume shown as empty.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { apfsSample, seal } from "./apfs-sample.ts";
import { openApfs } from "./apfs-volume.ts";
import { openFileSystems } from "./open-file-systems.ts";
import { bytesOfStream, entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";

const A = Buffer.from("first file");
const B = Buffer.alloc(9000, "b");
const BLOCK = 4096;

function decmpfs(bytes: Buffer, kind = 3): Buffer {
  const head = Buffer.alloc(16);
  head.write("fpmc");
  head.writeUInt32LE(kind, 4);
  head.writeBigUInt64LE(BigInt(bytes.length), 8);
  return Buffer.concat([head, deflateSync(bytes)]);
}

const items = [
  { id: 16, parent: 2, name: "ថត" },
  { id: 17, parent: 16, name: "a.txt", bytes: A, attributes: { note: Buffer.from("x") } },
  {
    id: 18,
    parent: 2,
    name: "b",
    bytes: B,
    names: [
      { parent: 2, name: "b" },
      { parent: 16, name: "b2" },
    ],
  },
  { id: 19, parent: 2, name: "link", target: "b" },
  { id: 20, parent: 2, name: "packed", compressed: true, attributes: { "com.apple.decmpfs": decmpfs(B) } },
  { id: 21, parent: 99, name: "lost", bytes: Buffer.from("parent gone") },
];

test("openApfs() lists files, hard links, links, attributes, compressed files and free blocks", () => {
  const image = apfsSample({ items });
  const [fileSystem] = openFileSystems(memoryVolume(image));
  assert.ok(fileSystem);
  assert.deepEqual([fileSystem.kind, fileSystem.label, fileSystem.blockBytes], ["apfs", "sample", BLOCK]);
  const entries = entriesByPlace(fileSystem);
  assert.deepEqual([...entries.keys()], ["ថត", "ថត/a.txt", "b", "ថត/b2", "link", "packed", "lost"]);
  assert.deepEqual(mainBytes(entries.get("ថត/b2")), Uint8Array.from(B));
  assert.deepEqual(mainBytes(entries.get("packed")), Uint8Array.from(B));
  assert.equal(entries.get("lost")?.state, "orphan");
  assert.deepEqual(entries.get("link")?.target, Uint8Array.from(Buffer.from("b")));
  const [main, note] = entries.get("ថត/a.txt")?.streams ?? [];
  assert.ok(main && note);
  assert.deepEqual(main.slack, [{ startByte: 24 * BLOCK + 10, lengthBytes: BLOCK - 10 }]);
  assert.deepEqual([note.name, Buffer.from(bytesOfStream(note)).toString()], ["note", "x"]);
  assert.equal(entries.get("b")?.times.modifiedMs, 1_795_564_800_001);
  const free = [...fileSystem.unallocated()];
  assert.deepEqual(free, [{ startByte: 29 * BLOCK, lengthBytes: image.length - 29 * BLOCK }]);
  assert.deepEqual(fileSystem.problems, []);
});

test("openApfs() gives a snapshot as its own system, with what the volume now does not hold", () => {
  const before = [...items.slice(0, 1), { id: 30, parent: 16, name: "gone", bytes: Buffer.from("deleted since") }];
  const systems = openApfs(memoryVolume(apfsSample({ items, snapshot: { name: "of yesterday", items: before } })));
  assert.deepEqual(
    systems.map(({ link, label }) => [link, label]),
    [
      ["apfs", "sample"],
      ["apfs-snapshot1", "of yesterday"],
    ],
  );
  const entries = entriesByPlace(systems[1] ?? null);
  assert.deepEqual([...entries.keys()], ["ថត/gone"]);
  assert.equal(Buffer.from(mainBytes(entries.get("ថត/gone")) ?? []).toString(), "deleted since");
});

test("openApfs() gives what an earlier checkpoint still proves, and nothing that is another's now", () => {
  const gone = { id: 30, parent: 16, name: "gone", bytes: Buffer.alloc(5000, "g") };
  const earlier = [...items.slice(0, 2), gone];
  const image = apfsSample({ items, earlier });
  const [now, before, ...others] = openApfs(memoryVolume(image));
  assert.deepEqual([now?.link, before?.link, others], ["apfs", "apfs-earlier", []]);
  const found = entriesByPlace(before ?? null);
  // The first file was written anew since: its former bytes stand elsewhere.
  assert.deepEqual([...found.keys()], ["ថត/a.txt", "ថត/gone"]);
  const entry = found.get("ថត/gone");
  assert.deepEqual([entry?.state, entry?.certainty], ["deleted", "proven"]);
  assert.deepEqual(mainBytes(entry), Uint8Array.from(gone.bytes));
  assert.deepEqual(now?.problems, []);
  const start = entry?.streams[0]?.extents[0]?.startByte ?? 0;
  image.set(image.subarray(12 * BLOCK, 13 * BLOCK), start);
  const again = entriesByPlace(openApfs(memoryVolume(image))[1] ?? null).get("ថត/gone");
  assert.equal(again?.certainty, "partly-overwritten");
  assert.deepEqual(again.streams[0]?.extents[0], { startByte: null, lengthBytes: BLOCK, lost: true });
  const tree = apfsSample({ items, earlier });
  tree.set(tree.subarray(15 * BLOCK, 16 * BLOCK), 18 * BLOCK);
  assert.deepEqual([...entriesByPlace(openApfs(memoryVolume(tree))[1] ?? null).keys()], []);
});

test("openApfs() takes the newest checkpoint whose checksum holds, and says what it cannot read", () => {
  const torn = apfsSample({ items });
  torn[2 * BLOCK + 100] = 0xff;
  const [older] = openApfs(memoryVolume(torn));
  // The map has no volume of that older transaction.
  assert.deepEqual(
    older?.problems.map(({ what }) => what),
    ["volume-missing", "table-missing"],
  );
  const sealed = openApfs(memoryVolume(apfsSample({ items, encrypted: true })))[0];
  assert.deepEqual([...(sealed?.entries() ?? [])], []);
  assert.deepEqual(
    sealed?.problems.map(({ what }) => what),
    ["encrypted-volume"],
  );
  const broken = apfsSample({ items });
  broken[15 * BLOCK + 1000] = 0xff;
  const [damaged] = openApfs(memoryVolume(broken));
  assert.deepEqual([...(damaged?.entries() ?? [])], []);
  assert.deepEqual(
    damaged?.problems.map(({ what }) => what),
    ["tree-broken"],
  );
});

test("openApfs() of trees of two levels lists the same; a leaf that is damaged takes only its own", () => {
  const names = (image: Buffer): string[] => [...entriesByPlace(openApfs(memoryVolume(image))[0] ?? null).keys()];
  const image = apfsSample({ items, split: true });
  assert.deepEqual(names(image), names(apfsSample({ items })));
  const entries = entriesByPlace(openApfs(memoryVolume(image))[0] ?? null);
  assert.deepEqual(mainBytes(entries.get("b")), Uint8Array.from(B));
  image[20 * BLOCK + 1000] = 0xff;
  const kept = names(image);
  assert.ok(kept.length > 0 && kept.length < entries.size);
});

test("openApfs() of trees that lead back to themselves ends", () => {
  const image = apfsSample({ items });
  const node = image.subarray(15 * BLOCK, 16 * BLOCK);
  node.writeUInt16LE(1, 32);
  node.writeUInt16LE(3, 34);
  seal(node);
  for (const fileSystem of openApfs(memoryVolume(image))) assert.ok([...fileSystem.entries()].length < 10);
  const loop = apfsSample({
    items: [
      { id: 16, parent: 17, name: "a" },
      { id: 17, parent: 16, name: "b" },
    ],
  });
  const [fileSystem] = openApfs(memoryVolume(loop));
  assert.deepEqual(
    [...(fileSystem?.entries() ?? [])].map(({ state }) => state),
    ["orphan", "orphan"],
  );
  assert.ok(fileSystem?.problems.some(({ what }) => what === "directory-loop"));
});

const devices = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices");
const image = resolve(devices, "raw/dfvfs-apfs.raw");
const skip = existsSync(image) ? false : `test data absent: ${image}`;

test("openApfs() of a real container lists what its makers published", { skip }, () => {
  const [fileSystem] = openFileSystems(memoryVolume(readFileSync(image)));
  const entries = entriesByPlace(fileSystem ?? null);
  for (const name of ["passwords.txt", "a_link", "a_directory/a_file", "a_directory/another_file"]) {
    assert.ok(entries.has(name), name);
  }
  assert.equal(fileSystem?.label, "apfs_test");
  assert.equal(
    Buffer.from(mainBytes(entries.get("a_directory/another_file")) ?? []).toString(),
    "This is another file.\n",
  );
  assert.equal(Buffer.from(entries.get("a_link")?.target ?? []).toString(), "a_directory/another_file");
  const [, resources] = entries.get("a_directory/a_resourcefork")?.streams ?? [];
  assert.deepEqual([resources?.name, resources?.sizeBytes], ["rsrc", 17]);
  assert.equal(
    createHash("md5")
      .update(mainBytes(entries.get("passwords.txt")) ?? A)
      .digest("hex").length,
    32,
  );
  assert.deepEqual(fileSystem?.problems, []);
});
