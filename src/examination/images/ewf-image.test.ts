import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { memorySource, ReadError } from "#examination/sources";
import { segmentSet, segmentSuffix } from "./ewf-names.ts";
import { type EwfWishes, writeEwf } from "./ewf-sample.node.ts";
import { isRefusal, type OpenImage } from "./image.ts";
import { memoryFolder, sampleMedia } from "./image-samples.node.ts";
import { latin, latinBytes } from "./latin.ts";
import { openImage } from "./open-image.node.ts";

const MEDIA = sampleMedia("ewf", 3_000_320);
const MD5 = createHash("md5").update(MEDIA).digest("hex");
const WISHES: EwfWishes = {
  stem: "x",
  media: memorySource(MEDIA),
  segmentBytes: 500_000,
  chunkSectors: 64,
  level: 6,
  badSectors: [],
};

function written(wishes: Partial<EwfWishes> = {}): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  writeEwf({ ...WISHES, ...wishes }, (name, bytes) => {
    files[name] = bytes;
  });
  return files;
}

function opened(files: Record<string, Uint8Array>, name = "x.E01"): OpenImage {
  const folder = memoryFolder(files);
  const image = openImage(folder.file(name), folder);
  assert.ok(!isRefusal(image), JSON.stringify(image));
  return image;
}

function readAll(image: OpenImage): { bytes: Uint8Array; bad: string[] } {
  const bytes = new Uint8Array(image.media.sizeBytes);
  const bad: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    try {
      at += image.media.readSync(bytes.subarray(at, at + 70_001), at);
    } catch (error) {
      assert.ok(error instanceof ReadError);
      bad.push(`${at + error.goodBytes} ${error.code}`);
      at = (Math.floor((at + error.goodBytes) / 32_768) + 1) * 32_768;
    }
  }
  return { bytes, bad };
}

for (const level of [0, 6]) {
  for (const chunkSectors of [1, 64, 100]) {
    test(`openImage() of an E01 of level ${level}, ${chunkSectors} sectors a chunk, gives the media, by any segment`, () => {
      const files = written({ level, chunkSectors, badSectors: [{ first: 3, count: 2 }] });
      const names = Object.keys(files);
      assert.ok(names.length > 1);
      for (const name of names) {
        const image = opened(files, name);
        assert.deepEqual(image.files.map(latin), names);
        assert.deepEqual(readAll(image), { bytes: MEDIA, bad: [] });
        assert.deepEqual(image.acquisition.hashes[0], { algorithm: "md5", digest: MD5 });
        assert.deepEqual(image.acquisition.badSectors, [{ startByte: 1536, lengthBytes: 1024 }]);
        assert.equal(image.acquisition.facts["case"], "case");
        assert.deepEqual([image.unread, image.problems], [[], []]);
      }
    });
  }
}

test("openImage() of an E01 without a middle segment gives all but that segment's chunks, and names it", () => {
  const files = written({ level: 0 });
  const without = Object.fromEntries(Object.entries(files).filter(([name]) => name !== "x.E03"));
  const image = opened(without);
  const [range] = image.unread;
  assert.equal(image.unread.length, 1);
  assert.deepEqual(
    image.problems.map(({ what, values }) => [what, values["segments"]]),
    [["missing-segments", "3"]],
  );
  const { bytes, bad } = readAll(image);
  const [from, to] = [range?.startByte ?? 0, (range?.startByte ?? 0) + (range?.lengthBytes ?? 0)];
  assert.ok(from > 0 && to > from && to < MEDIA.length);
  assert.equal(bad[0], `${from} MISSING`);
  assert.deepEqual(bytes.subarray(0, from), MEDIA.subarray(0, from));
  assert.deepEqual(bytes.subarray(to), MEDIA.subarray(to));
});

test("openImage() of an E01 without its last segment says which range is missing", () => {
  const files = written({ level: 0 });
  const names = Object.keys(files);
  delete files[names.at(-1) ?? ""];
  const image = opened(files);
  assert.equal(image.unread.length, 1);
  assert.equal((image.unread[0]?.startByte ?? 0) + (image.unread[0]?.lengthBytes ?? 0), MEDIA.length);
  assert.deepEqual(image.acquisition.hashes, []);
  assert.equal(image.problems[0]?.values["segments"], `${names.length}-`);
});

test("openImage() of an E01 without its first segment still reads it: every segment says how large the media is", () => {
  const files = written({ level: 0 });
  delete files["x.E01"];
  const image = opened(files, "x.E02");
  assert.equal(image.unread[0]?.startByte, 0);
  const from = image.unread[0]?.lengthBytes ?? 0;
  assert.deepEqual(readAll(image).bytes.subarray(from), MEDIA.subarray(from));
});

for (const level of [0, 6]) {
  test(`readSync() of a chunk with one flipped bit (level ${level}) is a ReadError for that chunk alone`, () => {
    const files = written({ level, segmentBytes: 10_000_000 });
    const bytes = files["x.E01"] ?? new Uint8Array(0);
    const at = 40_000 + 20_000;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { bad } = readAll(opened(files));
    assert.equal(bad.length, 1);
    assert.match(bad[0] ?? "", /CHECKSUM$/);
  });
}

test("readSync() takes table2 where the table does not agree with its checksum", () => {
  const files = written({ segmentBytes: 10_000_000 });
  const bytes = files["x.E01"] ?? new Uint8Array(0);
  const at = Buffer.from(bytes).indexOf("table\0") + 76 + 24 + 41;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  const image = opened(files);
  assert.deepEqual(readAll(image), { bytes: MEDIA, bad: [] });
  assert.deepEqual(
    image.problems.map(({ what }) => what),
    ["checksum"],
  );
});

for (const level of [0, 6]) {
  test(`openImage() of an E01 (level ${level}) that ends in the middle of its chunks gives those that prove themselves`, () => {
    const files = written({ level, segmentBytes: 10_000_000 });
    files["x.E01"] = (files["x.E01"] ?? new Uint8Array(0)).slice(0, 300_000);
    const image = opened(files);
    const [range] = image.unread;
    const from = range?.startByte ?? 0;
    assert.deepEqual([image.unread.length, from + (range?.lengthBytes ?? 0)], [1, MEDIA.length]);
    assert.ok(from >= 262_144 && from % 32_768 === 0, `${from}`);
    assert.deepEqual(readAll(image).bytes.subarray(0, from), MEDIA.subarray(0, from));
    assert.ok(image.problems.some(({ what }) => what === "file-ends-early"));
  });
}

test("openImage() does not take a segment of another set for its own", () => {
  const files = written({ level: 0 });
  files["x.E02"] = files["x.E01"] ?? new Uint8Array(0);
  const image = opened(files);
  assert.ok(image.problems.some(({ what }) => what === "other-set"));
  assert.ok(image.unread.length > 0);
});

for (const [signature, refused] of [
  ["EVF2\r\n\x81\0", "ex01"],
  ["LEF2\r\n\x81\0", "lx01"],
  ["LVF\t\r\n\xff\0", "l01"],
] as const) {
  test(`openImage() refuses ${refused} by name`, () => {
    const folder = memoryFolder({ x: latinBytes(signature + "\0".repeat(2000)) });
    assert.deepEqual(openImage(folder.file("x"), folder), { refused, values: {} });
  });
}

test("segmentSuffix() runs from E01 over EZZ to ZZZ, and segmentSet() reads it back", () => {
  const numbers = [1, 99, 100, 125, 126, 775, 776, 14_971];
  const suffixes = numbers.map((number) => segmentSuffix("E", number));
  assert.deepEqual(suffixes, ["E01", "E99", "EAA", "EAZ", "EBA", "EZZ", "FAA", "ZZZ"]);
  const names = suffixes.map((suffix) => latinBytes(`a.b.${suffix}`));
  const others = [latinBytes("a.b.x01"), latinBytes("c.E02"), latinBytes("a.b.e02"), latinBytes("a.b.E02")];
  const set = segmentSet({ name: latinBytes("a.b.E01"), number: 1 }, [...others, ...names]);
  assert.deepEqual(
    [...set.keys()].sort((a, b) => a - b),
    [1, 2, ...numbers.slice(1)],
  );
  assert.equal(latin(set.get(2) ?? new Uint8Array(0)), "a.b.E02");
});
