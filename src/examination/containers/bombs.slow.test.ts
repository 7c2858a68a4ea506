import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { sparseTarOf, tarHead, tarOf, zipOf } from "./archive-samples.node.ts";
import { drawnBytes, pdfFile, pdfStream } from "./document-samples.node.ts";
import { look, noise } from "./inside-lab.node.ts";

const A = noise(5000, 1);

/** A gzip file that unpacks to itself, made after Cox, Zip Files All The Way Down (2010): 210 bytes, its sum among them. */
const QUINE = Buffer.from(
  "H4sICAAAAAAAA3F1aW4AABQA6/8fiwgIAAAAAAADcXVpbgAAFADr/0KIIcQAAAUA+v9CiCHEAAAFAPr/AAUA+v8AFADr/0KIIcQAAAUA+v8ABQD6/wAUAOv/QoghxAAAFADr" +
    "/0KIIcQAABQA6/9CiCHEAAAUAOv/QoghxAAAFADr/0KIIcQAAAAA//8AAAD//wAUAOv/QoghxAAAAAD//wAAAP//ABQA6/9CiCHEAAAAAP//AwDyejAE0gAAAEKIIcQAAAAA" +
    "//8DAPJ6MATSAAAA",
  "base64",
);

test("lookInside() of sixteen archives within each of sixteen looks into each content once", () => {
  let layer: Buffer = zipOf([{ name: "zeros", bytes: Buffer.alloc(2 ** 24) }]);
  for (let i = 0; i < 5; i++)
    layer = zipOf(Array.from({ length: 16 }, (_, k) => ({ name: `${i}-${k}.zip`, bytes: layer })));
  const looked = look(layer);
  assert.equal(looked.files.size, 5 * 16 + 1);
  assert.deepEqual(looked.problems, []);
});

test("lookInside() of archives in archives ends at a depth, and says where", () => {
  let deep: Buffer = zipOf([{ name: "bottom", bytes: A }]);
  for (let i = 0; i < 20; i++)
    deep = zipOf([{ name: `${i}.zip`, bytes: Buffer.concat([deep, Buffer.of(i)]), stored: true }]);
  const { problems } = look(deep, { depth: 5 });
  assert.deepEqual(problems, ["too-deep f/19.zip/18.zip/17.zip/16.zip/15.zip"]);
});

test("lookInside() ends at a ratio, at a number of bytes, of entries and at a time", () => {
  const zeros = gzipSync(Buffer.alloc(3_000_000));
  assert.deepEqual(look(zeros, { ratioFromBytes: 1_000_000, ratio: 100 }).problems, ["bomb f"]);
  assert.deepEqual(look(zeros, { bytes: 1_000_000 }).problems, ["too-large f"]);
  assert.deepEqual(look(zeros, { ms: -1 }).problems, ["too-long f"]);
  assert.deepEqual(
    look(
      tarOf([
        { name: "a", bytes: A },
        { name: "b", bytes: A },
      ]),
      { entries: 1 },
    ).problems,
    ["too-many f"],
  );
});

test("lookInside() of 1,000,000 entries ends at its limit", () => {
  const heads = Buffer.concat(Array.from({ length: 10_000 }, () => tarHead("entry", 0)));
  const packed = gzipSync(heads, { level: 1 });
  const { problems } = look(Buffer.concat(Array.from({ length: 100 }, () => packed)), { ratio: 1000 });
  assert.deepEqual(problems, ["too-many f"]);
});

test("lookInside() passes over 100 GB of holes, and reads what stands behind them", () => {
  const bomb = sparseTarOf("holes", 1e11, A);
  const looked = look(Buffer.concat([bomb.subarray(0, bomb.length - 1024), tarOf([{ name: "a", bytes: A }])]));
  assert.deepEqual(looked.problems, ["bomb f/holes"]);
  assert.ok(looked.files.get("f/a")?.bytes.equals(A));
});

test("lookInside() of entries that all lie over the same bytes ends at the ratio", () => {
  const one = zipOf([{ name: "x", bytes: Buffer.alloc(10_000_000) }]);
  const end = one.length - 22;
  const central = one.subarray(end - 47, end);
  const many = Buffer.concat([
    one.subarray(0, end - 47),
    ...Array.from({ length: 500 }, () => central),
    one.subarray(end),
  ]);
  many.writeUInt32LE(500 * 47, many.length - 10);
  const { files, problems } = look(many);
  assert.deepEqual([...new Set(problems)], ["bomb f/x"]);
  assert.ok(files.size > 0 && problems.length > 300);
});

test("lookInside() of a PDF with 1,000,000 objects ends, and gives the picture among them", () => {
  const objects = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => `${i + 10} 0 obj<</A 1>>endobj\n`).join(""));
  const picture = drawnBytes(1);
  const image = "/Subtype /Image /Width 20 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode";
  const { files, problems } = look(pdfFile(pdfStream(4, image, picture), objects), { ms: 60_000 });
  assert.ok(files.get("f/object-4-picture.jpg")?.bytes.equals(picture));
  assert.deepEqual(problems, []);
});

test("lookInside() of a file that holds itself ends where it met it before", () => {
  const { files, problems } = look(QUINE, {}, "recursive.gz");
  assert.ok(files.size >= 1 && files.size <= 2, [...files.keys()].join(" "));
  assert.ok([...files.values()][0]?.bytes.equals(QUINE));
  assert.deepEqual(problems, []);
});

test("lookInside() reads longer streams than stand in memory, archives in them too", () => {
  const large = noise(70_000_000, 3);
  const zip = gzipSync(
    zipOf([
      { name: "large", bytes: large, stored: true },
      { name: "b", bytes: A },
    ]),
    { level: 1 },
  );
  const looked = look(zip, {}, "x.zip.gz");
  assert.ok(looked.files.get("x.zip.gz/x.zip/b")?.bytes.equals(A));
  assert.ok(looked.files.get("x.zip.gz/x.zip/large")?.bytes.equals(large));
  assert.deepEqual(looked.problems, []);
});
