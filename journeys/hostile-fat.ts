// FAT and exFAT volumes that lie.
import { ExfatSample, FatSample } from "#examination/filesystems/node";
import { changed, filling, type HostileCase } from "./hostile-case.ts";

const MS = Date.UTC(2026, 10, 25);
/** Names that must not lead anywhere. */
const EVIL_NAMES = [
  "../../../evil",
  "..",
  "/etc/evil",
  "a\u0000b",
  "gpj\u202egnp.exe",
  "con:stream",
  "a\\..\\..\\evil",
];

function fat16(fill: (sample: FatSample) => void): Buffer {
  const sample = new FatSample({ kind: "fat16", clusters: 5000 });
  fill(sample);
  return Buffer.from(sample.image());
}

function exfat(fill: (sample: ExfatSample) => void): Buffer {
  const sample = new ExfatSample(1000);
  fill(sample);
  return Buffer.from(sample.image());
}

/** Where a system record of a type stands in the root. */
function systemRecord(sample: ExfatSample, type: number): number {
  const at = sample.at(sample.root.clusters[0] ?? 0);
  for (let i = at; i < at + 4096; i += 32) if (sample.bytes[i] === type) return i;
  throw new RangeError(`Cannot find a record of the root: it must be there, current type is ${type}`);
}

const content = { content: filling("file", 3000), ms: MS };

export const FAT_CASES: HostileCase[] = [
  {
    name: "FAT folder that contains itself",
    files: () => ({
      "a.dd": fat16((fat) => {
        const outer = fat.addDirectory(fat.root, "OUTER", MS);
        const inner = fat.make(outer, "INNER", { directory: true, ms: MS });
        inner.clusters = [...outer.clusters];
        fat.putEntry(inner, inner.atByte);
      }),
    }),
    ...{ exit: 0, says: /A folder contains itself/ },
  },
  {
    name: "FAT chain of a file that runs in a circle, 4 GiB long",
    files: () => ({
      "a.dd": fat16((fat) => {
        const file = fat.addFile(fat.root, "FILE.BIN", content);
        fat.table[file.clusters.at(-1) ?? 0] = file.clusters[0] ?? 0;
        file.sizeBytes = 2 ** 32 - 1;
        fat.putEntry(file, file.atByte);
      }),
    }),
    ...{ exit: 0, says: /leads to a place that cannot be its own/ },
  },
  {
    name: "FAT chain of a folder that runs in a circle",
    files: () => ({
      "a.dd": fat16((fat) => {
        const folder = fat.addDirectory(fat.root, "FOLDER", MS);
        for (let i = 0; i < 14; i++) fat.make(folder, `F${i}.TXT`, { directory: false, ms: MS });
        fat.table[folder.clusters[0] ?? 0] = folder.clusters[0] ?? 0;
      }),
    }),
    ...{ exit: 0, says: /longer than the file system allows|contains itself|cannot be its own/ },
  },
  {
    name: "FAT32 of 2^28 clusters in a hole of 2 TiB",
    files: () => {
      const sample = new FatSample({ kind: "fat32", clusters: 70_000 });
      sample.addFile(sample.root, "FILE.BIN", content);
      const bytes = changed(sample.image().subarray(0, 20_480), (b) => {
        b[13] = 16;
        b.writeUInt32LE(2 ** 32 - 1, 32);
        b.writeUInt32LE(2 ** 21, 36);
      });
      return { "a.dd": { bytes, sizeBytes: 2 ** 41 } };
    },
    ...{ words: ["list"], exit: 0, says: /fat32/ },
  },
  {
    name: "FAT16 with sectors of 4,096 bytes, clusters of 128 sectors and 65,535 root entries it does not have",
    files: () => ({
      "a.dd": changed(
        fat16(() => undefined),
        (b) => {
          b.writeUInt16LE(4096, 11);
          b[13] = 128;
          b.writeUInt16LE(65_535, 17);
          b.writeUInt16LE(65_535, 22);
        },
      ),
    }),
    ...{ exit: 0, says: /no file system that Phum reads/ },
  },
  {
    name: "FAT long name of 63 pieces, and one whose pieces never begin",
    files: () => ({
      "a.dd": fat16((fat) => {
        fat.make(fat.root, "n".repeat(63 * 13), { directory: false, ms: MS });
        for (let i = 0; i < 300; i++) fat.bytes.set([0x42, 0x41, 0, 0x42, 0], fat.slot(fat.root));
      }),
    }),
    ...{ exit: 0, says: /A long name does not belong/ },
  },
  {
    name: "FAT names that lead out of a folder, extracted",
    files: () => ({
      "a.dd": fat16((fat) => {
        for (const name of EVIL_NAMES) fat.addFile(fat.root, name, content);
      }),
    }),
    ...{ words: ["extract", "a.dd/fat16", "--out", "out"], exit: 0, says: /^7 files extracted/m },
  },
  {
    name: "exFAT with a bitmap of 2^60 bytes",
    files: () => ({
      "a.dd": exfat((disk) => {
        const at = systemRecord(disk, 0x81);
        new DataView(disk.bytes.buffer).setBigUint64(at + 24, 2n ** 60n, true);
      }),
    }),
    ...{ exit: 0, says: /exfat/ },
  },
  {
    name: "exFAT file of 2^63 bytes in one piece, extracted",
    files: () => ({
      "a.dd": exfat((disk) => {
        const file = disk.addFile(disk.root, "file.bin", content);
        new DataView(disk.bytes.buffer).setBigUint64((file.records[1] ?? 0) + 24, 2n ** 63n, true);
      }),
    }),
    ...{ words: ["extract", "a.dd/exfat", "--out", "out"], exit: 74, says: /could not be read completely/ },
  },
  {
    name: "exFAT folder that contains itself, its chain in a circle",
    files: () => ({
      "a.dd": exfat((disk) => {
        const outer = disk.addDirectory(disk.root, "outer", { ms: MS });
        disk.putSet(outer, { ...outer, name: "inner" });
        disk.putSet(outer, { ...disk.root, name: "root", sizeBytes: 4096, validBytes: 4096 });
      }),
    }),
    ...{ exit: 0, says: /A folder contains itself/ },
  },
  {
    name: "exFAT names that lead out of a folder, extracted",
    files: () => ({
      "a.dd": exfat((disk) => {
        for (const name of EVIL_NAMES) disk.addFile(disk.root, name, content);
      }),
    }),
    ...{ words: ["extract", "a.dd/exfat", "--out", "out"], exit: 0, says: /^7 files extracted/m },
  },
];
