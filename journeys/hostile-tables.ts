// Whole media that lie: no bytes, noise, holes, tables of volumes.
import { crc32 } from "node:zlib";
import { filling, type HostileCase } from "./hostile-case.ts";

const SECTOR = 512;

/** A medium of so many sectors with numbers written into it. */
function disk(sectors: number, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(sectors * SECTOR);
  change(bytes);
  return bytes;
}

/** An entry of an MBR-like table in a sector. */
function entry(
  bytes: Buffer,
  at: { sector: number; number: number },
  of: [type: number, start: number, count: number],
) {
  const place = at.sector * SECTOR + 446 + at.number * 16;
  bytes[place + 4] = of[0];
  bytes.writeUInt32LE(of[1], place + 8);
  bytes.writeUInt32LE(of[2], place + 12);
  bytes.writeUInt16LE(0xaa55, at.sector * SECTOR + 510);
}

/** A GPT whose header says so many entries of so many bytes; its sum is right. */
function gpt(entries: number, entryBytes: number): Buffer {
  return disk(4096, (bytes) => {
    entry(bytes, { sector: 0, number: 0 }, [0xee, 1, 4095]);
    bytes.write("EFI PART", SECTOR);
    bytes.writeUInt32LE(0x10000, SECTOR + 8);
    bytes.writeUInt32LE(92, SECTOR + 12);
    const places: [number, bigint][] = [
      [24, 1n],
      [32, 2n ** 64n - 1n],
      [40, 34n],
      [48, 2n ** 64n - 1n],
      [72, 2n],
    ];
    for (const [at, value] of places) bytes.writeBigUInt64LE(value, SECTOR + at);
    bytes.writeUInt32LE(entries, SECTOR + 80);
    bytes.writeUInt32LE(entryBytes, SECTOR + 84);
    bytes.writeUInt32LE(crc32(bytes.subarray(SECTOR, SECTOR + 92)), SECTOR + 16);
    bytes.fill(0xa5, 2 * SECTOR, 34 * SECTOR);
  });
}

/** A chain of tables: each names the next one. */
function extended(tables: number, next: (number: number) => number): Buffer {
  return disk(tables + 64, (bytes) => {
    entry(bytes, { sector: 0, number: 0 }, [5, 63, tables]);
    for (let i = 0; i < tables; i++) {
      entry(bytes, { sector: 63 + i, number: 0 }, [0x83, 0, 1]);
      entry(bytes, { sector: 63 + i, number: 1 }, [5, next(i), 1]);
    }
  });
}

/** The sum that LVM2 takes: CRC-32 without its last step, from a start of its own. */
function lvmSum(bytes: Uint8Array): number {
  return ~crc32(bytes, ~0xf597a6cf >>> 0) >>> 0;
}

/** A label of LVM2 whose one metadata area holds text, or says it does. */
function lvm(text: string, { offset = 512n, textBytes = BigInt(text.length), area = 2n ** 30n } = {}): Buffer {
  return disk(4096, (bytes) => {
    const label = bytes.subarray(SECTOR, 2 * SECTOR);
    label.write("LABELONE");
    label.writeBigUInt64LE(1n, 8);
    label.writeUInt32LE(32, 20);
    label.write("LVM2 001", 24);
    label.write("hostilehostilehostilehostile0000", 32);
    label.writeBigUInt64LE(2n ** 31n, 64);
    label.writeBigUInt64LE(2n ** 20n, 72);
    label.writeBigUInt64LE(4096n, 104);
    label.writeBigUInt64LE(area, 112);
    label.writeUInt32LE(lvmSum(label.subarray(20)), 16);
    const head = bytes.subarray(4096, 4608);
    head.write(" LVM2 x[5A%r0N*>", 4, "latin1");
    head.writeUInt32LE(1, 20);
    head.writeBigUInt64LE(4096n, 24);
    head.writeBigUInt64LE(area, 32);
    head.writeBigUInt64LE(offset, 40);
    head.writeBigUInt64LE(textBytes, 48);
    head.writeUInt32LE(lvmSum(Buffer.from(text)), 56);
    head.writeUInt32LE(lvmSum(head.subarray(4)), 0);
    bytes.write(text, 4608);
  });
}

export const TABLE_CASES: HostileCase[] = [
  {
    name: "An image of no bytes",
    files: () => ({ "a.dd": Buffer.alloc(0) }),
    ...{ exit: 65, says: /empty/ },
  },
  {
    name: "Noise",
    files: () => ({ "a.dd": filling("noise", 300_000) }),
    ...{ exit: 0, says: /no file system that Phum reads/ },
  },
  {
    name: "A raw image of 10 TB, all of it a hole",
    files: () => ({ "a.dd": { bytes: filling("front", 4096), sizeBytes: 1e13 } }),
    ...{ exit: 0, says: /10 TB/ },
  },
  {
    name: "GPT with 2^32 - 1 entries",
    files: () => ({ "a.dd": gpt(2 ** 32 - 1, 128) }),
    ...{ exit: 0, says: /missing or damaged/ },
  },
  {
    name: "GPT with entries of 2^32 - 128 bytes",
    files: () => ({ "a.dd": gpt(128, 2 ** 32 - 128) }),
    ...{ exit: 0, says: /missing or damaged/ },
  },
  {
    name: "MBR whose extended table names itself",
    files: () => ({ "a.dd": extended(1, () => 0) }),
    ...{ exit: 0, says: /runs in a circle/ },
  },
  {
    name: "MBR whose extended tables run in a circle of three",
    files: () => ({ "a.dd": extended(3, (i) => (i + 1) % 3) }),
    ...{ exit: 0, says: /runs in a circle/ },
  },
  {
    name: "MBR with a chain of 50,000 extended tables",
    files: () => ({ "a.dd": extended(50_000, (i) => i + 1) }),
    ...{ exit: 0, says: /There are more than 4,096 volumes/ },
  },
  {
    name: "MBR of four volumes that are each the whole medium and 2 TiB",
    files: () => ({
      "a.dd": disk(2048, (bytes) => {
        for (let number = 0; number < 4; number++) entry(bytes, { sector: 0, number }, [7, 1, 2 ** 32 - 1]);
      }),
    }),
    ...{ exit: 0, says: /only .* are on this medium/ },
  },
  {
    name: "APM with 2^32 - 1 entries",
    files: () => ({
      "a.dd": disk(2048, (bytes) => {
        bytes.write("ER\x02\x00", 0, "latin1");
        for (let i = 1; i < 2048; i++) {
          bytes.write("PM", i * SECTOR);
          bytes.writeUInt32BE(2 ** 32 - 1, i * SECTOR + 4);
          bytes.writeUInt32BE(1, i * SECTOR + 8);
          bytes.writeUInt32BE(2 ** 32 - 1, i * SECTOR + 12);
          bytes.write("Apple_HFS", i * SECTOR + 48);
        }
      }),
    }),
    ...{ exit: 0, says: /There are more than 4,096 volumes/ },
  },
  {
    name: "LVM2 with metadata of 1 GiB",
    files: () => ({ "a.dd": { bytes: lvm("x", { textBytes: 2n ** 30n - 512n }), sizeBytes: 2 ** 31 } }),
    ...{ exit: 0, says: /LVM metadata is damaged/ },
  },
  {
    name: "LVM2 with 200,000 open brackets",
    files: () => ({ "a.dd": lvm("vg {\n".repeat(200_000)) }),
    ...{ exit: 0, says: /LVM metadata is damaged/ },
  },
  {
    name: "LVM2 whose metadata stands before itself",
    files: () => ({ "a.dd": lvm("x", { offset: 2n ** 64n - 4096n, area: 2n ** 64n - 1n }) }),
    ...{ exit: 0, says: /LVM metadata is wrong|LVM metadata is damaged/ },
  },
];
