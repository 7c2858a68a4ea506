import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { seededRandom, utf8 } from "#base/values";
import { knownPhases } from "./known-phases.ts";
import type { ReadBytes } from "./open-bytes.ts";
import type { PhaseRegion } from "./phase-region.ts";
import { ReadError } from "./read-error.ts";

const MIB = 1024 * 1024;

/** A reader over parts of a large, otherwise blank source. */
function sparse(sizeBytes: number, parts: [number, Uint8Array][]): ReadBytes {
  return (view, offsetBytes) => {
    const got = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
    view.fill(0, 0, got);
    for (const [at, bytes] of parts) {
      const from = Math.max(at, offsetBytes);
      const to = Math.min(at + bytes.length, offsetBytes + got);
      if (to > from) view.set(bytes.subarray(from - at, to - at), from - offsetBytes);
    }
    return got;
  };
}

function header(length: number, fields: [number, number[] | string | number, number?][]): Buffer {
  const bytes = Buffer.alloc(length);
  for (const [at, value, width = 4] of fields) {
    if (typeof value === "string") bytes.write(value, at, "latin1");
    else if (typeof value === "number") {
      bytes.writeUInt32LE(value % 2 ** 32, at);
      if (width === 2) bytes.writeUInt16LE(0, at + 2);
      if (width === 8) bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
    } else bytes.set(value, at);
  }
  return bytes;
}

interface Fat {
  reserved?: number;
  tableSectors?: number;
  perCluster?: number;
  sectors?: number;
}

function fat32({ reserved = 32, tableSectors = 1001, perCluster = 8, sectors = 1_000_000 }: Fat = {}): Buffer {
  const boot = header(512, [
    [32, sectors],
    [36, tableSectors],
    [0, [0xeb, 0x58, 0x90]],
    [3, "MSDOS5.0"],
    [510, [0x55, 0xaa]],
  ]);
  boot.writeUInt16LE(512, 11);
  boot[13] = perCluster;
  boot.writeUInt16LE(reserved, 14);
  boot[16] = 2;
  boot[21] = 0xf8;
  return boot;
}

function fat16(): Buffer {
  const boot = fat32({ reserved: 1, perCluster: 8, sectors: 100_000 });
  boot.writeUInt16LE(512, 17);
  boot.writeUInt16LE(50, 22);
  boot.writeUInt32LE(0, 36);
  return boot;
}

function ntfs(sectors: number, perCluster = 8): Buffer {
  const boot = header(512, [
    [40, sectors, 8],
    [3, "NTFS    "],
    [510, [0x55, 0xaa]],
  ]);
  boot.writeUInt16LE(512, 11);
  boot[13] = perCluster;
  return boot;
}

function exfat(): Buffer {
  return header(512, [
    [72, 1_000_000, 8],
    [88, 2049],
    [108, [9, 6]],
    [3, "EXFAT   "],
    [510, [0x55, 0xaa]],
  ]);
}

function ext(shift: number, blocks: number): Buffer {
  const head = header(4096, [
    [1024 + 4, blocks],
    [1024 + 24, shift],
  ]);
  head.writeUInt16LE(0xef53, 1024 + 56);
  return head;
}

function mbr(entries: [type: number, first: number, count: number][]): Buffer {
  const sector = header(512, [[510, [0x55, 0xaa]]]);
  for (const [i, [type, first, count]] of entries.entries()) {
    sector[446 + 16 * i + 4] = type;
    sector.writeUInt32LE(first, 446 + 16 * i + 8);
    sector.writeUInt32LE(count, 446 + 16 * i + 12);
  }
  return sector;
}

function gpt(sizeBytes: number, partitions: [first: number, last: number][], sector = 512): [number, Uint8Array][] {
  const table = Buffer.alloc(128 * 128);
  for (const [i, [first, last]] of partitions.entries()) {
    table.fill(7, 128 * i, 128 * i + 32);
    table.writeBigUInt64LE(BigInt(first), 128 * i + 32);
    table.writeBigUInt64LE(BigInt(last), 128 * i + 40);
  }
  const copy = (lba: number, tableLba: number): Buffer => {
    const head = header(512, [
      [12, 92],
      [24, lba, 8],
      [72, tableLba, 8],
      [80, 128],
      [84, 128],
      [88, crc32(table)],
      [0, "EFI PART"],
    ]);
    head.writeUInt32LE(crc32(head.subarray(0, 92)), 16);
    return head;
  };
  const last = sizeBytes / sector - 1;
  return [
    [sector, copy(1, 2)],
    [2 * sector, table],
    [last * sector, copy(last, last - 64)],
    [(last - 64) * sector, Buffer.from(table)],
  ];
}

const brief = (regions: PhaseRegion[]): unknown[] =>
  regions.map(({ startByte, endByte, phase, fileSystem, encrypted }) => [
    startByte,
    endByte,
    phase,
    fileSystem,
    ...(encrypted === null ? [] : [encrypted]),
  ]);

/** Covers the source without gap or overlap, each region sound. */
function assertTiled(regions: PhaseRegion[], sizeBytes: number): void {
  let at = 0;
  for (const region of regions) {
    assert.equal(region.startByte, at);
    assert.ok(region.endByte > at);
    assert.ok(region.phase === null || (Number.isInteger(region.phase) && region.phase >= 0 && region.phase < 8));
    at = region.endByte;
  }
  assert.equal(at, sizeBytes);
}

const volumes: [string, Uint8Array, [phase: number | null, fileSystem: string | null, encrypted?: string]][] = [
  ["FAT32: the phase of its first cluster", fat32(), [(32 + 2 * 1001) % 8, "fat32"]],
  ["FAT32 with clusters of 2 KiB", fat32({ perCluster: 4 }), [null, "fat32"]],
  ["FAT16 with a root directory", fat16(), [(1 + 2 * 50 + 32) % 8, "fat16"]],
  ["exFAT", exfat(), [2049 % 8, "exfat"]],
  ["NTFS", ntfs(1_000_000), [0, "ntfs"]],
  ["NTFS with clusters of 512", ntfs(1_000_000, 1), [null, "ntfs"]],
  ["NTFS with clusters of 128 KiB, written as 2^8", ntfs(1_000_000, 248), [0, "ntfs"]],
  ["ext with 4 KiB blocks", ext(2, 100_000), [0, "ext"]],
  ["ext with 1 KiB blocks", ext(0, 1_000_000), [null, "ext"]],
  [
    "HFS+",
    header(2048, [
      [1024, "H+"],
      [1064, [0, 0, 0x10, 0]],
      [1068, [0, 1, 0, 0]],
    ]),
    [0, "hfs+"],
  ],
  [
    "APFS",
    header(4096, [
      [32, "NXSB"],
      [36, 4096],
      [40, 100_000, 8],
    ]),
    [0, "apfs"],
  ],
  [
    "XFS",
    header(512, [
      [0, "XFSB"],
      [4, [0, 0, 0x10, 0]],
      [8, [0, 0, 0, 0, 0, 1, 0, 0]],
    ]),
    [0, "xfs"],
  ],
  [
    "F2FS",
    header(2048, [
      [1024, 0xf2f52010],
      [1040, 12],
      [1060, 100_000, 8],
    ]),
    [0, "f2fs"],
  ],
  [
    "Btrfs",
    header(72 * 1024, [
      [0x10040, "_BHRfS_M"],
      [0x10070, 400 * MIB, 8],
      [0x10090, 4096],
    ]),
    [0, "btrfs"],
  ],
  [
    "ISO 9660",
    header(40_000, [
      [0x8001, "CD001"],
      [0x8050, 200_000],
    ]),
    [null, "iso9660"],
  ],
  ["LVM2", header(2048, [[512, "LABELONE"]]), [null, "lvm2"]],
  [
    "BitLocker",
    header(512, [
      [3, "-FVE-FS-"],
      [510, [0x55, 0xaa]],
    ]),
    [null, null, "BitLocker"],
  ],
  ["LUKS", header(512, [[0, "LUKS\xba\xbe"]]), [null, null, "LUKS"]],
  [
    "APFS with a key locker",
    header(4096, [
      [32, "NXSB"],
      [36, 4096],
      [40, 1000, 8],
      [1304, 1, 8],
    ]),
    [null, null, "FileVault"],
  ],
  [
    "Core Storage",
    header(512, [
      [88, "CS"],
      [172, 2],
    ]),
    [null, null, "FileVault"],
  ],
  [
    "an encrypted system disk's loader",
    header(512, [
      [6, " VeraCrypt Boot Loader"],
      [510, [0x55, 0xaa]],
    ]),
    [null, null, "VeraCrypt-like"],
  ],
  ["nothing", new Uint8Array(512), [null, null]],
];
for (const [name, head, [phase, fileSystem, encrypted]] of volumes) {
  for (const first of [0, 63, 2048]) {
    test(`knownPhases() of ${name}, ${first === 0 ? "without a table" : `at sector ${first}`}`, () => {
      const size = 400 * MIB;
      const table: [number, Uint8Array][] = first === 0 ? [] : [[0, mbr([[7, first, size / 512 - first]])]];
      const known = knownPhases(sparse(size, [[first * 512, head], ...table]), size);
      assertTiled(known.regions, size);
      const region = known.regions.find(({ startByte }) => startByte === first * 512);
      const moved = phase === null ? null : (phase + first) % 8;
      assert.deepEqual([region?.phase, region?.fileSystem, region?.encrypted], [moved, fileSystem, encrypted ?? null]);
      assert.equal(
        known.scheme,
        first > 0 ? "mbr" : fileSystem === null && encrypted === undefined ? "none" : "volume",
      );
    });
  }
}

test("knownPhases() of an MBR with extended partitions, a loop among them", () => {
  const size = 1000 * MIB;
  const parts: [number, Uint8Array][] = [
    [
      0,
      mbr([
        [6, 63, 204_800],
        [0x0f, 409_600, 1_000_000],
      ]),
    ],
    [63 * 512, fat16()],
    [
      409_600 * 512,
      mbr([
        [7, 63, 100_000],
        [5, 200_000, 1000],
      ]),
    ],
    [(409_600 + 63) * 512, ntfs(99_999)],
    [
      609_600 * 512,
      mbr([
        [0x83, 2048, 100_000],
        [5, 0, 1],
      ]),
    ],
    [(609_600 + 2048) * 512, ext(2, 12_500)],
  ];
  const known = knownPhases(sparse(size, parts), size);
  const region = (sector: number): unknown =>
    brief(known.regions.filter(({ startByte }) => startByte === sector * 512))[0];
  assertTiled(known.regions, size);
  assert.deepEqual(region(63), [63 * 512, (63 + 100_000) * 512, (63 + 133) % 8, "fat16"]);
  assert.deepEqual(region(409_663), [409_663 * 512, (409_663 + 100_000) * 512, 409_663 % 8, "ntfs"]);
  assert.deepEqual(region(611_648), [611_648 * 512, (611_648 + 100_000) * 512, 0, "ext"]);
});

for (const damaged of ["none", "first", "second", "both"]) {
  test(`knownPhases() of a GPT, damaged copy: ${damaged}`, () => {
    const size = 100 * MIB;
    const copies = gpt(size, [
      [2048, 34_815],
      [40_961, 100_000],
    ]);
    if (damaged === "first" || damaged === "both") copies[1]?.[1].set([1], 5);
    if (damaged === "second" || damaged === "both") copies[3]?.[1].set([1], 5);
    const parts: [number, Uint8Array][] = [
      ...copies,
      [0, mbr([[0xee, 1, 0xffffffff]])],
      [MIB, ntfs(32_767)],
      [40_961 * 512, exfat()],
    ];
    const known = knownPhases(sparse(size, parts), size);
    assertTiled(known.regions, size);
    if (damaged === "both") {
      assert.ok(known.regions.every(({ phase }) => phase === null));
      return;
    }
    assert.equal(known.scheme, "gpt");
    assert.deepEqual(brief(known.regions), [
      [0, MIB, null, null],
      [MIB, MIB + 32_768 * 512, 0, "ntfs"],
      [MIB + 32_768 * 512, 40_961 * 512, null, null],
      [40_961 * 512, 100_001 * 512, (40_961 + 2049) % 8, "exfat"],
      [100_001 * 512, size, null, null],
    ]);
  });
}

test("knownPhases() of a GPT with entries of any value covers the source", () => {
  const random = seededRandom("gpt-entries");
  const value = (): number => [0, 1, random.below(300_000), 2 ** 33, 2 ** 52, 2 ** 53 - 1][random.below(6)] ?? 0;
  for (let i = 0; i < 300; i++) {
    const size = (100 + random.below(100)) * MIB;
    const entries = Array.from({ length: random.below(128) }, (): [number, number] => [value(), value()]);
    const known = knownPhases(sparse(size, [...gpt(size, entries), [MIB, ntfs(32_767)]]), size);
    assert.equal(known.scheme, "gpt");
    assertTiled(known.regions, size);
  }
});

test("knownPhases() of a GPT in sectors of 4 KiB", () => {
  const size = 64 * MIB;
  const known = knownPhases(sparse(size, [...gpt(size, [[256, 1000]], 4096), [MIB, ntfs(1000)]]), size);
  assert.deepEqual(brief(known.regions)[1], [MIB, MIB + 1001 * 512, 0, "ntfs"]);
});

test("knownPhases() of partitions that overlap at different phases knows neither there", () => {
  const size = 100 * MIB;
  const parts: [number, Uint8Array][] = [
    [
      0,
      mbr([
        [7, 2048, 100_000],
        [7, 50_001, 100_000],
      ]),
    ],
    [2048 * 512, ntfs(99_999)],
    [50_001 * 512, ntfs(99_999)],
  ];
  const known = knownPhases(sparse(size, parts), size);
  assertTiled(known.regions, size);
  assert.deepEqual(
    known.regions.map(({ phase }) => phase),
    [null, 0, null, 1, null],
  );
});

test("knownPhases() tells that a source is shorter than its own table says", () => {
  const size = 10 * MIB;
  const known = knownPhases(sparse(size, [[0, mbr([[7, 2048, 100_000]])]]), size);
  assert.equal(known.claimedBytes, (2048 + 100_000) * 512);
  assert.equal(knownPhases(sparse(size, [[0, ntfs(1_000_000)]]), size).claimedBytes, 1_000_001 * 512);
  assert.equal(knownPhases(sparse(size, []), size).claimedBytes, 0);
});

function noise(length: number, seed: string): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.bits32() & 0xff);
}

test("knownPhases() a volume is VeraCrypt-like only where both its ends are like random bytes", () => {
  const size = 4 * MIB;
  const ends: [number, Uint8Array][] = [
    [0, noise(65_536, "head")],
    [size - 65_536, noise(65_536, "tail")],
  ];
  const kind = (parts: [number, Uint8Array][]): unknown => knownPhases(sparse(size, parts), size).regions[0]?.encrypted;
  assert.equal(kind(ends), "VeraCrypt-like");
  assert.equal(kind(ends.slice(0, 1)), null);
  assert.equal(kind(ends.slice(1)), null);
  const text = utf8("a text that is as long as one likes, and then some more of it. ".repeat(1100)).subarray(0, 65_536);
  assert.equal(
    kind([
      [0, text],
      [size - 65_536, text],
    ]),
    null,
  );
});

test("knownPhases() of what cannot be read is unknown, never an error", () => {
  const size = 100 * MIB;
  const whole = sparse(size, [
    [0, mbr([[7, 2048, 100_000]])],
    [2048 * 512, ntfs(99_999)],
  ]);
  const failing =
    (badFrom: number): ReadBytes =>
    (view, offsetBytes) => {
      if (offsetBytes + view.length <= badFrom) return whole(view, offsetBytes);
      throw new ReadError("input-error", "EIO", { offsetBytes, goodBytes: 0 });
    };
  for (const badFrom of [0, 512, MIB]) {
    const known = knownPhases(failing(badFrom), size);
    assertTiled(known.regions, size);
    assert.ok(known.regions.every(({ phase }) => phase === null));
  }
});

test("knownPhases() of a source without bytes has no region", () => {
  assert.deepEqual(knownPhases(sparse(0, []), 0), { scheme: "none", regions: [], claimedBytes: 0 });
  assertTiled(knownPhases(sparse(100, []), 100).regions, 100);
});
