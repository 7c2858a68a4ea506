import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes } from "#base/values";
import { unpackAdc } from "./adc.ts";
import { unpackBzip2 } from "./bzip2.ts";
import { qcow2Of, udifOf, vdiOf, vhdOf, vhdxOf, vmdkOf } from "./container-samples.node.ts";
import { isRefusal, type OpenImage } from "./image.ts";
import { memoryFolder, sampleMedia } from "./image-samples.node.ts";
import { latinBytes } from "./latin.ts";
import { unpackLzfse } from "./lzfse.ts";
import { openImage } from "./open-image.node.ts";

const MEDIA = sampleMedia("containers", 2_200_064);
const CHILD = sampleMedia("child", MEDIA.length);

function open(files: Record<string, Uint8Array>, name: string): OpenImage {
  const folder = memoryFolder(files);
  const image = openImage(folder.file(name), folder);
  assert.ok(!isRefusal(image), JSON.stringify(image));
  return image;
}

function bytesOf(image: OpenImage): Uint8Array {
  const bytes = new Uint8Array(image.media.sizeBytes);
  for (let at = 0; at < bytes.length; ) at += image.media.readSync(bytes.subarray(at, at + 50_001), at);
  return bytes;
}

const CONTAINERS: Record<string, () => Uint8Array> = {
  "a.qcow2": () => qcow2Of(MEDIA),
  "a sparse.vmdk": () => vmdkOf(MEDIA, false),
  "a streamed.vmdk": () => vmdkOf(MEDIA, true),
  "a fixed.vhd": () => vhdOf(MEDIA, "fixed"),
  "a dynamic.vhd": () => vhdOf(MEDIA, "dynamic"),
  "a.vhdx": () => vhdxOf(MEDIA),
  "a.vdi": () => vdiOf(MEDIA),
  "a.dmg": () => udifOf(MEDIA),
  "a.dd": () => MEDIA,
};

for (const [name, make] of Object.entries(CONTAINERS)) {
  test(`openImage() of ${name} gives the same media as all other containers`, () => {
    const image = open({ [name]: make() }, name);
    assert.deepEqual(bytesOf(image), MEDIA);
    assert.deepEqual([image.unread, image.problems], [[], []]);
  });
}

test("openImage() of a split raw image reads all segments by the name of any, and refuses where one is missing", () => {
  const parts = {
    "x.001": MEDIA.slice(0, 999_936),
    "x.002": MEDIA.slice(999_936, 1_999_872),
    "x.003": MEDIA.slice(1_999_872),
  };
  for (const name of Object.keys(parts)) assert.deepEqual(bytesOf(open(parts, name)), MEDIA);
  const { "x.002": _, ...without } = parts;
  const folder = memoryFolder(without);
  assert.deepEqual(openImage(folder.file("x.001"), folder), {
    refused: "segment-missing",
    values: { segment: "x.002" },
  });
});

test("openImage() of an image cut by split(1) reads all of it, refuses gaps, and takes no file for a segment by its name's look", () => {
  const parts = {
    "d.dd.aa": MEDIA.slice(0, 999_936),
    "d.dd.ab": MEDIA.slice(999_936, 1_999_872),
    "d.dd.ac": MEDIA.slice(1_999_872),
  };
  for (const name of Object.keys(parts)) assert.deepEqual(bytesOf(open({ ...parts, "d.dd.md": CHILD }, name)), MEDIA);
  const folder = memoryFolder({ ...parts, "d.dd.ae": MEDIA });
  assert.deepEqual(openImage(folder.file("d.dd.aa"), folder), {
    refused: "segment-missing",
    values: { segment: "d.dd.ad" },
  });
  assert.deepEqual(bytesOf(open({ ...parts, "d.dd.md": CHILD }, "d.dd.md")), CHILD);
  assert.deepEqual(bytesOf(open({ "e.dd": MEDIA, "e.aa": CHILD }, "e.dd")), MEDIA);
});

test("openImage() of a differencing VHD joins its own sectors with its parent's", () => {
  const files = {
    "child.vhd": vhdOf(CHILD, "differencing", "C:\\disks\\Parent.vhd"),
    "parent.vhd": vhdOf(MEDIA, "dynamic"),
  };
  const expected = MEDIA.slice();
  for (let block = 0; block < MEDIA.length; block += 65_536) {
    const own = CHILD.subarray(block, block + 65_536);
    if (own.every((byte) => byte === 0)) continue;
    for (let at = 0; at < own.length; at += 1024) expected.set(own.subarray(at, at + 512), block + at);
  }
  assert.deepEqual(bytesOf(open(files, "child.vhd")), expected);
});

test("openImage() never gives a differencing image without its parent, and names it", () => {
  const child = vhdOf(CHILD, "differencing", "C:\\disks\\base.vhd");
  const alone = memoryFolder({ "child.vhd": child });
  assert.deepEqual(openImage(alone.file("child.vhd"), alone), {
    refused: "parent-missing",
    values: { parent: "base.vhd" },
  });
  const other = memoryFolder({ "child.vhd": child, "base.vhd": MEDIA });
  const answer = openImage(other.file("child.vhd"), other);
  assert.ok(isRefusal(answer) && answer.refused === "parent-other");
  const overlay = memoryFolder({ "o.qcow2": qcow2Of(CHILD, "gone.raw") });
  assert.deepEqual(openImage(overlay.file("o.qcow2"), overlay), {
    refused: "parent-missing",
    values: { parent: "gone.raw" },
  });
});

test("openImage() of a qcow2 overlay takes what it does not hold from the backing file, zeros beyond its end", () => {
  const image = open({ "o.qcow2": qcow2Of(CHILD, "base.raw"), "base.raw": MEDIA.slice(0, 1_000_448) }, "o.qcow2");
  const bytes = bytesOf(image);
  for (let at = 0; at < MEDIA.length; at += 4096) {
    const own = CHILD.subarray(at, at + 4096);
    const under = new Uint8Array(own.length);
    if (at < 1_000_448) under.set(MEDIA.subarray(at, Math.min(at + own.length, 1_000_448)));
    assert.deepEqual(bytes.subarray(at, at + 4096), own.every((byte) => byte === 0) ? under : own);
  }
});

test("openImage() ends a circle of parents", () => {
  const folder = memoryFolder({ "a.qcow2": qcow2Of(MEDIA, "b.qcow2"), "b.qcow2": qcow2Of(MEDIA, "a.qcow2") });
  assert.deepEqual(openImage(folder.file("a.qcow2"), folder), { refused: "parent-chain", values: {} });
});

test("openImage() of a VMDK descriptor lays its extents one after another, and names the one that is missing", () => {
  const half = 1_099_776;
  const text = (second: string): Uint8Array =>
    latinBytes(
      `# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType="custom"\n` +
        `RW ${half / 512} SPARSE "x-s001.vmdk"\nRW ${(MEDIA.length - half) / 512} FLAT "${second}" 1\nRW 8 ZERO\n`,
    );
  const flat = concatBytes(new Uint8Array(512), MEDIA.slice(half));
  const files = {
    "x.vmdk": text("x-f002.vmdk"),
    "x-s001.vmdk": vmdkOf(MEDIA.slice(0, half), false),
    "x-f002.vmdk": flat,
  };
  assert.deepEqual(bytesOf(open(files, "x.vmdk")), concatBytes(MEDIA, new Uint8Array(4096)));
  const folder = memoryFolder({ ...files, "x.vmdk": text("gone.vmdk") });
  assert.deepEqual(openImage(folder.file("x.vmdk"), folder), {
    refused: "vmdk-extent-missing",
    values: { file: "gone.vmdk" },
  });
});

test("unpackBzip2() unpacks what bzip2 made, and stops at the limit", () => {
  // printf 'phum %.0s' {1..60} | bzip2 -9
  const packed = Uint8Array.from(Buffer.from(BZIP2, "base64"));
  const text = "phum ".repeat(60);
  assert.equal(Buffer.from(unpackBzip2(packed, 1000)).toString(), text);
  assert.equal(unpackBzip2(packed, 7).length, 7);
  assert.throws(() => unpackBzip2(packed.subarray(0, 30), 1000), RangeError);
});

test("unpackLzfse() unpacks what Apple's own tools made: LZVN, and coded literals and matches", () => {
  const [short, long] = LZFSE.map((text) => Uint8Array.from(Buffer.from(text, "hex")));
  assert.ok(short !== undefined && long !== undefined);
  assert.equal(Buffer.from(unpackLzfse(short, 1000)).toString(), "abc".repeat(100));
  assert.equal(Buffer.from(unpackLzfse(long, 5000)).toString(), "A".repeat(4096));
  assert.equal(unpackLzfse(long, 100).length, 100);
  assert.throws(() => unpackLzfse(long.subarray(0, 60), 5000), RangeError);
});

test("unpackAdc() knows literals, short and long matches", () => {
  const packed = Uint8Array.of(0x83, 97, 98, 99, 100, 0x04, 3, 0x42, 0, 0);
  assert.equal(Buffer.from(unpackAdc(packed, 64)).toString(), `abcdabcd${"d".repeat(6)}`);
});

const BZIP2 = "QlpoOTFBWSZTWeohFTUAAHeRgEAAAEJCACAAMM0AmqjH6GUNoZQ2hwu5IpwoSHUQipqA";
const LZFSE = [
  "6276786e2c01000013000000c803616263f0fff005e163060000000000000062767824",
  `6276783200100000040000000003007000000000000c0050830000002490000ce7d75c030000005c03000000c04ff0937c0f${"0".repeat(62)}c0a30f${"0".repeat(110)}3456ff3f62767824`,
];
