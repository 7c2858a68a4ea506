import assert from "node:assert/strict";
import { test } from "node:test";
import { record } from "./container-samples.node.ts";
import { isRefusal } from "./image.ts";
import { memoryFolder, sampleMedia } from "./image-samples.node.ts";
import { openImage } from "./open-image.node.ts";

const CLUSTER = 16_384;
const PART = CLUSTER / 32;
const OWN = sampleMedia("own", 2 * CLUSTER);
const UNDER = sampleMedia("under", 2 * CLUSTER);

/** One or two clusters; `features` 16: parts of a cluster have bits; 4: clusters stand in another file. */
function qcowOf(features: number, { backing = "", dataFile = "", parts = 0n }): Uint8Array {
  const image = record(5 * CLUSTER, false);
  for (const [at, value] of [
    [0, 0x514649fb],
    [4, 3],
    [20, 14],
    [36, 1],
    [96, 4],
    [100, 104],
  ] as const)
    image.u32(at, value);
  image.u64(24, 2 * CLUSTER);
  image.u64(40, CLUSTER);
  image.u64(72, features);
  if (dataFile !== "") {
    image.u32(104, 0x44415441);
    image.u32(108, dataFile.length);
    image.text(112, dataFile);
  }
  if (backing !== "") {
    image.u64(8, 600);
    image.u32(16, backing.length);
    image.text(600, backing);
  }
  image.u64(CLUSTER, 2 * CLUSTER);
  const view = new DataView(image.bytes.buffer);
  const isApart = (features & 4) !== 0;
  const words = (features & 16) === 0 ? 1 : 2;
  for (const i of [0, 1]) {
    view.setBigUint64(2 * CLUSTER + i * 8 * words, (1n << 63n) | BigInt((isApart ? i : 3 + i) * CLUSTER));
    if (words === 2) view.setBigUint64(2 * CLUSTER + i * 16 + 8, parts);
  }
  if (!isApart) image.bytes.set(OWN, 3 * CLUSTER);
  return image.bytes;
}

function mediaOf(files: Record<string, Uint8Array>): Uint8Array {
  const folder = memoryFolder(files);
  const image = openImage(folder.file("x.qcow2"), folder);
  assert.ok(!isRefusal(image), JSON.stringify(image));
  const bytes = new Uint8Array(image.media.sizeBytes);
  for (let at = 0; at < bytes.length; ) at += image.media.readSync(bytes.subarray(at, at + 999), at);
  return bytes;
}

test("openImage() of a qcow2 whose clusters are divided takes each part from where its bits say: image, zeros, parent", () => {
  const stored = 0b1011n;
  const zero = 1n << (32n + 2n);
  const got = mediaOf({ "x.qcow2": qcowOf(16, { backing: "base.raw", parts: stored | zero }), "base.raw": UNDER });
  const expected = Uint8Array.from(UNDER);
  for (const cluster of [0, CLUSTER]) {
    for (const part of [0, 1, 3]) {
      const at = cluster + part * PART;
      expected.set(OWN.subarray(at, at + PART), at);
    }
    expected.fill(0, cluster + 2 * PART, cluster + 3 * PART);
  }
  assert.deepEqual(got, expected);
});

test("openImage() of a qcow2 with a file for its clusters reads that one, and refuses by its name where it is missing", () => {
  const image = qcowOf(4, { dataFile: "data.raw" });
  assert.deepEqual(mediaOf({ "x.qcow2": image, "data.raw": OWN }), OWN);
  const alone = memoryFolder({ "x.qcow2": image });
  assert.deepEqual(openImage(alone.file("x.qcow2"), alone), {
    refused: "qcow2-data-file",
    values: { file: "data.raw" },
  });
});

test("openImage() refuses packed files and images of kinds that are not read, by their names", () => {
  const refusals = [
    ["QED\0", "foreign", "QED"],
    ["MSWIM\0\0\0", "foreign", "WIM"],
    ["\x1f\x8b\x08", "packed", "gzip"],
    ["PK\x03\x04", "packed", "zip"],
  ] as const;
  for (const [start, refused, format] of refusals) {
    const bytes = new Uint8Array(20_000);
    bytes.set(Buffer.from(start, "latin1"));
    const folder = memoryFolder({ "x.img": bytes });
    assert.deepEqual(openImage(folder.file("x.img"), folder), { refused, values: { format } });
  }
});
