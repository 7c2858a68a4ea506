import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { memorySource, slice } from "#examination/sources";
import type { FileEntry, FileStream } from "./file-entry.ts";
import { openNtfs } from "./ntfs-volume.ts";

const home = process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata");
const devices = resolve(home, "devices");

interface Image {
  file: string;
  truth: string;
  startByte?: number;
  /** Names the truth has that are not listed here, and why. */
  without?: { names: RegExp; why: string };
}

const images: Image[] = [
  { file: "dftt/8-jpeg-search.zip", truth: "8-jpeg-search.dd.dfxml" },
  {
    file: "fatexfat/ntfs3.raw.gz",
    truth: "ntfs3.raw.dfxml",
    without: {
      names: /OrphanFile-(1[6-9]|2[0-3])$/,
      why: "records set aside when the volume was made; never had a file",
    },
  },
  { file: "fatexfat/ntfs_index.raw.gz", truth: "ntfs_index.raw.dfxml", startByte: 128 * 512 },
];

const decoder = new TextDecoder();

for (const image of images) {
  const path = resolve(devices, image.file);
  const skip = existsSync(path) ? false : `test data absent: ${path}`;
  test(`entries() of ${image.file} beside the truth`, { skip }, () => {
    const whole = memorySource(unpacked(path));
    const fileSystem = openNtfs(slice(whole, image.startByte ?? 0, whole.sizeBytes));
    const entries = byPlace([...(fileSystem?.entries() ?? [])]);
    let compared = 0;
    for (const want of truthOf(resolve(devices, "truth", image.truth))) {
      if (image.without?.names.test(want.name)) continue;
      const found = entries.get(want.name);
      assert.ok(found !== undefined, `${want.name} is not listed`);
      if (want.md5 === undefined) continue;
      const same = found.filter((entry) => entry.streams.some((stream) => md5(stream) === want.md5));
      assert.ok(same.length > 0, `${want.name} has other bytes`);
      assert.ok(same.some((entry) => (entry.state === "allocated") === want.allocated));
      compared++;
    }
    assert.ok(compared >= 9);
    assert.deepEqual(fileSystem?.problems, []);
  });
}

test(
  "entries() of 8-jpeg-search.zip: the pictures of its author, deleted and alternate ones too",
  skipOr("dftt/8-jpeg-search.zip"),
  () => {
    const entries = openNtfs(memorySource(unpacked(resolve(devices, "dftt/8-jpeg-search.zip"))))?.entries() ?? [];
    const sums = new Map<string, string>();
    for (const entry of entries) {
      if (entry.certainty !== "proven") continue;
      const place = placeOf(entry);
      for (const stream of entry.streams)
        sums.set(stream.name === null ? place : `${place}:${stream.name}`, md5(stream));
    }
    const published = {
      "alloc/file1.jpg": "75b8d00568815a36c3809b46fc84ba6d",
      "alloc/file2.dat": "de5d83153339931371719f4e5c924eba",
      "del1/file6.jpg": "afd55222024a4e22f7f5a3a665320763",
      "del2/file7.hmm": "0c452c5800fcfa7c66027ae89c4f068a",
      "misc/file11.dat": "f407ab92da959c7ab03292cfe596a99d",
      "misc/file12.doc": "61c0b55639e52d1ce82aba834ada2bab",
      "misc/file13.dll:here": "9b787e63e3b64562730c5aecaab1e1f8",
    };
    for (const [name, sum] of Object.entries(published)) assert.equal(sums.get(name), sum, name);
  },
);

function skipOr(file: string): { skip: string | false } {
  const path = resolve(devices, file);
  return { skip: existsSync(path) ? false : `test data absent: ${path}` };
}

function byPlace(entries: FileEntry[]): Map<string, FileEntry[]> {
  const places = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const place = placeOf(entry);
    places.set(place, [...(places.get(place) ?? []), entry]);
  }
  return places;
}

function placeOf(entry: FileEntry): string {
  return entry.path.map((name) => decoder.decode(name)).join("/");
}

function md5({ read }: FileStream): string {
  const hash = createHash("md5");
  const view = new Uint8Array(65_536);
  for (let at = 0; at < read.sizeBytes; ) {
    const length = read.readSync(view, at);
    hash.update(view.subarray(0, length));
    at += length;
  }
  return hash.digest("hex");
}

/** File objects of a DFXML, without the folders themselves (fiwalk hashes their tables) and TSK's own folder. */
function truthOf(path: string): { name: string; md5?: string; allocated: boolean }[] {
  const found: { name: string; md5?: string; allocated: boolean }[] = [];
  for (const [, body = ""] of readFileSync(path, "utf8").matchAll(/<fileobject>(.*?)<\/fileobject>/gs)) {
    const field = (name: string): string | undefined => body.match(new RegExp(`<${name}>(.*?)</${name}>`, "s"))?.[1];
    const name = field("filename")?.replaceAll("&amp;", "&") ?? "";
    // "$Secure" of fiwalk is its stream $SDS, and "..", "." are the folders again.
    if (/(^|\/)\.\.?$/.test(name) || name === "$OrphanFiles") continue;
    const sum = body.match(/<hashdigest type='md5'>([0-9a-f]+)/)?.[1];
    const hashed = sum !== undefined && field("name_type") !== "d";
    found.push({ name, allocated: field("alloc") === "1", ...(hashed ? { md5: sum } : {}) });
  }
  assert.ok(found.length > 0);
  return found;
}

/** The bytes of a gzip file, or of the first ".dd" in a zip. */
function unpacked(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (path.endsWith(".gz")) return gunzipSync(bytes);
  const end = bytes.lastIndexOf("PK\u0005\u0006");
  let at = bytes.readUInt32LE(end + 16);
  for (let i = bytes.readUInt16LE(end + 10); i > 0; i--) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("latin1", at + 46, at + 46 + nameLength);
    if (name.endsWith(".dd")) {
      const local = bytes.readUInt32LE(at + 42);
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const body = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
      return bytes.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body);
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  throw new Error(`no image in ${path}`);
}
