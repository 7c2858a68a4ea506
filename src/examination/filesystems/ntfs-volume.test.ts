import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { type ByteSource, memorySource, ReadError } from "#examination/sources";
import type { FileEntry, FileStream } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { SAMPLE_CLUSTER, SAMPLE_MS, type SampleFile, type SampleVolume, sampleNtfs } from "./ntfs-sample.ts";
import { fileNameValue, indexEntry, journalRecord, logPages, structure, utf16 } from "./ntfs-sample-parts.ts";
import { openNtfs } from "./ntfs-volume.ts";

const decoder = new TextDecoder();
const random = seededRandom("ntfs volume");
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
const words = (length: number): Uint8Array => new TextEncoder().encode("some words ".repeat(length)).slice(0, length);

function open(volume: Uint8Array | ByteSource): FileSystem {
  const fileSystem = openNtfs(volume instanceof Uint8Array ? memorySource(volume) : volume);
  assert.ok(fileSystem !== null);
  return fileSystem;
}

/** Entries of a volume by place, the file system's own left out. */
function listed(volume: SampleVolume | Uint8Array): Map<string, FileEntry> {
  const entries = new Map<string, FileEntry>();
  for (const entry of open(volume instanceof Uint8Array ? volume : sampleNtfs(volume)).entries()) {
    const place = entry.path.map((name) => decoder.decode(name)).join("/");
    if (!place.startsWith("$")) entries.set(place, entry);
  }
  return entries;
}

function stream(entry: FileEntry | undefined, name: string | null = null): FileStream {
  const found = entry?.streams.find((one) => one.name === name);
  assert.ok(found !== undefined);
  return found;
}

function bytesOf({ read }: FileStream): Uint8Array {
  const bytes = new Uint8Array(read.sizeBytes);
  for (let at = 0; at < bytes.length; ) at += read.readSync(bytes.subarray(at, at + 5003), at);
  return bytes;
}

function one(file: Partial<SampleFile>): SampleFile {
  return { record: 30, names: ["file.bin"], ...file };
}

test("openNtfs() of other volumes is null", () => {
  assert.equal(openNtfs(memorySource(new Uint8Array(0))), null);
  assert.equal(openNtfs(memorySource(new Uint8Array(100_000))), null);
});

test("openNtfs() tells label, sizes and what is unallocated", () => {
  const volume = sampleNtfs({ label: "ភ្នំពេញ", files: [one({ streams: [{ bytes: noise(5000), at: [500, 501] }] })] });
  const fileSystem = open(volume);
  assert.equal(fileSystem.label, "ភ្នំពេញ");
  assert.equal(fileSystem.blockBytes, SAMPLE_CLUSTER);
  assert.equal(fileSystem.sizeBytes, volume.length);
  const free = [...fileSystem.unallocated()];
  assert.deepEqual(free.at(-2), { startByte: 66 * SAMPLE_CLUSTER, lengthBytes: 434 * SAMPLE_CLUSTER });
  assert.deepEqual(free.at(-1), { startByte: 502 * SAMPLE_CLUSTER, lengthBytes: 522 * SAMPLE_CLUSTER + 512 });
  assert.deepEqual(fileSystem.problems, []);
});

test("entries() gives streams in the record, in clusters, and beside the main one", () => {
  const [small, big, side] = [words(100), noise(20_000), noise(9000)];
  const entries = listed({
    files: [
      one({ record: 30, names: ["small.txt"], streams: [{ bytes: small, as: "resident" }] }),
      one({
        record: 31,
        names: ["big.bin"],
        streams: [
          { bytes: big, at: [500, 501, 502, 510, 511] },
          { name: "side", bytes: side },
        ],
      }),
    ],
  });
  assert.deepEqual(bytesOf(stream(entries.get("small.txt"))), small);
  assert.deepEqual(stream(entries.get("small.txt")).extents, [{ startByte: null, lengthBytes: 100 }]);
  const main = stream(entries.get("big.bin"));
  assert.deepEqual(bytesOf(main), big);
  assert.deepEqual(main.extents, [
    { startByte: 500 * SAMPLE_CLUSTER, lengthBytes: 3 * SAMPLE_CLUSTER },
    { startByte: 510 * SAMPLE_CLUSTER, lengthBytes: 20_000 - 3 * SAMPLE_CLUSTER },
  ]);
  assert.deepEqual(main.slack, [{ startByte: 510 * SAMPLE_CLUSTER + 20_000 - 3 * SAMPLE_CLUSTER, lengthBytes: 480 }]);
  assert.deepEqual(bytesOf(stream(entries.get("big.bin"), "side")), side);
  const { id, kind, state, certainty, times } = entries.get("big.bin") ?? assert.fail();
  assert.deepEqual([id, kind, state, certainty], [31, "file", "allocated", "proven"]);
  assert.deepEqual(times, { createdMs: SAMPLE_MS, modifiedMs: SAMPLE_MS, changedMs: SAMPLE_MS, accessedMs: SAMPLE_MS });
});

test("entries() reads sparse and compressed streams", () => {
  const mixed = concatBytes(words(150_000), new Uint8Array(140_000), noise(70_000), words(3000));
  const entries = listed({
    files: [
      one({
        record: 30,
        names: ["sparse"],
        streams: [{ bytes: concatBytes(new Uint8Array(4096), noise(4096)), at: [null, 500] }],
      }),
      one({ record: 31, names: ["packed"], streams: [{ bytes: mixed, as: "compressed" }] }),
    ],
  });
  const sparse = bytesOf(stream(entries.get("sparse")));
  assert.ok(sparse.subarray(0, 4096).every((byte) => byte === 0) && sparse.subarray(4096).some((byte) => byte !== 0));
  const packed = stream(entries.get("packed"));
  assert.deepEqual(bytesOf(packed), mixed);
  assert.ok(packed.extents.some((extent) => extent.startByte === null));
});

test("entries() gives zeros beyond what was ever written, and tells that place as slack", () => {
  const bytes = noise(12_000);
  const entries = listed({ files: [one({ streams: [{ bytes, at: [500, 501, 502], validBytes: 5000 }] })] });
  const main = stream(entries.get("file.bin"));
  assert.deepEqual(bytesOf(main), concatBytes(bytes.subarray(0, 5000), new Uint8Array(7000)));
  assert.deepEqual(main.slack, [{ startByte: 500 * SAMPLE_CLUSTER + 5000, lengthBytes: 3 * 4096 - 5000 }]);
});

test("entries() joins a file whose pieces stand in further records; what a lost record told is lost", () => {
  const bytes = noise(30_000);
  const at = [500, 502, 504, 506, 508, 510, 512, 514];
  const volume = sampleNtfs({ files: [one({ spread: [31, 32, 33], streams: [{ bytes, at }] })] });
  assert.deepEqual(bytesOf(stream(listed(volume).get("file.bin"))), bytes);
  assert.equal(listed(volume).size, 1);
  volume.fill(0, 4 * SAMPLE_CLUSTER + 32 * 1024, 4 * SAMPLE_CLUSTER + 33 * 1024);
  const fileSystem = open(volume);
  const file = [...fileSystem.entries()].find((entry) => entry.id === 30);
  const extents = stream(file).extents;
  assert.equal(extents.filter((extent) => extent.lost).length, 1);
  assert.ok(fileSystem.problems.some((problem) => problem.what === "chain-broken"));
  assert.throws(
    () => stream(file).read.readSync(new Uint8Array(30_000), 0),
    (error) => error instanceof ReadError && error.code === "REUSED" && error.goodBytes === 3 * 4096,
  );
});

test("entries() reads a table whose own pieces stand in further records", () => {
  const at = [4, 5, 6, 7, 100, 101, 102, 103, 90, 91, 92, 93, 200, 201, 202, 203];
  const files = [20, 33, 47, 60].map((record) => one({ record, names: [`file ${record}`] }));
  const entries = listed({ files, table: { at, spread: [0, 15, 17] } });
  assert.deepEqual([...entries.keys()], ["file 20", "file 33", "file 47", "file 60"]);
});

test("entries() gives a file once for each hard link, and no short name beside a long one", () => {
  const entries = listed({
    files: [
      one({ record: 29, names: ["folder"], directory: true }),
      one({ names: ["first.txt", "second.txt"], streams: [{ bytes: words(50), as: "resident" }] }),
      one({ record: 31, names: ["in.txt"], parent: { record: 29, sequence: 1 } }),
    ],
  });
  assert.deepEqual([...entries.keys()].sort(), ["first.txt", "folder", "folder/in.txt", "second.txt"]);
  assert.equal(entries.get("first.txt")?.id, entries.get("second.txt")?.id);
  assert.equal(entries.get("folder")?.kind, "directory");
});

test("entries() of a deleted file: proven where its clusters are free, lost where they are in use again", () => {
  const bytes = noise(3 * 4096);
  const entries = listed({
    files: [
      one({ record: 30, names: ["free"], freed: true, streams: [{ bytes, at: [500, 501, 502] }] }),
      one({ record: 31, names: ["part"], freed: true, streams: [{ bytes, at: [600, 601, 602] }] }),
      one({ record: 32, names: ["none"], freed: true, streams: [{ bytes, at: [700, 701, 702] }] }),
      one({ record: 33, names: ["tiny"], freed: true, streams: [{ bytes: words(40), as: "resident" }] }),
      one({ record: 34, names: ["new"], streams: [{ bytes: noise(4 * 4096), at: [601, 700, 701, 702] }] }),
    ],
  });
  assert.deepEqual([entries.get("free")?.state, entries.get("free")?.certainty], ["deleted", "proven"]);
  assert.deepEqual(bytesOf(stream(entries.get("free"))), bytes);
  assert.deepEqual(bytesOf(stream(entries.get("tiny"))), words(40));
  assert.equal(entries.get("part")?.certainty, "partly-overwritten");
  const part = stream(entries.get("part"));
  assert.deepEqual(part.extents, [
    { startByte: 600 * 4096, lengthBytes: 4096 },
    { startByte: null, lengthBytes: 4096, lost: true },
    { startByte: 602 * 4096, lengthBytes: 4096 },
  ]);
  const end = new Uint8Array(4096);
  assert.equal(part.read.readSync(end, 8192), 4096);
  assert.deepEqual(end, bytes.slice(8192));
  assert.throws(() => part.read.readSync(end, 4000), ReadError);
  assert.equal(entries.get("none")?.certainty, "name-only");
  assert.deepEqual([stream(entries.get("none")).sizeBytes, bytesOf(stream(entries.get("none"))).length], [3 * 4096, 0]);
});

test("entries() gives clusters that two deleted files name to the later one, to none where that is not sure", () => {
  const [early, late] = [noise(8192), noise(8192)];
  const pair = (older: Partial<SampleFile>, newer: Partial<SampleFile>): Map<string, FileEntry> =>
    listed({
      files: [
        one({ record: 30, names: ["early"], freed: true, streams: [{ bytes: early, at: [500, 501] }], ...older }),
        one({ record: 31, names: ["late"], freed: true, streams: [{ bytes: late, at: [501, 502] }], ...newer }),
      ],
    });
  const sure = pair({ logNumber: 100, changedMs: SAMPLE_MS - 9000 }, { logNumber: 200 });
  assert.equal(sure.get("late")?.certainty, "proven");
  assert.deepEqual(bytesOf(stream(sure.get("late"))), late);
  assert.equal(sure.get("early")?.certainty, "partly-overwritten");
  for (const unsure of [pair({}, {}), pair({ logNumber: 300, changedMs: SAMPLE_MS - 9000 }, { logNumber: 200 })]) {
    assert.equal(unsure.get("late")?.certainty, "partly-overwritten");
    assert.equal(unsure.get("early")?.certainty, "partly-overwritten");
  }
});

test("entries() tells an orphan where the folder's record has another life, a file where the folder was deleted too", () => {
  const entries = listed({
    files: [
      one({ record: 29, names: ["new folder"], directory: true, sequence: 4 }),
      one({ record: 30, names: ["of old"], freed: true, parent: { record: 29, sequence: 2 } }),
      one({ record: 31, names: ["gone"], directory: true, sequence: 8, freed: true }),
      one({ record: 32, names: ["in gone"], freed: true, parent: { record: 31, sequence: 7 } }),
      one({ record: 33, names: ["of none"], parent: { record: 60, sequence: 1 } }),
    ],
  });
  assert.deepEqual([entries.get("of old")?.state, entries.get("of none")?.state], ["orphan", "orphan"]);
  assert.equal(entries.get("gone/in gone")?.state, "deleted");
});

test("entries() gives streams hung on the root", () => {
  const root = one({
    record: 5,
    names: ["."],
    sequence: 5,
    directory: true,
    streams: [{ name: "hung", bytes: noise(6000) }],
  });
  assert.equal(stream(listed({ files: [root] }).get("."), "hung").read.sizeBytes, 6000);
});

test("entries() ends on folders that contain each other", () => {
  const volume = sampleNtfs({
    files: [
      one({ record: 30, names: ["a"], directory: true, parent: { record: 31, sequence: 1 } }),
      one({ record: 31, names: ["b"], directory: true, parent: { record: 30, sequence: 1 } }),
    ],
  });
  const fileSystem = open(volume);
  const entries = [...fileSystem.entries()].filter((entry) => entry.id >= 30);
  assert.deepEqual(new Set(entries.map((entry) => entry.state)), new Set(["orphan"]));
  assert.ok(fileSystem.problems.some((problem) => problem.what === "directory-loop"));
});

test("entries() gives names left behind in a folder's table", () => {
  const parent = { record: 29, sequence: 1 };
  const old = (record: number, sequence: number, name: string): Uint8Array =>
    indexEntry({ record, sequence }, fileNameValue({ parent, name, ms: SAMPLE_MS, sizeBytes: 777 }));
  const headless = old(59, 1, "without head.jpg");
  headless.fill(0, 0, 16);
  const slack = concatBytes(headless, old(30, 1, "kept.txt"), old(30, 9, "former.txt"), old(31, 3, "old name.jpg"));
  const entries = listed({
    files: [
      one({ record: 29, names: ["folder"], directory: true, slack }),
      one({ record: 30, names: ["kept.txt"], parent }),
      one({ record: 31, names: ["new name.dat"], parent, sequence: 3 }),
    ],
  });
  assert.deepEqual([...entries.keys()].sort(), [
    "folder",
    "folder/former.txt",
    "folder/kept.txt",
    "folder/new name.dat",
    "folder/old name.jpg",
    "folder/without head.jpg",
  ]);
  const former = entries.get("folder/former.txt");
  assert.deepEqual(
    [former?.state, former?.certainty, former?.id, former?.renamed],
    ["deleted", "name-only", 30, undefined],
  );
  assert.deepEqual([stream(former).sizeBytes, stream(former).read.sizeBytes], [777, 0]);
  assert.equal(entries.get("folder/old name.jpg")?.renamed, true);
  assert.ok((entries.get("folder/without head.jpg")?.id ?? 0) < 0);
});

test("entries() gives names of deleted files from the change journal", () => {
  const page = concatBytes(
    journalRecord(2, { record: 40, name: "made.txt", reason: 0x100, ms: SAMPLE_MS }),
    journalRecord(2, { record: 40, name: "deleted.jpg", reason: 0x80000200, ms: SAMPLE_MS }),
    journalRecord(3, { record: 41, name: "renamed from.jpg", reason: 0x1000, ms: SAMPLE_MS }),
    journalRecord(2, { record: 42, name: "deleted.jpg", reason: 0x200, ms: SAMPLE_MS }),
  );
  const journal = { name: "$J", bytes: concatBytes(new Uint8Array(3 * 4096), page), at: [null, null, null, 500] };
  const parent = { record: 11, sequence: 11 };
  const volume = sampleNtfs({ files: [one({ names: ["$UsnJrnl"], parent, streams: [journal] })] });
  const found = [...open(volume).entries()].filter((entry) => entry.certainty === "name-only");
  assert.deepEqual(
    found.map((entry) => [entry.id, entry.path.map((name) => decoder.decode(name)).join("/"), entry.times.changedMs]),
    [
      [40, "deleted.jpg", SAMPLE_MS],
      [41, "renamed from.jpg", SAMPLE_MS],
      [42, "deleted.jpg", SAMPLE_MS],
    ],
  );
});

test("entries() gives names of deleted files from the log, across pages", () => {
  const parent = { record: 5, sequence: 5 };
  const entry = indexEntry(
    { record: 44, sequence: 6 },
    fileNameValue({ parent, name: "in the log.jpg", ms: SAMPLE_MS }),
  );
  const body = new Uint8Array(2 * 4032);
  body.set(entry, 4032 - 48);
  const volume = { files: [one({ record: 2, names: ["$LogFile"], streams: [{ bytes: logPages(body) }] })] };
  const found = listed(volume).get("in the log.jpg");
  assert.deepEqual([found?.state, found?.certainty, found?.id], ["deleted", "name-only", 44]);
});

test("entries() says which streams are encrypted, compressed in another way, or kept elsewhere", () => {
  const cloud = structure(32, [
    [0, 4, 0x9000701a],
    [4, 2, 24],
  ]);
  const overlay = structure(24, [
    [0, 4, 0x80000017],
    [4, 2, 16],
    [8, 4, 1],
    [12, 4, 2],
    [16, 4, 1],
    [20, 4, 9],
  ]);
  const empty = { bytes: new Uint8Array(0), at: [null, null], sizeBytes: 8000 };
  const volume = sampleNtfs({
    files: [
      one({ record: 30, names: ["efs"], streams: [{ bytes: noise(5000), as: "encrypted" }] }),
      one({ record: 31, names: ["cloud"], reparse: cloud, streams: [empty] }),
      one({
        record: 32,
        names: ["other"],
        reparse: overlay,
        streams: [empty, { name: "WofCompressedData", bytes: noise(90) }],
      }),
    ],
  });
  const fileSystem = open(volume);
  const entries = new Map([...fileSystem.entries()].map((entry) => [entry.id, entry]));
  assert.equal(stream(entries.get(30)).encrypted, true);
  assert.deepEqual([entries.get(31)?.certainty, stream(entries.get(31)).read.sizeBytes], ["name-only", 0]);
  assert.throws(() => stream(entries.get(32)).read.readSync(new Uint8Array(10), 0), ReadError);
  assert.deepEqual(fileSystem.problems.map((problem) => problem.what).sort(), [
    "compression-unknown",
    "content-elsewhere",
    "encrypted-stream",
  ]);
});

test("entries() tells links and where they point", () => {
  const target = utf16("C:\\other");
  const symbolic = concatBytes(
    structure(20, [
      [0, 4, 0xa000000c],
      [4, 2, 12 + target.length],
      [12, 2, 0],
      [14, 2, target.length],
    ]),
    target,
  );
  const entry = listed({ files: [one({ names: ["link"], reparse: symbolic })] }).get("link");
  assert.equal(entry?.kind, "link");
  assert.equal(decoder.decode(entry?.target), "C:\\other");
});

test("openNtfs() uses the copies of the first sector and of the table's first records", () => {
  const files = [one({ streams: [{ bytes: words(50), as: "resident" }] })];
  const volume = sampleNtfs({ files });
  volume.fill(0, 0, 512);
  volume.fill(0x41, 4 * SAMPLE_CLUSTER, 4 * SAMPLE_CLUSTER + 1024);
  const fileSystem = open(volume);
  assert.ok([...fileSystem.entries()].some((entry) => entry.id === 30));
  assert.deepEqual(fileSystem.problems.map((problem) => problem.what).sort(), ["backup-header", "table-copy"]);
  volume.fill(0x41, 2 * SAMPLE_CLUSTER, 3 * SAMPLE_CLUSTER);
  assert.equal(openNtfs(memorySource(volume)), null);
});

test("openNtfs() with no table left says so; an old copy does not speak for another file system", () => {
  const volume = sampleNtfs({ files: [] });
  const other = volume.slice();
  volume.fill(0, 2 * SAMPLE_CLUSTER, 64 * SAMPLE_CLUSTER);
  const fileSystem = open(volume);
  assert.deepEqual([[...fileSystem.entries()], fileSystem.problems.map((one) => one.what)], [[], ["table-missing"]]);
  other.fill(0, 3, 500);
  assert.equal(openNtfs(memorySource(other)), null);
});

test("entries() goes on past records that cannot be read or are torn", () => {
  const files = [30, 31, 32].map((record) => one({ record, names: [`file ${record}`] }));
  const volume = sampleNtfs({ files });
  const bad = 4 * SAMPLE_CLUSTER + 31 * 1024;
  const whole = memorySource(volume);
  const dying = open({
    sizeBytes: whole.sizeBytes,
    readSync: (view, at) => {
      if (at + view.length <= bad || at >= bad + 512) return whole.readSync(view, at);
      const goodBytes = Math.max(0, bad - at);
      whole.readSync(view.subarray(0, goodBytes), at);
      throw new ReadError("input-error", "EIO", { offsetBytes: Math.max(at, bad), goodBytes });
    },
  });
  assert.deepEqual(
    [...dying.entries()].map((entry) => entry.id).filter((id) => id >= 30),
    [30, 32],
  );
  assert.ok(dying.problems.some((problem) => problem.what === "record-damaged"));
  volume[bad + 511] = 0x55;
  assert.deepEqual([...listed(volume).keys()], ["file 30", "file 32"]);
});

test("openNtfs() of a cut volume says so, and never reads as zeros what is not there", () => {
  const volume = sampleNtfs({ files: [one({ streams: [{ bytes: noise(8192), at: [500, 900] }] })] });
  const fileSystem = open(volume.slice(0, 800 * SAMPLE_CLUSTER));
  assert.equal(fileSystem.problems[0]?.what, "volume-cut");
  const file = [...fileSystem.entries()].find((entry) => entry.id === 30);
  assert.throws(
    () => stream(file).read.readSync(new Uint8Array(8192), 0),
    (error) => error instanceof ReadError && error.code === "ENDED" && error.goodBytes === 4096,
  );
});
