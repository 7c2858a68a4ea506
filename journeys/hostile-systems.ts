// NTFS, ext, HFS+ and ISO 9660 volumes that lie.
import { extSample, hfsSample, isoSample, sampleNtfs } from "#examination/filesystems/node";
import { changed, filling, type HostileCase } from "./hostile-case.ts";

const CLUSTER = 4096;
const TABLE = 4 * CLUSTER;
const ATTRIBUTES = 56;

type NtfsFile = Parameters<typeof sampleNtfs>[0]["files"][number];

/** A volume of these files, changed where `change` says; it gets the byte at which an attribute of a record stands. */
function ntfs(
  files: NtfsFile[],
  change: (bytes: Buffer, attribute: (record: number, type: number) => number) => void = () => undefined,
): Buffer {
  return changed(sampleNtfs({ files }), (bytes) =>
    change(bytes, (record, type) => {
      let at = TABLE + record * 1024 + ATTRIBUTES;
      while (bytes.readUInt32LE(at) !== type) at += bytes.readUInt32LE(at + 4);
      return at;
    }),
  );
}

const file = (record: number, more: Partial<NtfsFile> = {}): NtfsFile => ({
  record,
  names: [`file ${record}`],
  ...more,
});
const bytes = filling("file", 9000);

/** The three sizes of an attribute in clusters: room, content, valid. */
function sizes(volume: Buffer, at: number, size: bigint): void {
  for (const place of [40, 48, 56]) volume.writeBigUInt64LE(size, at + place);
}

const NTFS_CASES: HostileCase[] = [
  {
    name: "NTFS whose table says it has 2^39 records",
    files: () => ({
      "a.dd": ntfs([file(30, { streams: [{ bytes }] })], (b, attribute) => {
        b.writeBigUInt64LE(2n ** 41n, 40);
        sizes(b, attribute(0, 0x80), 2n ** 49n);
        b.set([0x15, 0, 0, 0, 0, 0x20, 4, 0], attribute(0, 0x80) + 64);
      }),
    }),
    ...{ exit: 0, says: /file 30/ },
  },
  {
    name: "NTFS list of attributes that names its own record",
    files: () => ({
      "a.dd": ntfs(
        [file(30, { spread: [31, 32], streams: [{ bytes: new Uint8Array(9000), at: [500, 502, 504] }] })],
        (b, attribute) => {
          for (let i = 0; i < 4; i++) b.writeUInt32LE(30 + (i % 2), attribute(30, 0x20) + 24 + 32 * i + 16);
        },
      ),
    }),
    ...{ exit: 0, says: /file 30/ },
  },
  {
    name: "NTFS compressed file of 2^52 bytes, extracted",
    files: () => ({
      "a.dd": ntfs([file(30, { streams: [{ bytes: new Uint8Array(200_000).fill(7), as: "compressed" }] })], (b, a) =>
        sizes(b, a(30, 0x80), 2n ** 52n),
      ),
    }),
    ...{ words: ["extract", "a.dd/ntfs", "--out", "out"], exit: 74, says: /could not be read completely/ },
  },
  {
    name: "NTFS file of 2^52 bytes with one cluster, with digests",
    files: () => ({
      "a.dd": ntfs([file(30, { streams: [{ bytes: bytes.subarray(0, 4096), at: [500] }] })], (b, a) =>
        sizes(b, a(30, 0x80), 2n ** 52n),
      ),
    }),
    ...{ words: ["list", "--deleted", "--format", "dfxml"], exit: 0, says: /<filesize>4503599627370496</ },
  },
  {
    name: "NTFS folders that contain each other",
    files: () => ({
      "a.dd": ntfs([
        file(30, { directory: true, parent: { record: 31, sequence: 1 } }),
        file(31, { directory: true, parent: { record: 30, sequence: 1 } }),
        file(32, { parent: { record: 31, sequence: 1 }, streams: [{ bytes }] }),
      ]),
    }),
    ...{ exit: 0, says: /file 32/ },
  },
  {
    name: "NTFS index of a folder that leads into itself, entries without length",
    files: () => ({
      "a.dd": ntfs([file(30, { directory: true, slack: new Uint8Array(3000).fill(0x10) })], (b, attribute) => {
        b.writeUInt32LE(0xffffffff, attribute(30, 0x90) + 32 + 8);
        b.writeBigUInt64LE(0n, attribute(30, 0xa0) + 16);
        b.writeBigUInt64LE(2n ** 62n, attribute(30, 0xa0) + 24);
      }),
    }),
    ...{ exit: 0, says: /file 30/ },
  },
  {
    name: "NTFS names that lead out of a folder, extracted",
    files: () => ({
      "a.dd": ntfs(
        ["..", "../../evil", "a\u0000b", "gpj\u202egnp.exe", "con:stream"].map((name, i) =>
          file(30 + i, { names: [name], streams: [{ bytes }] }),
        ),
      ),
    }),
    ...{ words: ["extract", "a.dd/ntfs", "--out", "out"], exit: 0, says: /files extracted/ },
  },
];

/** A small ext volume: `fill` makes its files, `change` lies. */
function ext(fill: (sample: ReturnType<typeof extSample>) => void, extents = false): Buffer {
  const sample = extSample({ extents });
  fill(sample);
  return sample.image;
}

const DIRECTORY = { mode: 0o40755, sizeBytes: 1024, links: 2 };

const EXT_CASES: HostileCase[] = [
  {
    name: "ext4 tree of extents 60 deep",
    files: () => ({
      "a.dd": ext((sample) => {
        sample.file(12, "deep.bin", bytes);
        sample.inode(12, { mode: 0o100644, sizeBytes: 9000, flags: 0x80000 }).set([0x0a, 0xf3, 1, 0, 4, 0, 60, 0], 40);
      }, true),
    }),
    ...{ exit: 0, says: /deep\.bin/ },
  },
  {
    name: "ext4 tree of extents that is its own branch",
    files: () => ({
      "a.dd": ext((sample) => {
        sample.file(12, "loop.bin", bytes);
        const block = sample.take();
        const node = sample.bytesOf(block);
        const branch = Buffer.from([0x0a, 0xf3, 1, 0, 4, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        branch.writeUInt32LE(block, 16);
        sample.inode(12, { mode: 0o100644, sizeBytes: 2 ** 31, flags: 0x80000 }).set(branch, 40);
        node.set(branch);
      }, true),
    }),
    ...{ exit: 0, says: /loop\.bin/ },
  },
  {
    name: "ext2 pointers to pointers to themselves, 16 TiB",
    files: () => ({
      "a.dd": ext((sample) => {
        sample.file(12, "loop.bin", bytes);
        const block = sample.take();
        for (let at = 0; at < 1024; at += 4) sample.bytesOf(block).writeUInt32LE(block, at);
        const inode = sample.inode(12, { mode: 0o100644, sizeBytes: 2 ** 32 - 1 });
        for (const at of [88, 92, 96]) inode.writeUInt32LE(block, at);
        inode.writeUInt32LE(4096, 108);
      }),
    }),
    ...{ exit: 0, says: /loop\.bin/ },
  },
  {
    name: "ext index of a folder that leads to itself",
    files: () => ({
      "a.dd": ext((sample) => {
        const block = sample.take();
        sample.inode(12, { ...DIRECTORY, flags: 0x1000 }).writeUInt32LE(block, 40);
        sample.name(sample.rootBlock, { inode: 12, name: "indexed", type: 2 });
        const node = sample.bytesOf(block);
        node.set([12, 0, 0, 0, 12, 0, 1, 2, 0x2e, 0, 0, 0, 2, 0, 0, 0, 0xf4, 3, 2, 2, 0x2e, 0x2e]);
        node.set([0, 0, 0, 0, 1, 8, 255, 0, 124, 0, 124, 0, 0, 0, 0, 0], 24);
      }),
    }),
    ...{ exit: 0, says: /indexed/ },
  },
  {
    name: "ext folder that contains the root",
    files: () => ({
      "a.dd": ext((sample) => {
        const block = sample.take();
        sample.inode(12, DIRECTORY).writeUInt32LE(block, 40);
        sample.name(sample.rootBlock, { inode: 12, name: "folder", type: 2 });
        sample.bytesOf(block).writeUInt16LE(1024, 4);
        sample.name(block, { inode: 2, name: "root", type: 2 });
        sample.name(block, { inode: 12, name: "self", type: 2 });
      }),
    }),
    ...{ exit: 0, says: /folder/ },
  },
  {
    name: "ext links that lead to themselves and out of the medium, extracted",
    files: () => ({
      "a.dd": ext((sample) => {
        for (const [i, target] of ["link12", "../../../../etc/passwd"].entries()) {
          sample.inode(12 + i, { mode: 0o120777, sizeBytes: target.length }).write(target, 40);
          sample.name(sample.rootBlock, { inode: 12 + i, name: `link${12 + i}`, type: 7 });
        }
        sample.file(14, "a/../../evil", bytes);
        sample.file(15, "nul\0name", bytes);
      }),
    }),
    ...{ words: ["extract", "a.dd/ext2", "--out", "out"], exit: 0, says: /files extracted/ },
  },
  {
    name: "ext with 2^32 - 1 inodes in each of 2^32 - 1 groups",
    files: () => ({
      "a.dd": changed(
        ext((sample) => void sample.file(12, "file.bin", bytes)),
        (b) => {
          for (const at of [0, 4, 40]) b.writeUInt32LE(2 ** 32 - 1, 1024 + at);
          b.writeUInt32LE(8, 1024 + 32);
        },
      ),
    }),
    ...{ exit: 0, says: /no file system that Phum reads/ },
  },
];

const ISO_ROOT = 20 * 2048;

const OTHER_CASES: HostileCase[] = [
  {
    name: "ISO 9660 folder that is the root",
    files: () => ({
      "a.iso": changed(isoSample([{ name: "LOOP", bytes }]), (b) => {
        const at = b.indexOf("LOOP", ISO_ROOT) - 33;
        b[at + 25] = 2;
        b.writeUInt32LE(20, at + 2);
        b.writeUInt32LE(2048, at + 10);
      }),
    }),
    ...{ exit: 0, says: /A folder contains itself/ },
  },
  {
    name: "ISO 9660 tables of paths and root of 4 GiB, records without length",
    files: () => ({
      "a.iso": changed(isoSample([{ name: "FILE", bytes }]), (b) => {
        b.writeUInt32LE(2 ** 32 - 1, 16 * 2048 + 156 + 10);
        for (const at of [132, 140, 148]) b.writeUInt32LE(2 ** 32 - 1, 16 * 2048 + at);
      }),
    }),
    ...{ exit: 0, says: /FILE/ },
  },
  {
    name: "ISO 9660 Rock Ridge areas that continue in themselves",
    files: () => {
      const more = Buffer.from([0x43, 0x45, 28, 1, ...new Array(24).fill(0)]);
      more.writeUInt32LE(20, 4);
      more.writeUInt32LE(34 + 7, 12);
      more.writeUInt32LE(28, 20);
      const use = Buffer.concat([Buffer.from([0x53, 0x50, 7, 1, 0xbe, 0xef, 0]), more]);
      return { "a.iso": isoSample([{ name: "FILE", bytes, systemUse: more }], use) };
    },
    ...{ exit: 0, says: /FILE/ },
  },
  {
    name: "ISO 9660 file of 4 GiB on a disc of 60 kB, extracted",
    files: () => ({
      "a.iso": changed(isoSample([{ name: "FILE", bytes }]), (b) =>
        b.writeUInt32LE(2 ** 32 - 1, b.indexOf("FILE", ISO_ROOT) - 33 + 10),
      ),
    }),
    ...{ words: ["extract", "a.iso/iso9660", "--out", "out"], exit: 74, says: /could not be read completely/ },
  },
  {
    name: "HFS+ tree whose leaves and branches lead to themselves",
    files: () => ({
      "a.dd": changed(hfsSample([{ id: 20, parent: 2, name: "a.txt" }]), (b) => {
        for (const node of [4 * CLUSTER, 5 * CLUSTER, 6 * CLUSTER, 7 * CLUSTER]) {
          b.writeUInt32BE(1, node);
          b.writeUInt32BE(1, node + 4);
        }
      }),
    }),
    ...{ exit: 0, says: /The tree of a table breaks off/ },
  },
  {
    name: "HFS+ folders that contain each other",
    files: () => ({
      "a.dd": hfsSample([
        { id: 20, parent: 21, name: "one", folder: true },
        { id: 21, parent: 20, name: "two", folder: true },
        { id: 22, parent: 21, name: "a.txt" },
      ]),
    }),
    ...{ exit: 0, says: /A folder contains itself/ },
  },
  {
    name: "HFS+ with 2^32 - 1 blocks and trees of 2^63 bytes",
    files: () => ({
      "a.dd": changed(hfsSample([{ id: 20, parent: 2, name: "a.txt" }]), (b) => {
        b.writeUInt32BE(2 ** 32 - 1, 1024 + 0x2c);
        for (const fork of [0x70, 0xc0, 0x110, 0x160]) b.writeBigUInt64BE(2n ** 63n, 1024 + fork);
      }),
    }),
    ...{ exit: 0, says: /The rest is missing/ },
  },
];

export const SYSTEM_CASES: HostileCase[] = [...NTFS_CASES, ...EXT_CASES, ...OTHER_CASES];
