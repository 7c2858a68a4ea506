// The fears: a picture in free space, behind a file's end, between volumes or within a file of no kind is missed; what is there under a
// name is told as if nobody had named it; a copy is not what stands on the medium.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { gzipSync, inflateRawSync } from "node:zlib";
import sharp from "sharp";
import type { CommandRequest } from "#base/commandline";
import { projectHome } from "#base/machine/node";
import { concatBytes, seededRandom } from "#base/values";
import { FatSample } from "#examination/filesystems/node";
import { carve } from "./carve.command.ts";
import { extract } from "./extract.command.ts";

const root = mkdtempSync(join(tmpdir(), "phum-carve-"));
after(() => rmSync(root, { recursive: true, force: true }));
const MS = Date.UTC(2026, 10, 25);

async function drawing(seed: string, width = 160): Promise<Uint8Array> {
  const random = seededRandom(seed);
  const pixels = Buffer.from(Array.from({ length: width * 90 * 3 }, (_, i) => ((i >> 4) + random.below(30)) & 255));
  return sharp(pixels, { raw: { width, height: 90, channels: 3 } })
    .jpeg()
    .toBuffer();
}

async function run(image: string, options: Record<string, string | boolean> = {}, place?: string) {
  const [lines, said]: [string[], string[]] = [[], []];
  const request: CommandRequest = {
    ...{
      positionals: place === undefined ? [image] : [image, place],
      language: "en",
      live: () => {},
      nowMs: () => 0,
      passphrase: async () => "",
    },
    out: (line) => void lines.push(line),
    err: (line) => void said.push(line),
    text: (option) => (typeof options[option] === "string" ? options[option] : undefined),
    texts: () => [],
    flag: (option) => options[option] === true,
    path: (path) => resolve(root, path),
    signal: new AbortController().signal,
  };
  const code = await (place === undefined ? carve : extract).run(request);
  return { code, lines, said };
}

function digest(bytes: Uint8Array, algorithm = "sha256"): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

const pictures = {
  there: await drawing("there"),
  gone: await drawing("gone"),
  split: await drawing("split", 900),
  slack: await sharp(await drawing("slack"))
    .resize(24, 18)
    .jpeg({ quality: 40 })
    .toBuffer(),
  offset: await drawing("offset"),
  outside: await drawing("outside"),
};
const CLUSTER = 4096;

/** A FAT volume with a picture in every kind of place but the last; behind it, on the medium, one that no volume holds. */
function medium(): Uint8Array {
  const sample = new FatSample({ kind: "fat16", clusters: 5000, clusterBytes: CLUSTER });
  const { root: top } = sample;
  sample.addFile(top, "THERE.JPG", { content: pictures.there, ms: MS });
  const noise = seededRandom("dat");
  const other = Uint8Array.from({ length: 1500 }, () => noise.below(256));
  sample.addFile(top, "UNKNOWN.DAT", { content: concatBytes(other, pictures.offset, other), ms: MS });
  const short = sample.addFile(top, "SHORT.TXT", { content: Buffer.from("a line"), ms: MS });
  // Deleted, and their names overwritten: no directory knows them.
  sample.bytes.set(pictures.gone, sample.at(200));
  const cut = Math.floor(pictures.split.length / 2 / CLUSTER) * CLUSTER;
  sample.bytes.set(pictures.split.subarray(0, cut), sample.at(400));
  sample.bytes.set(pictures.split.subarray(cut), sample.at(400) + cut + 3 * CLUSTER);
  sample.bytes.set(pictures.slack, sample.at(short.clusters[0] ?? 0) + 1024);
  const volume = sample.image();
  const bytes = new Uint8Array(512 * 2048 + volume.length + 2 ** 20);
  bytes.set([0x80, 0, 0, 0, 6, 0, 0, 0], 446);
  const view = new DataView(bytes.buffer);
  view.setUint32(454, 2048, true);
  view.setUint32(458, volume.length / 512, true);
  view.setUint16(510, 0xaa55, true);
  bytes.set(volume, 512 * 2048);
  bytes.set(pictures.outside, 512 * 100);
  return bytes;
}

const image = join(root, "stick.dd");
writeFileSync(image, medium());

test("carve finds what no folder names, wherever it stands, and nothing of what is there", async () => {
  const { code, lines, said } = await run(image);
  assert.equal(code, 0);
  const { there: _, ...hidden } = pictures;
  const found = new Map(lines.map((line) => [line.split("\t")[2], line.split("\t")[3] ?? ""]));
  assert.deepEqual(
    [...found.keys()].sort(),
    Object.values(hidden)
      .map((bytes) => digest(bytes))
      .sort(),
  );
  assert.match(found.get(digest(pictures.gone)) ?? "", /^stick\.dd\/p1\/fat16\/unallocated@\d+$/);
  assert.match(found.get(digest(pictures.slack)) ?? "", /^stick\.dd\/p1\/fat16\/slack@\d+$/);
  assert.match(found.get(digest(pictures.outside)) ?? "", /^stick\.dd\/free0\/unallocated@\d+$/);
  assert.equal(found.get(digest(pictures.offset)), "stick.dd/p1/fat16/UNKNOWN.DAT/carved@1500");
  assert.match(lines.find((line) => line.includes(digest(pictures.split))) ?? "", /put together from two pieces$/);
  for (const area of [/free space: 20\.\d MB of/, /behind the ends/, /without a file system/, /not known/]) {
    assert.ok(
      said.some((line) => area.test(line)),
      `${area} in ${said.join("\n")}`,
    );
  }
});

test("carve --out copies with digests, and --format json tells the pieces that make each copy", async () => {
  const { code, lines } = await run(image, { out: "copies", format: "json" });
  assert.equal(code, 0);
  const records = lines.map((line) => JSON.parse(line));
  const volume = readFileSync(image).subarray(512 * 2048);
  let pieced = 0;
  for (const record of records.filter(({ record }) => record === "carved")) {
    const copy = readFileSync(join(root, "copies", record.file));
    assert.equal(digest(copy), record.sha256);
    assert.equal(copy.length, record.sizeBytes);
    if (record.what !== "free") continue;
    const pieces: { startByte: number; lengthBytes: number }[] = record.pieces;
    const again = concatBytes(
      ...pieces.map(({ startByte, lengthBytes }) => volume.subarray(startByte, startByte + lengthBytes)),
    );
    assert.equal(digest(again), record.sha256);
    if (record.how === "pieced") pieced++;
  }
  assert.equal(pieced, 1);
  const end = records.at(-1);
  assert.equal(end.record, "searched");
  assert.equal(end.counts.told, 5);
  assert.equal(readFileSync(join(root, "copies/extracted.jsonl"), "utf8").trim().split("\n").length, 5);
});

test("extract gives what carve tells, and what stands in it, by its place alone", async () => {
  const volume = new FatSample({ kind: "fat16", clusters: 4200, clusterBytes: 512 });
  volume.addFile(volume.root, "A.TXT", { content: Buffer.from("a line"), ms: MS });
  const archive = gzipSync(pictures.gone);
  volume.bytes.set(archive, volume.at(300));
  writeFileSync(join(root, "packed.dd"), volume.image());
  const { lines } = await run(join(root, "packed.dd"));
  assert.deepEqual(
    lines.map((line) => line.split("\t")[2]),
    [digest(archive), digest(pictures.gone)],
  );
  for (const [source, told] of [
    ["packed.dd", lines],
    ["stick.dd", (await run(image)).lines],
  ] as const) {
    for (const [number, line] of told.entries()) {
      const [, , sha256, place = "", how] = line.split("\t");
      const given = await run(join(root, source), { out: `given-${source}-${number}` }, place);
      assert.equal(given.code, 0, line);
      assert.equal(given.lines[0]?.split("  ")[0], sha256, `${line} ${how}`);
    }
  }
  const wrong = (lines[0]?.split("\t")[3] ?? "").replace(/\d+$/, "12345");
  await assert.rejects(run(join(root, "packed.dd"), { out: "none" }, wrong), /Nothing has the place/);
});

test("carve --files none leaves the files that are there alone, --aligned what begins where no file can", async () => {
  const none = await run(image, { files: "none" });
  assert.equal(none.lines.length, 3);
  const aligned = await run(image, { aligned: true });
  assert.deepEqual(
    aligned.lines.map((line) => line.split("\t")[2]).sort(),
    [pictures.gone, pictures.split, pictures.slack, pictures.outside].map((bytes) => digest(bytes)).sort(),
  );
});

test("carve --from goes on in the area that is named, and a wrong option is a fault", async () => {
  const { lines } = await run(image, { from: "1:0", files: "none" });
  assert.ok(lines.length > 0 && !lines.some((line) => line.includes(digest(pictures.outside))));
  await assert.rejects(run(image, { from: "1" }), /Cannot use 1/);
  await assert.rejects(run(image, { files: "some" }), /Cannot use some/);
});

const dftt = resolve(
  process.env["PHUM_TESTDATA"] ?? resolve(projectHome, "../shared/testdata"),
  "devices/dftt/8-jpeg-search.zip",
);
const skip = existsSync(dftt) ? false : `no test data: ${dftt}`;

/** As its author published them: pictures that stand as files of their own, there and deleted, in archives, and behind random bytes. */
const PUBLISHED = {
  "file1.jpg": "75b8d00568815a36c3809b46fc84ba6d",
  "file2.dat": "de5d83153339931371719f4e5c924eba",
  "file6.jpg, deleted": "afd55222024a4e22f7f5a3a665320763",
  "file7.hmm, deleted": "0c452c5800fcfa7c66027ae89c4f068a",
  "file8.jpg in file8.zip": "f9956284a89156ef6967b49eced9d1b1",
  "file9.jpg in file9.boo": "c5a6917669c77d20f30ecb39d389eb7d",
  "file10.jpg in file10.tar.gz": "c476a66ccdc2796b4f6f8e27273dd788",
};
/** Files of random bytes, with marks of JPEG in two of them. */
const DECOYS = ["file3.jpg", "file4.jpg", "file5.rtf"];

test("carve --files all of the JPEG search test image finds every picture in one run, and no decoy", {
  skip,
}, async () => {
  writeFileSync(join(root, "8-jpeg-search.dd"), onlyDisk(readFileSync(dftt)));
  const { code, lines } = await run(join(root, "8-jpeg-search.dd"), { out: "jpegs", files: "all", format: "json" });
  assert.equal(code, 0);
  const records = lines.map((line) => JSON.parse(line)).filter(({ file }) => file !== undefined);
  const sums = records.map(({ file }) => digest(readFileSync(join(root, "jpegs", file)), "md5"));
  for (const [name, sum] of Object.entries(PUBLISHED)) assert.ok(sums.includes(sum), name);
  const places = records.map(({ place }): string => place);
  assert.ok(places.includes("8-jpeg-search.dd/ntfs/misc/file11.dat/carved@1572"));
  assert.ok(places.some((place) => place.endsWith("misc/file12.doc/carved@0/Data/offset-329.jpg")));
  assert.ok(places.includes("8-jpeg-search.dd/ntfs/misc/file13.dll:here/carved@0"));
  assert.ok(!places.some((place) => DECOYS.some((decoy) => place.includes(decoy))));
});

test("carve of the JPEG search test image leaves deleted files that are still named to the list", {
  skip,
}, async () => {
  const { lines, said } = await run(join(root, "8-jpeg-search.dd"));
  const files = lines.map((line) => line.split("\t")[3] ?? "");
  assert.ok(!files.some((file) => /invalid|unallocated@(545792|872960)$/.test(file)));
  assert.ok(said.some((line) => line.startsWith("2 more belong to deleted files")));
  // A store of thumbnails that no entry names any more.
  assert.ok(files.includes("8-jpeg-search.dd/ntfs/unallocated@6592512/1/offset-28.jpg"));
});

/** The one large member of a zip. */
function onlyDisk(zip: Buffer): Buffer {
  for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 4)) {
    const name = zip.toString("latin1", at + 46, at + 46 + zip.readUInt16LE(at + 28));
    if (!name.endsWith(".dd")) continue;
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    return inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20)));
  }
  throw new Error("no disk in the zip");
}
