import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { type ByteSource, ReadError } from "#examination/sources";
import { type ExfatItem, ExfatSample } from "./exfat-sample.ts";
import { openExfat } from "./exfat-volume.ts";
import { bytesOfStream, entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";

const random = seededRandom("exfat volume");
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => 1 + random.below(255));
const MS = Date.UTC(2024, 1, 29, 13, 14, 17, 230);

function listed(sample: ExfatSample) {
  return entriesByPlace(openExfat(memoryVolume(sample.image())));
}

function add(sample: ExfatSample, name: string, of: { clusters?: number[]; parent?: ExfatItem; ms?: number } = {}) {
  const content = noise((of.clusters?.length ?? 2) * 4096 - 100);
  const where = of.clusters === undefined ? {} : { clusters: of.clusters };
  return { item: sample.addFile(of.parent ?? sample.root, name, { content, ms: of.ms ?? MS, ...where }), content };
}

test("openExfat() of other volumes is null", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(4096), noise(8192)]) {
    assert.equal(openExfat(memoryVolume(bytes)), null);
  }
});

test("openExfat() lists and reads files in one piece and in chains", () => {
  const sample = new ExfatSample(300);
  const folder = sample.addDirectory(sample.root, "រូបភាព", { ms: MS });
  const whole = add(sample, "whole.bin");
  const pieces = add(sample, `${"long ".repeat(50)}.bin`, { clusters: [40, 60, 61, 50], parent: folder });
  const volume = openExfat(memoryVolume(sample.image()));
  assert.deepEqual([volume?.kind, volume?.label, volume?.blockBytes], ["exfat", "SD!", 4096]);
  const entries = entriesByPlace(volume);
  assert.deepEqual([...entries.keys()], ["រូបភាព", "whole.bin", `រូបភាព/${"long ".repeat(50)}.bin`]);
  assert.deepEqual(mainBytes(entries.get("whole.bin")), whole.content);
  const entry = entries.get(`រូបភាព/${pieces.item.name}`);
  assert.deepEqual(mainBytes(entry), pieces.content);
  assert.equal(entry?.streams[0]?.extents.length, 3);
  assert.deepEqual(entry.streams[0].slack, [{ startByte: sample.at(51) - 100, lengthBytes: 100 }]);
  assert.deepEqual(volume?.problems, []);
  const free = [...(volume?.unallocated() ?? [])].reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  assert.equal(free, sample.used.filter((used, i) => i > 1 && used === 0).length * 4096);
});

test("openExfat() gives times in UTC where the zone is told, else as the clock showed them", () => {
  const sample = new ExfatSample(100);
  for (const [name, zone] of [["east", 28] as const, ["west", -20] as const, ["unknown", null] as const]) {
    sample.addFile(sample.root, name, { content: noise(9), ms: MS, zone });
  }
  const entries = listed(sample);
  const day = Date.UTC(2024, 1, 29, 13, 14, 16);
  assert.deepEqual(entries.get("east")?.times, { createdMs: MS, modifiedMs: MS, accessedMs: day });
  assert.deepEqual(entries.get("west")?.times, { createdMs: MS, modifiedMs: MS, accessedMs: day });
  assert.equal(entries.get("unknown")?.times.localTime, true);
  assert.equal(entries.get("unknown")?.times.createdMs, MS);
});

test("openExfat() reads zeros where a file's bytes were never written", () => {
  const sample = new ExfatSample(100);
  const { item, content } = add(sample, "a.bin");
  sample.putSet(sample.root, { ...item, name: "b.bin", validBytes: 5000, records: [] });
  const bytes = mainBytes(listed(sample).get("b.bin"));
  assert.deepEqual(bytes?.subarray(0, 5000), content.subarray(0, 5000));
  assert.ok(bytes?.subarray(5000).every((byte) => byte === 0));
});

test("openExfat() proves deleted files by their piece or by the chain that deleting leaves", () => {
  const sample = new ExfatSample(300);
  const whole = add(sample, "whole of the lake.bin");
  const pieces = add(sample, "pieces.bin", { clusters: [40, 60, 61, 50] });
  for (const { item } of [whole, pieces]) sample.remove(item);
  const entries = listed(sample);
  for (const { item, content } of [whole, pieces]) {
    const entry = entries.get(item.name);
    assert.deepEqual([entry?.state, entry?.certainty], ["deleted", "proven"]);
    assert.deepEqual(mainBytes(entry), content);
  }
});

test("openExfat() gives deleted directories, what is in them, and orphans", () => {
  const sample = new ExfatSample(300);
  const folder = sample.addDirectory(sample.root, "old", { ms: MS, clusters: 2 });
  const files = Array.from({ length: 60 }, (_, i) => {
    return sample.addFile(folder, `picture ${i}.jpg`, { content: noise(50), ms: MS });
  });
  for (const item of [...files, folder]) sample.remove(item);
  const places = files.map(({ name }) => `old/${name}`);
  assert.deepEqual([...listed(sample).keys()], ["old", ...places]);
  for (const record of folder.records) sample.bytes.fill(0x03, record, record + 32);
  const orphans = listed(sample);
  assert.deepEqual(
    [...orphans.keys()],
    files.map(({ name }) => name),
  );
  assert.ok([...orphans.values()].every(({ state }) => state === "orphan"));
  assert.equal(entriesByPlace(openExfat(memoryVolume(sample.bytes)), { orphans: false }).size, 0);
});

test("openExfat() loses of a directory only the sets that stand in the sector that is bad", () => {
  const sample = new ExfatSample(300);
  const folder = sample.addDirectory(sample.root, "full", { ms: MS, clusters: 2 });
  const files = Array.from({ length: 60 }, (_, i) =>
    sample.addFile(folder, `picture ${i}.jpg`, { content: noise(50), ms: MS }),
  );
  const bad = Math.floor((files[30]?.records[0] ?? 0) / 512);
  const volume = memoryVolume(sample.bytes);
  const readSync = (view: Uint8Array, at: number): number => {
    if (at + view.length <= bad * 512 || at >= bad * 512 + 512) return volume.readSync(view, at);
    const goodBytes = at < bad * 512 ? volume.readSync(view.subarray(0, bad * 512 - at), at) : 0;
    throw new ReadError("input-error", "EIO", { offsetBytes: at + goodBytes, goodBytes });
  };
  const found = entriesByPlace(openExfat({ ...volume, readSync }));
  const lost = files.filter(({ records }) => records.some((record) => Math.floor(record / 512) === bad));
  assert.ok(lost.length > 0 && lost.length <= 8);
  assert.deepEqual(
    files.filter(({ name }) => !found.has(`full/${name}`)),
    lost,
  );
});

test("openExfat() never gives clusters that are another's: present, or deleted later", () => {
  const sample = new ExfatSample(300);
  const gone = add(sample, "gone.bin", { clusters: [20, 21, 22, 23], ms: MS });
  sample.remove(gone.item);
  const all = add(sample, "all.bin", { clusters: [30], ms: MS });
  sample.remove(all.item);
  add(sample, "now.bin", { clusters: [21], ms: MS + 9000 });
  add(sample, "here.bin", { clusters: [30], ms: MS + 9000 });
  const later = add(sample, "later.bin", { clusters: [23], ms: MS + 9000 });
  sample.remove(later.item);
  const entries = listed(sample);
  const entry = entries.get("gone.bin");
  assert.equal(entry?.certainty, "partly-overwritten");
  assert.deepEqual(
    entry.streams[0]?.extents.map(({ lost }) => lost ?? false),
    [false, true, false, true],
  );
  assert.throws(() => mainBytes(entry), ReadError);
  assert.equal(entries.get("later.bin")?.certainty, "proven");
  assert.equal(entries.get("all.bin")?.certainty, "name-only");
  assert.equal(mainBytes(entries.get("all.bin"))?.length, 0);
});

test("openExfat() does not follow a chain into the file that took one of its clusters", () => {
  const sample = new ExfatSample(300);
  const gone = add(sample, "gone.bin", { clusters: [20, 30, 40, 50] });
  sample.remove(gone.item);
  add(sample, "now.bin", { clusters: [40, 60, 70] });
  const entry = listed(sample).get("gone.bin");
  assert.equal(entry?.certainty, "partly-overwritten");
  assert.deepEqual(mainBytes(entry), gone.content.subarray(0, 2 * 4096));
  assert.equal(entry.streams[0]?.sizeBytes, gone.content.length);
});

test("openExfat() gives one file to both its names where it was moved, and its old name nothing where it stands now", () => {
  const sample = new ExfatSample(300);
  const { item, content } = add(sample, "first.bin");
  for (const record of item.records) sample.bytes[record] = (sample.bytes[record] ?? 0) & 0x7f;
  const moved = { ...item, name: "second.bin", records: [] };
  sample.putSet(sample.root, moved);
  assert.equal(listed(sample).get("first.bin")?.certainty, "name-only");
  assert.deepEqual(mainBytes(listed(sample).get("second.bin")), content);
  sample.remove(moved);
  const entries = listed(sample);
  assert.deepEqual(mainBytes(entries.get("first.bin")), content);
  assert.deepEqual(mainBytes(entries.get("second.bin")), content);
});

test("openExfat() gives a deleted name whose first record was written over, by the hash of the name", () => {
  const sample = new ExfatSample(300);
  const { item, content } = add(sample, "Beach.jpg");
  sample.remove(item);
  const [head = 0] = item.records;
  sample.bytes.fill(0, head, head + 32);
  sample.bytes.set([0x03], head);
  const entry = listed(sample).get("Beach.jpg");
  assert.deepEqual(mainBytes(entry), content);
  assert.deepEqual(entry?.times, {});
});

test("openExfat() lists a set with a wrong checksum and says so; a deleted one is not believed", () => {
  const sample = new ExfatSample(300);
  for (const name of ["a.bin", "b.bin"]) {
    const { item } = add(sample, name);
    const [head = 0, stream = 0] = item.records;
    sample.bytes[head + 2] = 1;
    sample.bytes[stream + 4] = 1;
    if (name === "b.bin") sample.remove(item);
  }
  const volume = openExfat(memoryVolume(sample.image()));
  assert.deepEqual([...entriesByPlace(volume).keys()], ["a.bin"]);
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["set-checksum"],
  );
});

test("openExfat() enters a directory once where it contains itself", () => {
  const sample = new ExfatSample(300);
  const folder = sample.addDirectory(sample.root, "a", { ms: MS });
  sample.putSet(folder, { ...folder, name: "again", records: [] });
  sample.putSet(folder, { ...folder, name: "root", clusters: sample.root.clusters, records: [] });
  const volume = openExfat(memoryVolume(sample.image()));
  assert.deepEqual([...entriesByPlace(volume).keys()], ["a", "a/again", "a/root"]);
  assert.deepEqual(
    volume?.problems.map(({ what }) => what),
    ["directory-loop", "directory-loop"],
  );
});

test("openExfat() reads the copy of the boot sectors, and notes wrong checksums and missing tables", () => {
  const sample = new ExfatSample(300);
  const { content } = add(sample, "a.bin");
  const image = sample.image();
  image.fill(0, 0, 512);
  const copy = openExfat(memoryVolume(image));
  assert.deepEqual(mainBytes(entriesByPlace(copy).get("a.bin")), content);
  assert.deepEqual(
    copy?.problems.map(({ what }) => what),
    ["backup-header"],
  );
  image.copyWithin(0, 12 * 512, 13 * 512);
  image[100] = 0x99;
  image[sample.at(4) + 32] = 0x03;
  image[sample.at(3) + 1] = 0;
  const damaged = openExfat(memoryVolume(image));
  assert.deepEqual(
    damaged?.problems.map(({ what }) => what),
    ["header-checksum", "upcase-checksum", "bitmap-missing"],
  );
  assert.deepEqual(mainBytes(entriesByPlace(damaged).get("a.bin")), content);
  assert.equal([...(damaged?.unallocated() ?? [])].length, 0);
});

test("openExfat() bounds a size that is beyond the volume", () => {
  const sample = new ExfatSample(100);
  const { item } = add(sample, "a.bin");
  sample.remove(item);
  for (const record of item.records) sample.bytes.fill(0x03, record, record + 32);
  const huge = { ...item, sizeBytes: 2 ** 60, validBytes: 2 ** 60, records: [] };
  sample.putSet(sample.root, huge);
  const volume = openExfat(memoryVolume(sample.image()));
  const stream = entriesByPlace(volume).get("a.bin")?.streams[0];
  assert.equal(stream?.sizeBytes, 2 ** 60);
  assert.ok(stream !== undefined && bytesOfStream(stream).length < 100 * 4096);
  sample.remove(huge);
  assert.equal(listed(sample).get("a.bin")?.certainty, "name-only");
});

/** The sample's clusters in a volume of 2^31 of them (8.8 TB): all else reads as zeros. */
function vast(sample: ExfatSample): ByteSource {
  const image = sample.image().slice();
  const clusters = 2 ** 31;
  const view = new DataView(image.buffer);
  const heapFrom = view.getUint32(88, true) * 512;
  const heapAt = (24 + (clusters * 4) / 512 + 8) * 512;
  view.setUint32(84, (clusters * 4) / 512 + 8, true);
  view.setUint32(88, heapAt / 512, true);
  view.setUint32(92, clusters, true);
  view.setBigUint64(72, BigInt(heapAt / 512 + clusters * 8), true);
  const sizeBytes = heapAt + clusters * 4096;
  return {
    sizeBytes,
    readSync: (target, at) => {
      const length = Math.max(0, Math.min(target.length, sizeBytes - at));
      target.fill(0, 0, length);
      if (at < heapFrom) target.set(image.subarray(at, Math.min(heapFrom, at + length)));
      const into = Math.max(0, heapAt - at);
      if (into < length)
        target.set(image.subarray(heapFrom + at + into - heapAt, heapFrom + at - heapAt + length), into);
      return length;
    },
  };
}

test("openExfat() of 8 TB that lie about everything ends", () => {
  const sample = new ExfatSample(300);
  const folder = sample.addDirectory(sample.root, "folder", { ms: MS, clusters: 6 });
  const { item } = add(sample, "a.bin", { clusters: [250] });
  for (let i = 0; i < 60; i++) {
    const huge = { ...item, name: `huge ${i}`, clusters: [200 + i], sizeBytes: 2 ** 43 - i * 2 ** 30, records: [] };
    sample.putSet(folder, { ...huge, validBytes: huge.sizeBytes, createdMs: MS + i });
    if (i === 0) continue;
    const last: ExfatItem = { ...huge, directory: i % 7 === 0, name: `gone ${i}`, records: [] };
    sample.putSet(folder, last);
    sample.remove(last);
  }
  const volume = openExfat(vast(sample));
  assert.ok(volume !== null);
  const entries = [...volume.entries({ orphans: false })];
  assert.ok(entries.length >= 30);
  for (const { streams } of entries) assert.ok((streams[0]?.extents.length ?? 0) < 1000);
  let ranges = 0;
  for (const _ of volume.unallocated()) ranges++;
  assert.ok(ranges > 0);
});
