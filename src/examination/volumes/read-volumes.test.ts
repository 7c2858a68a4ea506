// The fears: a table read wrongly, a chain that never ends, a checksum that is wrong and not told, bytes in no volume.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteSource, ReadError } from "#examination/sources";
import { crc32, crcFrom } from "./crc32.ts";
import { readVolumes } from "./read-volumes.ts";

const MIB = 1024 * 1024;

function sourceOf(image: Buffer): ByteSource {
  return {
    sizeBytes: image.length,
    readSync: (view, at) => image.copy(view, 0, at, Math.min(image.length, at + view.length)),
  };
}

function table(image: Buffer, sectorByte: number, slots: [type: number, first: number, count: number][]): void {
  slots.forEach(([type, first, count], i) => {
    image[sectorByte + 446 + 16 * i + 4] = type;
    image.writeUInt32LE(first, sectorByte + 446 + 16 * i + 8);
    image.writeUInt32LE(count, sectorByte + 446 + 16 * i + 12);
  });
  image.set([0x55, 0xaa], sectorByte + 510);
}

/** Start, size and kind of each volume in sectors, gaps by their kind. */
function shown(image: Buffer, unit = 512): string[] {
  return readVolumes(sourceOf(image)).volumes.map((v) => `${v.startByte / unit}+${v.sizeBytes / unit} ${v.kind}`);
}

function problems(image: Buffer): string[] {
  return readVolumes(sourceOf(image)).problems.map((problem) => problem.what);
}

test("readVolumes() of a medium without a table is one whole volume", () => {
  const found = readVolumes(sourceOf(Buffer.alloc(MIB, 0x41)));
  assert.equal(found.scheme, "none");
  assert.deepEqual(shown(Buffer.alloc(MIB, 0x41)), ["0+2048 whole"]);
  assert.deepEqual(readVolumes(sourceOf(Buffer.alloc(0))).volumes[0]?.extents, []);
});

test("readVolumes() of an MBR gives volumes, logical volumes, and the gaps that no volume covers", () => {
  const image = Buffer.alloc(MIB);
  table(image, 0, [
    [0x0c, 64, 100],
    [0x0f, 200, 1000],
  ]);
  table(image, 200 * 512, [
    [0x83, 10, 90],
    [0x05, 300, 200],
  ]);
  table(image, 500 * 512, [[0x07, 2, 50]]);
  assert.equal(readVolumes(sourceOf(image)).scheme, "mbr");
  assert.deepEqual(shown(image), [
    "0+64 unallocated",
    "64+100 fat",
    "164+46 unallocated",
    "210+90 linux",
    "300+202 unallocated",
    "502+50 ntfs-exfat",
    "552+1496 unallocated",
  ]);
  assert.deepEqual(problems(image), []);
});

test("readVolumes() of an extended chain that loops or breaks ends, and tells it", () => {
  const image = Buffer.alloc(MIB);
  table(image, 0, [[0x05, 200, 1000]]);
  table(image, 200 * 512, [
    [0x83, 10, 90],
    [0x05, 300, 200],
  ]);
  table(image, 500 * 512, [
    [0x83, 10, 90],
    [0x05, 300, 200],
  ]);
  assert.deepEqual(problems(image), ["extended-loop"]);
  image.fill(0, 500 * 512, 501 * 512);
  assert.deepEqual(problems(image), ["extended-damaged"]);
  assert.deepEqual(shown(image), ["0+210 unallocated", "210+90 linux", "300+1748 unallocated"]);
});

test("readVolumes() cuts a volume at the end of a shorter medium and tells overlaps", () => {
  const image = Buffer.alloc(MIB);
  table(image, 0, [
    [0x83, 1000, 5000],
    [0x83, 500, 600],
    [0x83, 90_000, 5],
  ]);
  assert.deepEqual(shown(image), ["0+500 unallocated", "500+600 linux", "1000+1048 linux", "90000+0 linux"]);
  assert.deepEqual(problems(image), ["beyond-end", "overlap", "beyond-end"]);
});

test("readVolumes() of an MBR in sectors of 4096 bytes", () => {
  const image = Buffer.alloc(4 * MIB);
  table(image, 0, [[0x83, 16, 500]]);
  image.writeUInt16LE(0xef53, 16 * 4096 + 1024 + 56);
  assert.deepEqual(shown(image, 4096), ["0+16 unallocated", "16+500 linux", "516+508 unallocated"]);
  assert.equal(readVolumes(sourceOf(image)).sectorBytes, 4096);
});

test("readVolumes() finds a table that stands at sector 1, counted from there", () => {
  const image = Buffer.alloc(MIB);
  table(image, 512, [[0x83, 64, 500]]);
  image.writeUInt16LE(0xef53, 65 * 512 + 1024 + 56);
  assert.deepEqual(shown(image), ["0+65 unallocated", "65+500 linux", "565+1483 unallocated"]);
  assert.deepEqual(problems(image), ["table-elsewhere"]);
});

test("readVolumes() takes the boot sector of a file system for no table, unless the table is beyond doubt", () => {
  const image = Buffer.alloc(MIB);
  image.set([0xeb, 0x3c, 0x90], 0);
  image.write("MSDOS5.0", 3, "latin1");
  image.writeUInt16LE(512, 11);
  image.set([4, 1, 0, 2, 0, 2, 0, 8, 0xf8, 8], 13);
  image.write("Remove disks or other media", 446, "latin1");
  image.set([0x55, 0xaa], 510);
  assert.equal(readVolumes(sourceOf(image)).scheme, "none");
  image.fill(0, 446, 510);
  table(image, 0, [[0x83, 64, 500]]);
  const found = readVolumes(sourceOf(image));
  assert.deepEqual([found.scheme, found.alsoWhole], ["mbr", true]);
  table(image, 0, [[0x83, 64, 50_000]]);
  assert.equal(readVolumes(sourceOf(image)).scheme, "none");
});

/** A GUID table with both copies; entries of 128 bytes. */
function gpt(sectorBytes: number): Buffer {
  const sectors = (2 * MIB) / sectorBytes;
  const image = Buffer.alloc(2 * MIB);
  table(image, 0, [[0xee, 1, sectors - 1]]);
  const entries = Buffer.alloc(16 * 128);
  Buffer.from("a2a0d0ebe5b9334487c068b6b72699c7", "hex").copy(entries, 0);
  entries[16] = 1;
  entries.writeBigUInt64LE(64n, 32);
  entries.writeBigUInt64LE(99n, 40);
  entries.write("រូបភាព", 56, "utf16le");
  const copies = [
    { at: 1, other: sectors - 1, table: 2 },
    { at: sectors - 1, other: 1, table: sectors - 5 },
  ];
  for (const copy of copies) {
    const header = Buffer.alloc(92);
    header.write("EFI PART\0\0\x01\0\x5c", 0, "latin1");
    header.writeBigUInt64LE(BigInt(copy.at), 24);
    header.writeBigUInt64LE(BigInt(copy.other), 32);
    header.writeBigUInt64LE(BigInt(copy.table), 72);
    header.writeUInt32LE(16, 80);
    header.writeUInt32LE(128, 84);
    header.writeUInt32LE(crc32(entries), 88);
    header.writeUInt32LE(crc32(header), 16);
    header.copy(image, copy.at * sectorBytes);
    entries.copy(image, copy.table * sectorBytes);
  }
  return image;
}

for (const unit of [512, 4096]) {
  test(`readVolumes() of a GUID table in sectors of ${unit} bytes, from either copy`, () => {
    const image = gpt(unit);
    const found = readVolumes(sourceOf(image));
    assert.deepEqual([found.scheme, found.sectorBytes, found.problems], ["gpt", unit, []]);
    assert.deepEqual(shown(image, unit)[1], "64+36 windows-data");
    assert.equal(found.volumes[1]?.name, "រូបភាព");
    image[unit + 40] = 9;
    assert.deepEqual(problems(image), ["gpt-header-checksum"]);
    assert.deepEqual(shown(image, unit)[1], "64+36 windows-data");
    image.fill(0, unit, 3 * unit);
    assert.deepEqual(problems(image), ["gpt-primary-damaged"]);
    assert.deepEqual(shown(image, unit)[1], "64+36 windows-data");
  });
}

test("readVolumes() tells copies of a GUID table that differ, a missing second copy, and one without protection", () => {
  const changed = gpt(512);
  changed[2 * 512 + 32] = 70;
  assert.deepEqual(problems(changed), ["gpt-table-checksum", "gpt-copies-differ"]);
  assert.equal(shown(changed)[1], "64+36 windows-data");
  assert.deepEqual(problems(gpt(512).subarray(0, MIB)), ["gpt-backup-damaged"]);
  const bare = gpt(512);
  bare.fill(0, 0, 512);
  assert.deepEqual(problems(bare), ["gpt-no-protection"]);
});

test("readVolumes() lists what only a hybrid MBR names; an MBR in use makes a GUID table stale", () => {
  const image = gpt(512);
  table(image, 0, [
    [0xee, 1, 63],
    [0x0c, 200, 100],
  ]);
  assert.deepEqual(shown(image).slice(1, 4), ["64+36 windows-data", "100+100 unallocated", "200+100 fat"]);
  assert.deepEqual(problems(image), ["hybrid"]);
  table(image, 0, [[0x0c, 300, 100]]);
  image.fill(0, 462, 510);
  assert.deepEqual(shown(image)[1], "300+100 fat");
  assert.deepEqual(problems(image), ["gpt-stale"]);
});

test("readVolumes() of an Apple partition map", () => {
  const image = Buffer.alloc(MIB);
  image.write("ER", 0);
  image.writeUInt16BE(512, 2);
  const entries = [
    ["Apple", "Apple_partition_map", 1, 63],
    ["disk image", "Apple_HFS", 64, 900],
    ["", "Apple_Free", 964, 1000],
  ] as const;
  entries.forEach(([name, type, first, count], i) => {
    const at = 512 * (i + 1);
    image.write("PM", at);
    image.writeUInt32BE(entries.length, at + 4);
    image.writeUInt32BE(first, at + 8);
    image.writeUInt32BE(count, at + 12);
    image.write(name, at + 16);
    image.write(type, at + 48);
  });
  assert.equal(readVolumes(sourceOf(image)).scheme, "apm");
  assert.deepEqual(shown(image), ["0+1 unallocated", "1+63 apple-map", "64+900 apple-hfs", "964+1084 unallocated"]);
});

const LVM_TEXT = `vg0 { id = "g" seqno = 3 extent_size = 8 # sectors
physical_volumes { pv0 { id = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345" pe_start = 64 pe_count = 100 }
  pv1 { id = "zzzzzz-ghij-klmn-opqr-stuv-wxyz-012345" pe_start = 64 } }
logical_volumes {
  home { status = ["READ", "WRITE"] segment_count = 2
    segment1 { start_extent = 0 extent_count = 2 type = "striped" stripe_count = 1 stripes = [ "pv0", 4 ] }
    segment2 { start_extent = 2 extent_count = 1 type = "striped" stripe_count = 1 stripes = [ "pv0", 0 ] } }
  far { segment1 { start_extent = 0 extent_count = 2 type = "striped" stripe_count = 1 stripes = [ "pv1", 4 ] } }
  pool { segment1 { start_extent = 0 extent_count = 2 type = "thin-pool" data = "x" } }
} }\n\0`;

function lvm(text: string): Buffer {
  const start = 0xf597a6cf;
  const image = Buffer.alloc(MIB);
  const label = image.subarray(512, 1024);
  label.write("LABELONE\x01", 0, "latin1");
  label.writeUInt32LE(32, 20);
  label.write("LVM2 001abcdefghijklmnopqrstuvwxyz012345", 24, "latin1");
  label.writeBigUInt64LE(64n * 512n, 72);
  label.writeBigUInt64LE(4096n, 104);
  label.writeBigUInt64LE(16384n, 112);
  label.writeUInt32LE(crcFrom(start, label.subarray(20)), 16);
  const header = image.subarray(4096, 4096 + 512);
  header.write(" LVM2 x[5A%r0N*>\x01", 4, "latin1");
  header.writeBigUInt64LE(4096n, 24);
  header.writeBigUInt64LE(16384n, 32);
  header.writeBigUInt64LE(16384n - 100n, 40);
  header.writeBigUInt64LE(BigInt(Buffer.byteLength(text)), 48);
  header.writeUInt32LE(crcFrom(start, Buffer.from(text)), 56);
  header.writeUInt32LE(crcFrom(start, header.subarray(4)), 0);
  image.write(text.slice(0, 100), 4096 + 16384 - 100);
  image.write(text.slice(100), 4096 + 512);
  return image;
}

test("readVolumes() of LVM2: linear volumes read over their pieces, others told by name", () => {
  const image = lvm(LVM_TEXT);
  image.fill(0x61, 32768 + 4 * 4096, 32768 + 6 * 4096);
  image.fill(0x62, 32768, 32768 + 4096);
  const { scheme, volumes, problems: said } = readVolumes(sourceOf(image));
  assert.deepEqual([scheme, said], ["lvm2", []]);
  const [far, pool, home] = ["vg0/far", "vg0/pool", "vg0/home"].map((name) => volumes.find((v) => v.name === name));
  assert.deepEqual([far?.refused, far?.read], ["lvm2-other-device", null]);
  assert.deepEqual([pool?.refused, pool?.type], ["lvm2-layout", "thin-pool"]);
  assert.equal(home?.sizeBytes, 3 * 4096);
  const bytes = Buffer.alloc(4 * 4096);
  assert.equal(home?.read?.readSync(bytes, 0), 3 * 4096);
  assert.equal(bytes.subarray(0, 3 * 4096).toString("latin1"), "a".repeat(8192) + "b".repeat(4096));
  const part = Buffer.alloc(10);
  assert.equal(home?.read?.readSync(part, 8187), 10);
  assert.equal(part.toString(), "aaaaabbbbb");
  const covered = volumes.filter((v) => v.read !== null).reduce((sum, v) => sum + v.sizeBytes, 0);
  assert.equal(covered, MIB);
});

test("readVolumes() of damaged LVM2 metadata tells it and lists what still stands", () => {
  const cut = lvm(LVM_TEXT.slice(0, 600));
  assert.deepEqual(problems(cut), ["lvm2-damaged"]);
  const changed = lvm(LVM_TEXT);
  changed[4096 + 600] = 0x23;
  assert.ok(problems(changed).includes("lvm2-checksum"));
});

test("readVolumes() of a medium whose first sectors cannot be read tells it and gives one whole volume", () => {
  const source: ByteSource = {
    sizeBytes: MIB,
    readSync: (_view, offsetBytes) => {
      throw new ReadError("input-error", "EIO", { offsetBytes, goodBytes: 0 });
    },
  };
  const found = readVolumes(source);
  assert.equal(found.scheme, "none");
  assert.equal(found.problems[0]?.what, "unreadable");
});
