// Real FAT and exFAT media against their published contents and against what fiwalk 4.11.1 lists; skipped where the test
// data is absent. Where the numbers differ from fiwalk's the difference is named and decided.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { openExfat } from "./exfat-volume.ts";
import { openFat } from "./fat-volume.ts";
import type { FileEntry } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { bytesOfStream, entriesByPlace, memoryVolume } from "./sample-entries.ts";

const DEVICES = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices");

function skip(file: string): string | false {
  return existsSync(resolve(DEVICES, file)) ? false : `test data absent: devices/${file}`;
}

function open(file: string, startByte = 0): FileSystem {
  const raw = readFileSync(resolve(DEVICES, file));
  const image = file.endsWith(".zip") ? largestMember(raw) : file.endsWith(".gz") ? gunzipSync(raw) : raw;
  const volume = memoryVolume(image.subarray(startByte));
  const fileSystem = openFat(volume) ?? openExfat(volume);
  assert.ok(fileSystem !== null);
  return fileSystem;
}

/** The largest file of a zip, by its central directory. */
function largestMember(zip: Buffer): Buffer {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = zip.readUInt32LE(end + 16);
  let best = { bytes: -1, packed: 0, local: 0, stored: false };
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const bytes = zip.readUInt32LE(at + 24);
    const stored = zip.readUInt16LE(at + 10) === 0;
    const member = { bytes, packed: zip.readUInt32LE(at + 20), local: zip.readUInt32LE(at + 42), stored };
    if (bytes > best.bytes) best = member;
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  const start = best.local + 30 + zip.readUInt16LE(best.local + 26) + zip.readUInt16LE(best.local + 28);
  const packed = zip.subarray(start, start + best.packed);
  return best.stored ? packed : inflateRawSync(packed);
}

function md5(entry: FileEntry | undefined): string {
  const [stream] = entry?.streams ?? [];
  return stream === undefined ? "" : createHash("md5").update(bytesOfStream(stream)).digest("hex");
}

/** How many entries there are of each state, kind and certainty. */
function counts(fileSystem: FileSystem): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { state, kind, certainty } of fileSystem.entries()) {
    const key = `${state} ${kind} ${certainty}`;
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
}

const COUNTED: { file: string; startByte?: number; kind: string; want: Record<string, number> }[] = [
  {
    file: "dftt/2-kwsrch-fat.zip",
    kind: "fat16",
    want: { "allocated file proven": 7, "deleted file contiguous-guess": 1 },
  },
  { file: "dftt/5-fat-daylight.zip", kind: "fat12", want: { "allocated file proven": 2 } },
  {
    // fiwalk lists frag3.dat a second time, in a directory whose cluster another one took: that one is by name only here.
    file: "dftt/6-undel-fat.zip",
    kind: "fat16",
    want: {
      "allocated other proven": 1,
      "deleted directory proven": 4,
      "deleted directory name-only": 1,
      "deleted file best-fit": 3,
      "deleted file contiguous-guess": 3,
    },
  },
  {
    file: "dftt/9-fat-label.zip",
    kind: "fat16",
    want: { "allocated other proven": 2, "allocated directory proven": 1, "deleted directory name-only": 1 },
  },
  {
    file: "fatexfat/fat16.raw.gz",
    kind: "fat16",
    want: { "allocated directory proven": 512, "allocated file proven": 513 },
  },
  {
    file: "fatexfat/fat16_moved.raw.gz",
    kind: "fat16",
    want: { "allocated directory proven": 4, "allocated file proven": 1, "deleted directory name-only": 1 },
  },
  {
    // fiwalk enters the directory that contains itself once more, and lists one directory twice.
    file: "fatexfat/fat32_loop.raw.gz",
    kind: "fat32",
    want: { "allocated directory proven": 88, "allocated file proven": 3, "deleted directory name-only": 1 },
  },
  {
    file: "fatexfat/fat_deleted_dir_2.raw.gz",
    kind: "fat16",
    want: { "deleted directory proven": 2, "deleted file proven": 64, "orphan file proven": 188 },
  },
  {
    // Not opened by The Sleuth Kit 4.11.1.
    file: "fatexfat/fat32_small.raw.gz",
    kind: "fat32",
    want: { "allocated directory proven": 1, "allocated file proven": 2, "deleted file proven": 1 },
  },
  {
    // fiwalk lists one deleted directory's files under three names, and 512 bytes of a present directory as a deleted file.
    file: "raw/1mb_fat32.dmg",
    startByte: 512,
    kind: "fat12",
    want: {
      "allocated directory proven": 6,
      "allocated file proven": 49,
      "allocated other proven": 1,
      "deleted directory name-only": 2,
      "deleted directory proven": 1,
      "deleted file contiguous-guess": 4,
      "deleted file name-only": 1,
      "deleted file proven": 1,
    },
  },
  {
    // The bitmap and the table of capitals are no entries here; fiwalk gives them names of its own.
    file: "fatexfat/exfat_win.raw.gz",
    kind: "exfat",
    want: {
      "allocated directory proven": 301,
      "allocated file proven": 401,
      "deleted directory name-only": 1,
      "deleted file name-only": 3,
      "deleted file proven": 1,
    },
  },
  {
    // fiwalk finds none of the 400 deleted files in the deleted directory.
    file: "fatexfat/exfat_orphan.raw.gz",
    kind: "exfat",
    want: { "deleted directory proven": 1, "deleted file proven": 400 },
  },
];

for (const { file, startByte, kind, want } of COUNTED) {
  test(`entries() of ${file} are as counted`, { skip: skip(file) }, () => {
    const fileSystem = open(file, startByte);
    assert.equal(fileSystem.kind, kind);
    assert.deepEqual(counts(fileSystem), want);
  });
}

const UNDELETE = "dftt/6-undel-fat.zip";
test("entries() of DFTT 6 gives all six deleted files by their published digests", { skip: skip(UNDELETE) }, () => {
  const entries = entriesByPlace(open(UNDELETE));
  const published = {
    "_ing.dat": "59b20779f69ff9f0ac5fcd2c38835a79",
    "_ult1.dat": "ffd27bd782bdce67750b6b9ee069d2ef",
    "_rag1.dat": "7a3bc5b763bef201202108f4ba128149",
    "_rag2.dat": "0e80ab84ef0087e60dfc67b88a1cf13e",
    "_ir1/mult2.dat": "59cf0e9cd107bc1e75afb7374f6e05bb",
    "_ir1/dir2/frag3.dat": "21121699487f3fbbdb9a4b3391b6d3e0",
  };
  for (const [place, digest] of Object.entries(published)) assert.equal(md5(entries.get(place)), digest, place);
});

const LABELS = "dftt/9-fat-label.zip";
test("entries() of DFTT 9 gives what hides behind two labels", { skip: skip(LABELS) }, () => {
  const fileSystem = open(LABELS);
  const entries = entriesByPlace(fileSystem);
  assert.equal(fileSystem.label, "LABEL2");
  assert.equal(md5(entries.get("LABEL2")), "8071eeaa52cd372a9bbb093e348e605c");
  assert.equal(md5(entries.get("dir1/file2.dll")), "8aeca328aa6fbb7d2ec01f8c2f3e4bbd");
});

const KEYWORDS = "dftt/2-kwsrch-fat.zip";
const STRINGS: { text: string; sector: number; offset: number; stands: string }[] = [
  { text: "first", sector: 271, offset: 167, stands: "file1.dat" },
  { text: "SECOND", sector: 272, offset: 288, stands: "file2.dat" },
  { text: "1cross1", sector: 271, offset: 508, stands: "file1.dat" },
  { text: "2cross2", sector: 273, offset: 508, stands: "file3.dat" },
  { text: "3cross3", sector: 283, offset: 508, stands: "unallocated" },
  { text: "1slack1", sector: 272, offset: 396, stands: "file2.dat" },
  { text: "2slack2", sector: 274, offset: 508, stands: "slack of file3.dat" },
  { text: "3slack3", sector: 277, offset: 385, stands: "slack of file4.dat" },
  { text: "1fragment1", sector: 275, offset: 507, stands: "file4.dat" },
  { text: "2fragment sentence2", sector: 278, offset: 500, stands: "file6.dat" },
  { text: "deleted", sector: 276, offset: 230, stands: "_ILE5.DAT unallocated" },
  { text: "a?b\\c*d$e#f[g^", sector: 279, offset: 160, stands: "file7.dat" },
];
test("entries(), slack and unallocated() of DFTT 2 cover every published string", { skip: skip(KEYWORDS) }, () => {
  const fileSystem = open(KEYWORDS);
  const entries = entriesByPlace(fileSystem);
  const covers = (at: number) => (range: { startByte: number | null; lengthBytes: number }) =>
    range.startByte !== null && at >= range.startByte && at < range.startByte + range.lengthBytes;
  for (const { text, sector, offset, stands } of STRINGS) {
    const at = sector * 512 + offset;
    const found: string[] = [];
    for (const [place, { streams }] of entries) {
      if (streams[0]?.extents.some(covers(at))) found.push(place);
      if (streams[0]?.slack?.some(covers(at))) found.push(`slack of ${place}`);
    }
    if ([...fileSystem.unallocated()].some(covers(at))) found.push("unallocated");
    assert.equal(found.join(" "), stands, text);
  }
});

const DAYLIGHT = "dftt/5-fat-daylight.zip";
test("entries() of DFTT 5 keeps the wall clock in winter and in summer", { skip: skip(DAYLIGHT) }, () => {
  const entries = entriesByPlace(open(DAYLIGHT));
  const clock = (place: string) => new Date(entries.get(place)?.times.modifiedMs ?? 0).toISOString().slice(0, 16);
  assert.deepEqual([clock("winter.txt"), clock("summer.txt")], ["2004-01-01T14:00", "2004-06-01T15:00"]);
  assert.equal(entries.get("winter.txt")?.times.localTime, true);
});

const WINDOWS = "fatexfat/exfat_win.raw.gz";
test("entries() of an exFAT volume from Windows has the names its maker listed", { skip: skip(WINDOWS) }, () => {
  const cyrillic = new TextDecoder("windows-1251");
  const listed = cyrillic
    .decode(readFileSync(resolve(DEVICES, "truth/exfat_win_stat.txt")))
    .trim()
    .split("\n");
  const entries = entriesByPlace(open(WINDOWS));
  for (const line of listed) {
    const [place = "", modified = ""] = line.split("\t");
    const entry = entries.get(place.slice(1));
    assert.equal(entry?.state, "allocated", place);
    // The maker's clock was three hours east of UTC.
    const local = new Date((entry.times.modifiedMs ?? 0) + 3 * 3_600_000).toISOString().replace("T", " ");
    assert.equal(local.slice(0, 19), modified.slice(0, 19), place);
  }
  assert.equal(listed.length, 702);
});
