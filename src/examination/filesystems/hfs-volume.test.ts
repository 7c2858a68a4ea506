// The fears: a file of several names or compressed not read; a deleted one not seen; a tree made to harm that never ends.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { deflateRawSync, deflateSync, inflateRawSync } from "node:zlib";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { unpackedStream } from "./hfs-compressed.ts";
import { HFS_BLOCK, hfsSample, type SampleItem } from "./hfs-sample.ts";
import { openHfs } from "./hfs-volume.ts";
import { inflateZlib } from "./inflate.ts";
import { bytesOfStream, entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";

const FOLDER: SampleItem = { id: 20, parent: 2, name: "ថត", folder: true };
const FILE: SampleItem = { id: 21, parent: 20, name: "a.bin", content: { sizeBytes: 5000, start: 10, count: 2 } };

function withBytes(image: Buffer, block: number, bytes: Uint8Array): Buffer {
  image.set(bytes, block * HFS_BLOCK);
  return image;
}

test("openHfs() reads folders, files, slack, times, label and what is free", () => {
  const image = withBytes(hfsSample([FOLDER, FILE]), 10, Buffer.alloc(5000, "a"));
  const fileSystem = openHfs(memoryVolume(image));
  assert.deepEqual([fileSystem?.kind, fileSystem?.label, fileSystem?.sizeBytes], ["hfs+", "Sample", image.length]);
  const entries = entriesByPlace(fileSystem);
  assert.deepEqual([...entries.keys()], ["ថត", "ថត/a.bin"]);
  const file = entries.get("ថត/a.bin");
  assert.deepEqual(mainBytes(file), new Uint8Array(5000).fill(0x61));
  assert.deepEqual(file?.streams[0]?.slack, [{ startByte: 10 * HFS_BLOCK + 5000, lengthBytes: 3192 }]);
  assert.equal(file?.times.modifiedMs, (3_688_236_800 - 2_082_844_800) * 1000);
  assert.deepEqual(
    [...(fileSystem?.unallocated() ?? [])],
    [
      { startByte: 8 * HFS_BLOCK, lengthBytes: 2 * HFS_BLOCK },
      { startByte: 12 * HFS_BLOCK, lengthBytes: 52 * HFS_BLOCK },
    ],
  );
  assert.deepEqual(fileSystem?.problems, []);
});

test("openHfs() reads links, shared files, resource forks, and uses the copy of the header", () => {
  const image = hfsSample([
    { id: 16, parent: 2, name: "\0\0\0\0HFS+ Private Data", folder: true },
    { id: 22, parent: 16, name: "iNode7", content: { sizeBytes: 4, start: 12, count: 1 } },
    { id: 23, parent: 2, name: "shared", linkTo: 7 },
    { id: 24, parent: 2, name: "link", mode: 0o120777, content: { sizeBytes: 6, start: 13, count: 1 } },
    {
      id: 25,
      parent: 2,
      name: "two",
      content: { sizeBytes: 0, start: 0, count: 0 },
      resources: { sizeBytes: 3, start: 14, count: 1 },
    },
  ]);
  for (const [block, text] of [
    [12, "same"],
    [13, "target"],
    [14, "res"],
  ] as const)
    withBytes(image, block, Buffer.from(text));
  image.fill(0, 1024, 1536);
  const fileSystem = openHfs(memoryVolume(image));
  const entries = entriesByPlace(fileSystem);
  assert.deepEqual(mainBytes(entries.get("shared")), Uint8Array.from(Buffer.from("same")));
  assert.equal(Buffer.from(entries.get("link")?.target ?? []).toString(), "target");
  const [main, resources] = entries.get("two")?.streams ?? [];
  assert.deepEqual([main?.sizeBytes, resources?.name], [0, "rsrc"]);
  assert.deepEqual(resources && bytesOfStream(resources), Uint8Array.from(Buffer.from("res")));
  assert.deepEqual(
    fileSystem?.problems.map(({ what }) => what),
    ["backup-header"],
  );
});

function head(kind: number, sizeBytes: number, rest: Uint8Array): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write("fpmc", 0, "latin1");
  bytes.writeUInt32LE(kind, 4);
  bytes.writeUInt32LE(sizeBytes, 8);
  return Buffer.concat([bytes, rest]);
}

test("openHfs() reads files compressed with zlib, in the tree and in the resource fork; others are told", () => {
  const small = Buffer.from("small ".repeat(40));
  const large = Buffer.alloc(100_000, "large and larger ");
  const parts = [large.subarray(0, 65_536), large.subarray(65_536)].map((part) => deflateSync(part));
  const table = Buffer.alloc(4 + 8 * parts.length);
  table.writeUInt32LE(parts.length, 0);
  let at = table.length;
  for (const [i, part] of parts.entries()) {
    table.writeUInt32LE(at, 4 + 8 * i);
    table.writeUInt32LE(part.length, 8 + 8 * i);
    at += part.length;
  }
  const fork = Buffer.concat([Buffer.alloc(256), Buffer.alloc(4), table, ...parts]);
  fork.writeUInt32BE(256, 0);
  const image = hfsSample(
    [
      { id: 30, parent: 2, name: "small", compressed: true },
      {
        id: 31,
        parent: 2,
        name: "large",
        compressed: true,
        resources: { sizeBytes: fork.length, start: 16, count: 1 },
      },
      { id: 32, parent: 2, name: "other", compressed: true },
      { id: 33, parent: 2, name: "stored", compressed: true },
    ],
    {
      heads: [
        { id: 30, value: head(3, small.length, deflateSync(small)) },
        { id: 31, value: head(4, large.length, Buffer.alloc(0)) },
        { id: 32, value: head(14, 10, Buffer.alloc(0)) },
        { id: 33, value: head(3, 3, Buffer.from("\xffabc", "latin1")) },
      ],
    },
  );
  withBytes(image, 16, fork);
  const fileSystem = openHfs(memoryVolume(image));
  const entries = entriesByPlace(fileSystem);
  assert.deepEqual(mainBytes(entries.get("small")), Uint8Array.from(small));
  assert.deepEqual(mainBytes(entries.get("large")), Uint8Array.from(large));
  assert.deepEqual(mainBytes(entries.get("stored")), Uint8Array.from(Buffer.from("abc")));
  assert.deepEqual(entries.get("other")?.streams, []);
  assert.deepEqual(
    fileSystem?.problems.map(({ what }) => what),
    ["compression-unknown"],
  );
});

/** "small " forty times: six literals, a match of ten six back, one of 224. */
const VN = Buffer.concat([Buffer.from("\xe6small \x38\x06\xf0\xd0\x06", "latin1"), Buffer.alloc(7)]);
const SMALL = Buffer.from("small ".repeat(40));

function lzfse(packed: Buffer): Buffer {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(SMALL.length, 0);
  lengths.writeUInt32LE(packed.length, 4);
  return Buffer.concat([Buffer.from("bvxn"), lengths, packed, Buffer.from("bvx$")]);
}

const KINDS = [
  { kind: 1, packed: SMALL },
  { kind: 7, packed: VN },
  { kind: 7, packed: Buffer.concat([Buffer.of(6), SMALL]) },
  { kind: 9, packed: Buffer.concat([Buffer.of(0xcc), SMALL]) },
  { kind: 11, packed: lzfse(VN) },
  { kind: 11, packed: Buffer.concat([Buffer.of(0xff), SMALL]) },
];

for (const [i, { kind, packed }] of KINDS.entries()) {
  test(`unpackedStream() unpacks kind ${kind} in the head (${i})`, () => {
    const stream = unpackedStream(head(kind, SMALL.length, packed), null);
    assert.ok(stream);
    assert.deepEqual(Buffer.from(bytesOfStream(stream)), SMALL);
    const cut = unpackedStream(head(kind, SMALL.length + 1, packed), null);
    assert.ok(cut);
    assert.throws(() => bytesOfStream(cut), ReadError);
  });
}

for (const { kind, stored, last } of [
  { kind: 8, stored: 0x06, last: VN },
  { kind: 10, stored: 0xcc, last: Buffer.concat([Buffer.of(0xcc), SMALL]) },
  { kind: 12, stored: 0xff, last: lzfse(VN) },
]) {
  test(`unpackedStream() unpacks kind ${kind} from a fork of offsets`, () => {
    const first = Buffer.alloc(65_536, "first ");
    const pieces = [Buffer.concat([Buffer.of(stored), first]), last];
    const table = Buffer.alloc(12);
    table.writeUInt32LE(12, 0);
    table.writeUInt32LE(12 + 65_537, 4);
    table.writeUInt32LE(12 + 65_537 + last.length, 8);
    const fork = memoryVolume(Buffer.concat([table, ...pieces]));
    const stream = unpackedStream(head(kind, 65_536 + SMALL.length, Buffer.alloc(0)), fork);
    assert.ok(stream);
    assert.deepEqual(Buffer.from(bytesOfStream(stream)), Buffer.concat([first, SMALL]));
    assert.equal(unpackedStream(head(kind, 10, Buffer.alloc(0)), null), null);
    const beyond = unpackedStream(head(kind, 200_000, Buffer.alloc(0)), fork);
    assert.ok(beyond);
    assert.throws(() => bytesOfStream(beyond), ReadError);
  });
}

test("openHfs() finds deleted files in the room behind records; blocks in use since are not given", () => {
  const gone: SampleItem = { id: 40, parent: 20, name: "gone.bin", content: { sizeBytes: 5000, start: 20, count: 2 } };
  const partly: SampleItem = { id: 41, parent: 20, name: "partly", content: { sizeBytes: 8000, start: 11, count: 2 } };
  const moved: SampleItem = { ...FILE, name: "former.bin" };
  const lost: SampleItem = { id: 42, parent: 99, name: "lost", content: { sizeBytes: 5, start: 25, count: 1 } };
  const image = withBytes(
    hfsSample([FOLDER, FILE], { former: [gone, partly, moved, lost, FILE] }),
    20,
    Buffer.alloc(5000, "g"),
  );
  const entries = entriesByPlace(openHfs(memoryVolume(image)));
  const shown = [...entries].map(
    ([place, { state, certainty, renamed }]) => `${state} ${certainty} ${place}${renamed ? " renamed" : ""}`,
  );
  assert.deepEqual(shown, [
    "allocated proven ថត",
    "allocated proven ថត/a.bin",
    "deleted proven ថត/gone.bin",
    "deleted partly-overwritten ថត/partly",
    "deleted name-only ថត/former.bin renamed",
    "orphan proven lost",
  ]);
  assert.deepEqual(mainBytes(entries.get("ថត/gone.bin")), new Uint8Array(5000).fill(0x67));
});

test("openHfs() of folders in a circle and a broken chain of leaves ends and tells it", () => {
  const image = hfsSample([{ id: 20, parent: 20, name: "self", folder: true }, { ...FILE }]);
  const circle = openHfs(memoryVolume(image));
  assert.deepEqual(
    [...entriesByPlace(circle).values()].map(({ state }) => state),
    ["orphan", "orphan"],
  );
  assert.ok(circle?.problems.some(({ what }) => what === "directory-loop"));
  image.writeUInt32BE(1, 5 * HFS_BLOCK);
  const chain = openHfs(memoryVolume(image));
  assert.equal(entriesByPlace(chain).size, 2);
  assert.ok(chain?.problems.some(({ what }) => what === "tree-broken"));
  assert.equal(openHfs(memoryVolume(Buffer.alloc(10_000))), null);
});

test("inflateZlib() gives what deflate took, and null for what is cut, too long or no stream", () => {
  const random = seededRandom("inflate-1");
  for (let round = 0; round < 60; round++) {
    const letters = 1 + random.below(255);
    const bytes = Uint8Array.from({ length: random.below(20_000) }, () => random.below(letters));
    const packed = deflateSync(bytes, { level: round % 10, strategy: round % 5 });
    assert.deepEqual(inflateZlib(packed, bytes.length), bytes);
    if (bytes.length > 10) assert.equal(inflateZlib(packed, bytes.length - 5), null);
    assert.equal(inflateZlib(packed.subarray(0, Math.floor(packed.length / 2)), bytes.length), null);
    packed[2 + random.below(packed.length - 2)] = random.below(256);
    inflateZlib(packed, bytes.length);
  }
  assert.equal(inflateZlib(deflateRawSync(Buffer.from("no head")), 100), null);
});

const DEVICES = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices");
const REAL = [
  { file: "raw/dfvfs-hfsplus.raw", truth: "dfvfs-hfsplus.raw.dfxml", gone: [] },
  // The journal still has a leaf from before the folder was removed; fiwalk does not look there.
  { file: "dftt/nps-2009-hfsjtest1-gen1.zip", truth: "image.gen1.dmg.dfxml", gone: [".Trashes/501"] },
];

/** The first member of a zip whose name ends so. */
function memberOf(zip: Buffer, ending: string): Buffer {
  let at = zip.readUInt32LE(zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6])) + 16);
  for (
    ;
    zip.readUInt32LE(at) === 0x02014b50;
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  ) {
    if (!zip.toString("latin1", at + 46, at + 46 + zip.readUInt16LE(at + 28)).endsWith(ending)) continue;
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    return inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20)));
  }
  throw new RangeError(`Cannot read a zip: it must have a member that ends with ${ending}`);
}

for (const { file, truth, gone } of REAL) {
  const skip = existsSync(resolve(DEVICES, file)) ? false : `test data absent: devices/${file}`;
  test(`openHfs() of ${file} is what fiwalk lists`, { skip }, () => {
    const raw = readFileSync(resolve(DEVICES, file));
    const fileSystem = openHfs(memoryVolume(file.endsWith(".zip") ? memberOf(raw, ".dmg") : raw));
    const wanted = new Map<string, string>();
    for (const object of readFileSync(resolve(DEVICES, "truth", truth), "utf8")
      .split("<fileobject>")
      .slice(1)) {
      const name = (/<filename>([^<]*)</u.exec(object)?.[1] ?? "").replaceAll("\\x0D", "\r").replaceAll("^", "\0");
      const digest = /<hashdigest type='md5'>([0-9a-f]+)</u.exec(object)?.[1] ?? "";
      if (!/(?:^|\/)\.{1,2}$|^\$/u.test(name)) wanted.set(name, digest);
    }
    const found = new Map<string, string>();
    const others: string[] = [];
    for (const [place, { state, streams }] of entriesByPlace(fileSystem)) {
      const [main] = streams;
      const md5 =
        main === undefined || main.sizeBytes === 0 ? "" : createHash("md5").update(bytesOfStream(main)).digest("hex");
      if (state === "allocated") found.set(place, md5);
      else others.push(place);
    }
    assert.deepEqual(new Map([...found].toSorted()), new Map([...wanted].toSorted()));
    assert.deepEqual(others, gone);
    assert.deepEqual(fileSystem?.problems, []);
  });
}
