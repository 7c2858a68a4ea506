import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { type ByteSource, ReadError } from "#examination/sources";
import { FatSample, longRecords, type SampleItem } from "./fat-sample.ts";
import { openFat } from "./fat-volume.ts";
import { entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";

const random = seededRandom("fat volume");
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => 1 + random.below(255));
const MS = Date.UTC(2024, 1, 29, 13, 14, 16);

function listed(sample: FatSample) {
  return entriesByPlace(openFat(memoryVolume(sample.image())));
}

function file(sample: FatSample, name: string, of: { clusters?: number; parent?: SampleItem } = {}) {
  const content = noise((of.clusters ?? 1) * sample.clusterBytes - 100);
  return { item: sample.addFile(of.parent ?? sample.root, name, { content, ms: MS }), content };
}

test("openFat() of other volumes is null", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(511), new Uint8Array(4096), noise(8192)]) {
    assert.equal(openFat(memoryVolume(bytes)), null);
  }
});

const KINDS = [
  { kind: "fat12", clusters: 400 },
  { kind: "fat16", clusters: 4085 },
  { kind: "fat32", clusters: 65_525 },
  { kind: "fat32", clusters: 300 },
] as const;

for (const options of KINDS) {
  test(`openFat() of ${options.kind} with ${options.clusters} clusters lists and reads files`, () => {
    const sample = new FatSample(options);
    const folder = sample.addDirectory(sample.root, "FOLDER", MS);
    const whole = file(sample, "WHOLE.BIN", { clusters: 5 });
    const first = file(sample, "PIECES.BIN", { clusters: 2, parent: folder });
    file(sample, "BETWEEN.BIN", { clusters: 1 });
    const more = noise(700);
    sample.append(first.item, more, MS + 60_000);
    const volume = openFat(memoryVolume(sample.image()));
    assert.ok(volume !== null);
    assert.equal(volume.kind, options.kind);
    assert.equal(volume.blockBytes, 512);
    assert.equal(volume.label, null);
    const entries = entriesByPlace(volume);
    assert.deepEqual([...entries.keys()], ["FOLDER", "WHOLE.BIN", "BETWEEN.BIN", "FOLDER/PIECES.BIN"]);
    assert.deepEqual(mainBytes(entries.get("WHOLE.BIN")), whole.content);
    const pieces = entries.get("FOLDER/PIECES.BIN");
    assert.deepEqual(mainBytes(pieces), Uint8Array.from([...first.content, ...more]));
    assert.equal(pieces?.state, "allocated");
    assert.equal(pieces.certainty, "proven");
    assert.equal(pieces.streams[0]?.extents.length, 2);
    assert.deepEqual(pieces.times, {
      localTime: true,
      createdMs: MS,
      accessedMs: Date.UTC(2024, 1, 29),
      modifiedMs: MS + 60_000,
    });
    assert.deepEqual(volume.problems, []);
    const free = [...volume.unallocated()].reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    assert.equal(free, sample.free * 512);
  });
}

test("openFat() gives the slack behind a file, and clusters allocated beyond its end", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 50 });
  const { item } = file(sample, "A.BIN", { clusters: 3 });
  item.sizeBytes = 600;
  sample.putEntry(item, item.atByte);
  const [stream] = listed(sample).get("A.BIN")?.streams ?? [];
  const start = sample.at(item.clusters[0] ?? 0);
  assert.deepEqual(stream?.extents, [{ startByte: start, lengthBytes: 600 }]);
  assert.deepEqual(stream?.slack, [{ startByte: start + 600, lengthBytes: 3 * 512 - 600 }]);
});

const NAMES = ["a long name.jpeg", "រូបភាព ឆ្នាំ២០២៤.jpg", "ƒ😀.png", "x".repeat(255), "thirteen unit"];

test("openFat() reads long names, present and deleted, and gives back what deleting took", () => {
  const sample = new FatSample({ kind: "fat16", clusters: 4085 });
  const folder = sample.addDirectory(sample.root, "D", MS);
  for (const name of NAMES) file(sample, name, { clusters: 1, parent: folder });
  assert.deepEqual([...listed(sample).keys()], ["D", ...NAMES.map((name) => `D/${name}`)]);
  const deleted = NAMES.map((name) => file(sample, `gone ${name}`.slice(0, 255), { clusters: 1, parent: folder }));
  const short = file(sample, "SHORT.TXT", { clusters: 1, parent: folder });
  for (const { item } of [...deleted, short]) sample.remove(item);
  const entries = listed(sample);
  for (const { item, content } of deleted) {
    const entry = entries.get(`D/${item.name}`);
    assert.equal(entry?.state, "deleted");
    assert.deepEqual(mainBytes(entry), content);
  }
  assert.equal(entries.get("D/_HORT.TXT")?.state, "deleted");
});

test("openFat() keeps lone surrogates apart in names", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 50 });
  file(sample, "a\ud800b.txt");
  const [entry] = openFat(memoryVolume(sample.image()))?.entries() ?? [];
  assert.deepEqual(entry?.path, [Uint8Array.from([0x61, 0xed, 0xa0, 0x80, 0x62, 0x2e, 0x74, 0x78, 0x74])]);
});

test("openFat() shows the short name where a long name's checksum or order is wrong, and says so", () => {
  for (const [at, value] of [[13, 0x55] as const, [0, 0x47] as const]) {
    const sample = new FatSample({ kind: "fat12", clusters: 50 });
    const { item } = file(sample, "holiday picture.jpg");
    sample.bytes[item.atByte - 32 + at] = value;
    const volume = openFat(memoryVolume(sample.image()));
    assert.deepEqual([...entriesByPlace(volume).keys()], ["HOLIDA~1.JPG"]);
    assert.deepEqual(volume?.problems[0], { what: "long-name-checksum", atByte: item.atByte, values: {} });
  }
});

test("openFat() does not give a deleted long name to the entry that took its place", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 50 });
  const gone = file(sample, "some old name.txt");
  sample.remove(gone.item);
  const { item } = file(sample, "NEW.TXT");
  item.atByte = gone.item.atByte;
  sample.putEntry(item, item.atByte);
  assert.ok(listed(sample).has("NEW.TXT"));
  assert.ok(!listed(sample).has("some old name.txt"));
});

test("openFat() lists bytes that hide behind a volume label, in any directory", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 60 });
  const folder = sample.addDirectory(sample.root, "DIR1", MS);
  const { item, content } = file(sample, "FILE2.DLL", { clusters: 3, parent: folder });
  sample.bytes[item.atByte + 11] = 0x08;
  const label = sample.make(sample.root, "STICK", { directory: false, ms: MS });
  sample.bytes[label.atByte + 11] = 0x08;
  const volume = openFat(memoryVolume(sample.image()));
  assert.equal(volume?.label, "STICK");
  const entries = entriesByPlace(volume);
  assert.equal(entries.get("DIR1/FILE2.DLL")?.kind, "other");
  assert.deepEqual(mainBytes(entries.get("DIR1/FILE2.DLL")), content);
  assert.deepEqual(entries.get("STICK")?.streams, []);
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["label-holds-bytes"],
  );
});

test("openFat() enters a directory once where it contains itself", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 60 });
  const outer = sample.addDirectory(sample.root, "OUTER", MS);
  const inner = sample.addDirectory(outer, "INNER", MS);
  const again = sample.make(inner, "AGAIN", { directory: true, ms: MS });
  sample.putEntry({ ...again, clusters: outer.clusters }, again.atByte);
  const volume = openFat(memoryVolume(sample.image()));
  assert.deepEqual([...entriesByPlace(volume).keys()], ["OUTER", "OUTER/INNER", "OUTER/INNER/AGAIN"]);
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["directory-loop"],
  );
});

test("openFat() follows a chain that goes round, or leads out, no further than the volume", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 60 });
  const { item } = file(sample, "ROUND.BIN", { clusters: 3 });
  sample.table[item.clusters[2] ?? 0] = item.clusters[0] ?? 0;
  const out = file(sample, "OUT.BIN", { clusters: 3 });
  sample.table[out.item.clusters[1] ?? 0] = 0xabc;
  const volume = openFat(memoryVolume(sample.image()));
  const entries = entriesByPlace(volume);
  assert.equal(entries.get("ROUND.BIN")?.streams[0]?.read.sizeBytes, 3 * 512 - 100);
  assert.equal(entries.get("OUT.BIN")?.streams[0]?.read.sizeBytes, 2 * 512);
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["chain-broken", "chain-broken", "chain-short"],
  );
});

test("openFat() says that the root goes on beyond what a directory can hold", () => {
  const sample = new FatSample({ kind: "fat32", clusters: 65_525 });
  for (let cluster = 2; cluster < 6000; cluster++) sample.table[cluster] = cluster + 1;
  sample.table[6000] = 0x0fffffff;
  const volume = openFat(memoryVolume(sample.image()));
  assert.deepEqual([...entriesByPlace(volume).keys()], []);
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["directory-too-long"],
  );
});

test("openFat() gives what is deleted in deleted directories, and directories without a name as orphans", () => {
  const sample = new FatSample({ kind: "fat32", clusters: 2000 });
  const folder = sample.addDirectory(sample.root, "old folder", MS);
  const deep = sample.addDirectory(folder, "deeper one", MS + 2000);
  const { item, content } = file(sample, "the picture of the lake.jpg", { clusters: 4, parent: deep });
  for (const one of [item, deep, folder]) sample.remove(one);
  const place = "old folder/deeper one/the picture of the lake.jpg";
  assert.deepEqual(mainBytes(listed(sample).get(place)), content);
  assert.equal(listed(sample).get(place)?.state, "deleted");
  sample.bytes.fill(0xe5, folder.atByte - 32, folder.atByte + 32);
  const orphan = listed(sample).get("deeper one/the picture of the lake.jpg");
  assert.equal(orphan?.state, "orphan");
  assert.deepEqual(mainBytes(orphan), content);
  assert.equal(entriesByPlace(openFat(memoryVolume(sample.bytes)), { orphans: false }).size, 0);
});

test("openFat() takes later clusters of a deleted directory, and of one without a start", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 300 });
  const folder = sample.addDirectory(sample.root, "MANY", MS);
  sample.skipTo(50);
  const items = Array.from({ length: 30 }, (_, i) => sample.make(folder, `F${i}.TXT`, { directory: false, ms: MS }));
  sample.remove(folder);
  for (const item of items) sample.remove(item);
  // The directory went on elsewhere: its later clusters are found as orphans.
  assert.equal(folder.clusters[1], 50);
  const states = [...listed(sample).values()].map(({ state }) => state);
  assert.equal(states.filter((state) => state === "deleted").length, 15);
  assert.equal(states.filter((state) => state === "orphan").length, 16);
});

test("openFat() never gives clusters that are another's now", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 100 });
  const gone = file(sample, "GONE.BIN", { clusters: 4 });
  const moved = sample.addDirectory(sample.root, "MOVED", MS);
  sample.remove(gone.item);
  sample.remove(moved, { keepChain: true });
  const again = sample.make(sample.root, "AGAIN", { directory: true, ms: MS });
  sample.putEntry({ ...again, clusters: moved.clusters }, again.atByte);
  sample.skipTo(2);
  file(sample, "NEW.BIN", { clusters: 2 });
  const entries = listed(sample);
  assert.equal(entries.get("_ONE.BIN")?.certainty, "name-only");
  assert.equal(entries.get("_ONE.BIN")?.streams[0]?.sizeBytes, gone.content.length);
  assert.equal(mainBytes(entries.get("_ONE.BIN"))?.length, 0);
  assert.deepEqual(entries.get("_OVED")?.streams, []);
});

test("openFat() gives what is left of a file that was overwritten in its middle, and reading the rest fails", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 100 });
  const { item, content } = file(sample, "GONE.BIN", { clusters: 6 });
  sample.remove(item);
  sample.skipTo((item.clusters[0] ?? 0) + 2);
  sample.addFile(sample.root, "NEW.BIN", { content: noise(600), ms: MS + 3_600_000 });
  const gone = listed(sample).get("_ONE.BIN");
  assert.equal(gone?.certainty, "partly-overwritten");
  assert.deepEqual(
    gone.streams[0]?.extents.map(({ lost }) => lost ?? false),
    [false, true, false],
  );
  const view = new Uint8Array(512);
  gone.streams[0]?.read.readSync(view, 5 * 512);
  assert.deepEqual(view.subarray(0, 412), content.subarray(5 * 512));
  assert.throws(
    () => gone.streams[0]?.read.readSync(new Uint8Array(2000), 0),
    (error) => error instanceof ReadError && error.code === "REUSED" && error.goodBytes === 1024,
  );
});

test("openFat() proves a deleted file by the chain that a table still has", () => {
  for (const how of [{ keepChain: true }, { keepSpare: true }]) {
    const sample = new FatSample({ kind: "fat16", clusters: 4085 });
    const { item, content } = file(sample, "A.BIN", { clusters: 2 });
    file(sample, "B.BIN", { clusters: 2 });
    const more = noise(1024);
    sample.append(item, more, MS);
    sample.remove(item, how);
    const entry = listed(sample).get("_.BIN");
    assert.equal(entry?.certainty, "proven");
    assert.deepEqual(mainBytes(entry), Uint8Array.from([...content, ...more]));
  }
});

test("openFat() finds starts whose upper half Windows cleared: by the beginning, the neighbours, a directory's own dot", () => {
  const sample = new FatSample({ kind: "fat32", clusters: 140_000 });
  sample.skipTo(70_000);
  const folder = sample.addDirectory(sample.root, "pictures of the sea", MS);
  const jpeg = sample.addFile(folder, "LAKE.JPG", {
    content: Uint8Array.from([0xff, 0xd8, 0xff, ...noise(900)]),
    ms: MS,
  });
  const other = file(sample, "OTHER.XYZ", { clusters: 3, parent: folder });
  for (const item of [jpeg, other.item, folder]) sample.remove(item, { clearUpper: true });
  const entries = listed(sample);
  assert.equal(entries.get("pictures of the sea")?.certainty, "proven");
  assert.equal(mainBytes(entries.get("pictures of the sea/_AKE.JPG"))?.[1], 0xd8);
  assert.equal(entries.get("pictures of the sea/_AKE.JPG")?.certainty, "best-fit");
  assert.deepEqual(mainBytes(entries.get("pictures of the sea/_THER.XYZ")), other.content);
});

test("openFat() gives entries behind the end of a directory as present where their clusters are in use", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 60 });
  const first = file(sample, "FIRST.TXT");
  const folder = sample.addDirectory(sample.root, "FOLDER", MS);
  const { content } = file(sample, "IN.TXT", { parent: folder });
  const stale = sample.make(sample.root, "STALE.TXT", { directory: false, ms: MS });
  sample.putEntry({ ...stale, clusters: folder.clusters, sizeBytes: 100 }, stale.atByte);
  sample.bytes[first.item.atByte] = 0;
  const entries = listed(sample);
  assert.deepEqual(
    [...entries].map(([place, { state }]) => `${place} ${state}`),
    ["FOLDER allocated", "FOLDER/IN.TXT allocated", "STALE.TXT deleted"],
  );
  assert.deepEqual(mainBytes(entries.get("FOLDER/IN.TXT")), content);
  assert.equal(entries.get("STALE.TXT")?.certainty, "name-only");
});

test("openFat() gives entries behind the end of a directory as deleted where their clusters are free", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 60 });
  const first = file(sample, "FIRST.TXT");
  const { item, content } = file(sample, "HIDDEN.TXT");
  sample.bytes[first.item.atByte] = 0;
  for (const cluster of item.clusters) sample.table[cluster] = 0;
  const entry = listed(sample).get("HIDDEN.TXT");
  assert.equal(entry?.state, "deleted");
  assert.deepEqual(mainBytes(entry), content);
});

test("openFat() reads a FAT32 volume from the copy of its boot sector, and tells where a volume is cut", () => {
  const sample = new FatSample({ kind: "fat32", clusters: 300 });
  const { content } = file(sample, "A.BIN", { clusters: 2 });
  const image = sample.image();
  image.fill(0, 0, 512);
  const volume = openFat(memoryVolume(image));
  assert.deepEqual(mainBytes(entriesByPlace(volume).get("A.BIN")), content);
  assert.deepEqual(volume?.problems, [{ what: "backup-header", atByte: 0, values: { at: 3072 } }]);
  const cut = openFat(memoryVolume(image.subarray(0, sample.at(3) + 100)));
  assert.deepEqual(
    cut?.problems.map(({ what }) => what),
    ["backup-header", "volume-cut"],
  );
  const [entry] = [...(cut?.entries() ?? [])];
  assert.throws(() => mainBytes(entry), ReadError);
  assert.deepEqual([...(cut?.unallocated() ?? [])], []);
});

/** A volume of which no byte of a range can be read. */
function damaged(image: Uint8Array, startByte: number, lengthBytes: number): ByteSource {
  const volume = memoryVolume(image);
  return {
    sizeBytes: volume.sizeBytes,
    readSync: (view, at) => {
      if (at >= startByte + lengthBytes || at + view.length <= startByte) return volume.readSync(view, at);
      const goodBytes = at < startByte ? volume.readSync(view.subarray(0, startByte - at), at) : 0;
      throw new ReadError("input-error", "EIO", { offsetBytes: Math.max(at, startByte), goodBytes });
    },
  };
}

test("openFat() reads the second table where the first is written over or cannot be read, and the active one", () => {
  const sample = new FatSample({ kind: "fat32", clusters: 70_000 });
  const { content, item } = file(sample, "A.BIN", { clusters: 3 });
  const tableBytes = Math.ceil((70_002 * 4) / 512) * 512;
  const first = 32 * 512;
  const over = sample.image().slice();
  over.fill(0, first, first + tableBytes);
  assert.deepEqual(mainBytes(entriesByPlace(openFat(memoryVolume(over))).get("A.BIN")), content);
  const unread = openFat(damaged(sample.image(), first, tableBytes));
  assert.deepEqual(mainBytes(entriesByPlace(unread).get("A.BIN")), content);
  const active = sample.image().slice();
  const [start = 2] = item.clusters;
  active.fill(0, first + start * 4, first + start * 4 + 12);
  active[40] = 0x81;
  assert.deepEqual(mainBytes(entriesByPlace(openFat(memoryVolume(active))).get("A.BIN")), content);
});

test("openFat() reads a table around its bad places, and directories behind one", () => {
  const sample = new FatSample({ kind: "fat32", clusters: 70_000 });
  const folders = ["A", "B", "C"].map((name) => sample.addDirectory(sample.root, name, MS));
  const { content } = file(sample, "LAST.TXT", { parent: folders[2] ?? sample.root });
  sample.skipTo(40_000);
  const far = file(sample, "FAR.BIN", { clusters: 2 });
  const tableBytes = Math.ceil((70_002 * 4) / 512) * 512;
  const inTables = damaged(sample.image(), 32 * 512 + 8192, tableBytes + 512);
  assert.deepEqual(mainBytes(entriesByPlace(openFat(inTables)).get("FAR.BIN")), far.content);
  const entries = entriesByPlace(openFat(damaged(sample.image(), sample.at(folders[1]?.clusters[0] ?? 2), 512)));
  assert.deepEqual(mainBytes(entries.get("C/LAST.TXT")), content);
});

test("openFat() loses of a directory and of its tables only the sector that is bad", () => {
  const sample = new FatSample({ kind: "fat16", clusters: 20_000, clusterBytes: 8192 });
  const folder = sample.addDirectory(sample.root, "FULL", MS);
  const names = Array.from({ length: 200 }, (_, i) => `F${1000 + i}.TXT`);
  const files = names.map((name) => file(sample, name, { clusters: 1, parent: folder }));
  const bad = files[77]?.item.atByte ?? 0;
  const volume = openFat(damaged(sample.image(), bad - (bad % 512), 512));
  const entries = entriesByPlace(volume);
  const lost = names.filter((_, i) => Math.floor((files[i]?.item.atByte ?? 0) / 512) === Math.floor(bad / 512));
  assert.ok(lost.length > 0 && lost.length <= 16);
  assert.deepEqual(
    names.filter((name) => !entries.has(`FULL/${name}`)),
    lost,
  );
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["unreadable"],
  );
});

test("openFat() notes what cannot be read and goes on", () => {
  const sample = new FatSample({ kind: "fat12", clusters: 60 });
  const folder = sample.addDirectory(sample.root, "BAD", MS);
  file(sample, "A.TXT", { clusters: 1, parent: folder });
  file(sample, "B.TXT");
  const bad = sample.at(folder.clusters[0] ?? 2);
  const failing = openFat(damaged(sample.image(), bad, 512));
  assert.deepEqual([...entriesByPlace(failing).keys()], ["BAD", "B.TXT"]);
  assert.equal(failing?.problems[0]?.what, "unreadable");
  assert.equal(failing?.problems[0]?.atByte, bad);
});

test("longRecords() of the sample ends names as systems do", () => {
  assert.equal(longRecords("x".repeat(26), new Uint8Array(11)).length, 2);
});
