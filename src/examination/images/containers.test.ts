import assert from "node:assert/strict";
import { test } from "node:test";
import { unpackLzfse } from "#base/unpacking";
import { concatBytes } from "#base/values";
import { ReadError } from "#examination/sources";
import { unpackAdc } from "./adc.ts";
import { unpackBzip2 } from "./bzip2.ts";
import { discOf, qcow2Of, record, udifOf, vdiOf, vhdOf, vhdxOf, vmdkOf } from "./container-samples.node.ts";
import { crc32c } from "./crc32c.ts";
import { isRefusal, type OpenImage } from "./image.ts";
import { memoryFolder, sampleMedia } from "./image-samples.node.ts";
import { latinBytes } from "./latin.ts";
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

/** A VHDX whose first table page stands in its log only: the file itself holds another one. */
function withWaitingLog(file: Uint8Array): Uint8Array {
  const mib = 1_048_576;
  const logged = concatBytes(file, new Uint8Array(mib));
  const view = new DataView(logged.buffer);
  const page = logged.slice(mib, mib + 4096);
  logged.fill(0xee, mib, mib + 4096);
  const guid = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
  const logAt = file.length;
  for (const at of [65_536, 131_072]) {
    logged.set(guid, at + 48);
    view.setUint32(at + 68, mib, true);
    view.setBigUint64(at + 72, BigInt(logAt), true);
    view.setUint32(at + 4, 0, true);
    view.setUint32(at + 4, crc32c(logged.subarray(at, at + 4096), 4), true);
  }
  // One entry that begins in the last page of the log and goes round: a descriptor page, a data page.
  const entry = record(8192, true);
  entry.text(0, "loge");
  entry.u32(8, 8192);
  entry.u32(12, mib - 4096);
  entry.u64(16, 7);
  entry.u32(24, 1);
  entry.bytes.set(guid, 32);
  entry.text(64, "desc");
  entry.bytes.set(page.subarray(4092), 68);
  entry.bytes.set(page.subarray(0, 8), 72);
  entry.u64(80, mib);
  entry.text(4096, "data");
  entry.bytes.set(page.subarray(8, 4092), 4104);
  entry.u32(4, crc32c(entry.bytes, 4));
  logged.set(entry.bytes.subarray(0, 4096), logAt + mib - 4096);
  logged.set(entry.bytes.subarray(4096), logAt);
  return logged;
}

test("openImage() of a VHDX reads it as it is once its log is played, and refuses a log that does not hold together", () => {
  const file = withWaitingLog(vhdxOf(MEDIA));
  assert.deepEqual(bytesOf(open({ "x.vhdx": file }, "x.vhdx")), MEDIA);
  file[file.length - 20] = (file[file.length - 20] ?? 0) ^ 1;
  const folder = memoryFolder({ "x.vhdx": file });
  assert.deepEqual(openImage(folder.file("x.vhdx"), folder), { refused: "vhdx-log", values: {} });
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

for (const { mode, behind } of [
  { mode: 1, behind: 0 },
  { mode: 2, behind: 96 },
] as const) {
  test(`openImage() reads the data of a CD's sectors of mode ${mode} with ${behind} bytes behind each`, () => {
    const media = MEDIA.slice(0, 1000 * 2048);
    const image = open({ "x.bin": discOf(media, { mode, behind }) }, "x.bin");
    assert.equal(image.format, "disc");
    assert.deepEqual(bytesOf(image), media);
    const cut = open({ "x.bin": discOf(media, { mode, behind, sound: [100] }) }, "x.bin");
    const view = new Uint8Array(media.length);
    const at = (error: unknown): boolean => error instanceof ReadError && error.goodBytes === 100 * 2048;
    assert.throws(() => cut.media.readSync(view, 0), at);
    assert.equal(cut.media.readSync(view.subarray(0, 4096), 101 * 2048), 4096);
    assert.deepEqual(view.subarray(0, 4096), media.subarray(101 * 2048, 103 * 2048));
  });
}

test("openImage() reads an Apple disk image with LZMA runs", () => {
  const media = new Uint8Array(131_072).fill(0x41);
  // python3 -c 'import lzma, base64; print(base64.b64encode(lzma.compress(b"A" * 65536, check=lzma.CHECK_CRC32)))'
  const body = Uint8Array.from(Buffer.from(XZ, "base64"));
  const image = open({ "x.dmg": udifOf(media, { kind: 0x80000008, body }) }, "x.dmg");
  assert.deepEqual(bytesOf(image), media);
  assert.deepEqual(image.unread, []);
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

const XZ =
  "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4P//AExdACDv+7/+o7Fe5fg/sqomVfhocEFwFQ+N/R5MG4pCtxn0aRhxrmYjiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElkXJ460QAAgAaboAABZICABAAA5DeGCz4wDYsCAAAAAAFZWg==";
const BZIP2 = "QlpoOTFBWSZTWeohFTUAAHeRgEAAAEJCACAAMM0AmqjH6GUNoZQ2hwu5IpwoSHUQipqA";
const LZFSE = [
  "6276786e2c01000013000000c803616263f0fff005e163060000000000000062767824",
  `6276783200100000040000000003007000000000000c0050830000002490000ce7d75c030000005c03000000c04ff0937c0f${"0".repeat(62)}c0a30f${"0".repeat(110)}3456ff3f62767824`,
];
