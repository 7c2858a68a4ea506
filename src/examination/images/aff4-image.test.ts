import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/values";
import { type Aff4Wishes, aff4Of, zipOf } from "./aff4-sample.node.ts";
import { isRefusal } from "./image.ts";
import { memoryFolder, sampleMedia } from "./image-samples.node.ts";
import { unpackLz4 } from "./lz4.ts";
import { openImage } from "./open-image.node.ts";
import { unpackSnappy } from "./snappy.ts";
import { readTurtle } from "./turtle.ts";

const MEDIA = sampleMedia("aff4", 900_608);
const MD5 = "0123456789abcdef0123456789abcdef";

for (const compression of ["zlib", "snappy", "stored"] satisfies Aff4Wishes["compression"][]) {
  test(`openImage() of an AFF4 image (${compression}) gives the media, its digest, and what could not be acquired`, () => {
    const unreadable = { first: 20, count: 3 };
    const { file, means } = aff4Of({ media: MEDIA, compression, md5: MD5, unreadable });
    const folder = memoryFolder({ "x.aff4": file });
    const image = openImage(folder.file("x.aff4"), folder);
    assert.ok(!isRefusal(image), JSON.stringify(image));
    const bytes = new Uint8Array(image.media.sizeBytes);
    for (let at = 0; at < bytes.length; ) at += image.media.readSync(bytes.subarray(at, at + 30_001), at);
    assert.deepEqual(bytes, means);
    assert.deepEqual(image.acquisition.hashes, [{ algorithm: "md5", digest: MD5 }]);
    assert.deepEqual(image.acquisition.badSectors, [{ startByte: 81_920, lengthBytes: 12_288 }]);
    assert.equal(image.acquisition.facts["case"], 'a "test"; case.');
  });
}

test("openImage() of an AFF4 set names the volume that is missing, and refuses a logical one by name", () => {
  const { file } = aff4Of({ media: MEDIA, compression: "zlib", md5: MD5, unreadable: null });
  const text = Buffer.from(file)
    .toString("latin1")
    .replaceAll(
      "aff4:stored <aff4://00000000-aaaa-4000-8000-000000000001>",
      "aff4:stored <aff4://00000000-bbbb-4000-8000-000000000001>",
    );
  const folder = memoryFolder({ "x.aff4": Buffer.from(text, "latin1") });
  const answer = openImage(folder.file("x.aff4"), folder);
  assert.ok(isRefusal(answer) && answer.refused === "segment-missing", JSON.stringify(answer));
  assert.equal(answer.values["segment"], "aff4://00000000-bbbb-4000-8000-000000000001");
  const logical = zipOf(
    { "information.turtle": utf8("<aff4://x> a <http://aff4.org/Schema#FileImage> .") },
    "aff4://y",
  );
  const files = memoryFolder({ "l.aff4": logical });
  assert.deepEqual(openImage(files.file("l.aff4"), files), { refused: "aff4-kind", values: {} });
});

test("openImage() of an AFF4 map that leads to itself says so", () => {
  const { file } = aff4Of({ media: MEDIA, compression: "zlib", md5: MD5, unreadable: { first: 20, count: 3 } });
  const own = "aff4://00000000-aaaa-4000-8000-00000000000";
  const text = Buffer.from(file).toString("latin1").replace(`${own}2\n`, `${own}3\n`);
  const folder = memoryFolder({ "x.aff4": Buffer.from(text, "latin1") });
  assert.deepEqual(openImage(folder.file("x.aff4"), folder), { refused: "aff4-circle", values: {} });
});

test("openImage() of a zip archive that is no AFF4 is a packed file", () => {
  const files = memoryFolder({ "a.zip": zipOf({ "a.txt": utf8("a") }, "") });
  assert.deepEqual(openImage(files.file("a.zip"), files), { refused: "packed", values: { format: "zip" } });
});

test("readTurtle() knows prefixes, lists of values, kinds of literals, and passes over what it does not know", () => {
  const said = readTurtle(`@prefix a: <http://a#> .
# a remark; with . marks
<s:1> a a:T , a:U ; a:n "5"^^a:int ; a:m 7 , 8 ; a:x [ a:y "z" ] .
a:s2 a:p "two \\" marks . ;" .
<unfinished> a:p`);
  assert.deepEqual(said.get("s:1")?.get("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), [
    "http://a#T",
    "http://a#U",
  ]);
  assert.deepEqual(said.get("s:1")?.get("http://a#n"), ["5"]);
  assert.deepEqual(said.get("s:1")?.get("http://a#n http://a#int"), ["5"]);
  assert.deepEqual(said.get("s:1")?.get("http://a#m"), ["7", "8"]);
  assert.deepEqual(said.get("http://a#s2")?.get("http://a#p"), ['two " marks . ;']);
  assert.equal(said.has("unfinished"), false);
});

test("unpackSnappy() and unpackLz4() unpack what the formats' own tools made", () => {
  const text = "phum ".repeat(60);
  const snappy = Buffer.from("rAIQcGh1bSD+BQD+BQD+BQD+BQCaBQA=", "base64");
  const lz4 = Buffer.from("X3BodW0gBQD/EFBwaHVtIA==", "base64");
  assert.equal(Buffer.from(unpackSnappy(snappy, 1000)).toString(), text);
  assert.equal(Buffer.from(unpackLz4(lz4, 1000)).toString(), text);
  assert.throws(() => unpackSnappy(snappy, 100), RangeError);
  assert.throws(() => unpackSnappy(snappy.subarray(0, 12), 1000), RangeError);
});
