// Disks of virtual machines and Apple disk images that lie.
import { utf8 } from "#base/values";
import { qcow2Of, udifOf, vdiOf, vhdOf, vhdxOf, vmdkOf } from "#examination/images/node";
import { bomb, castagnoli, changed, filling, type HostileCase } from "./hostile-case.ts";

const MIB = 2 ** 20;
const media = (): Buffer => filling("media", 256 * 1024);
const unread = { words: ["verify"], exit: 74, says: /^NOT VERIFIED: .* cannot be read completely/m } as const;

/** The sum of a VHD's second header: the complement of the sum of all bytes but its own four. */
function resum(bytes: Buffer): void {
  bytes.writeUInt32BE(0, 512 + 36);
  const sum = bytes.subarray(512, 1536).reduce((total, byte) => total + byte, 0);
  bytes.writeUInt32BE(~sum >>> 0, 512 + 36);
}

/** A VHDX with changed headers and tables, their sums right. */
function vhdx(change: (bytes: Buffer) => void): Buffer {
  return changed(vhdxOf(filling("vhdx", 3 * MIB)), (bytes) => {
    change(bytes);
    for (const [at, length] of [
      [65_536, 4096],
      [131_072, 4096],
      [196_608, 65_536],
      [262_144, 65_536],
    ] as const) {
      bytes.writeUInt32LE(0, at + 4);
      bytes.writeUInt32LE(castagnoli(bytes.subarray(at, at + length)), at + 4);
    }
  });
}

/** UDIF around a table of blocks. */
function dmg(table: Buffer, front: Uint8Array = Buffer.alloc(0), plistBytes?: bigint): Buffer {
  const data = table.toString("base64");
  return dmgOf(
    utf8(`<plist><dict><key>blkx</key><array><dict><key>Data</key><data>${data}</data></dict></array></dict></plist>`),
    front,
    plistBytes,
  );
}

function dmgOf(plist: Uint8Array, front: Uint8Array, plistBytes = BigInt(plist.length)): Buffer {
  const trailer = Buffer.alloc(512);
  trailer.write("koly");
  trailer.writeUInt32BE(512, 8);
  trailer.writeBigUInt64BE(BigInt(front.length), 216);
  trailer.writeBigUInt64BE(plistBytes, 224);
  trailer.writeBigUInt64BE(256n, 492);
  return Buffer.concat([front, plist, trailer]);
}

/** A table of so many runs, each of a kind, sectors and packed bytes. */
function runs(count: number, run: { kind: number; sectors: number; bytes: number }): Buffer {
  const table = Buffer.alloc(204 + count * 40);
  table.write("mish");
  table.writeBigUInt64BE(256n, 16);
  table.writeUInt32BE(count, 200);
  for (let i = 0; i < count; i++) {
    const at = 204 + i * 40;
    table.writeUInt32BE(run.kind, at);
    table.writeBigUInt64BE(BigInt(i * run.sectors), at + 8);
    table.writeBigUInt64BE(BigInt(run.sectors), at + 16);
    table.writeBigUInt64BE(BigInt(run.bytes), at + 32);
  }
  return table;
}

export const IMAGE_CASES: HostileCase[] = [
  {
    name: "qcow2 whose table of tables is its own second table",
    files: () => ({ "a.qcow2": changed(qcow2Of(media()), (b) => b.writeBigUInt64BE(4096n, 4096)) }),
    ...{ words: ["verify"], exit: 10, says: /was read completely/ },
  },
  {
    name: "qcow2 of 2^62 bytes with 2^32 - 1 tables",
    files: () => ({
      "a.qcow2": changed(qcow2Of(media()), (b) => {
        b.writeBigUInt64BE(2n ** 62n, 24);
        b.writeUInt32BE(2 ** 32 - 1, 36);
      }),
    }),
    ...{ exit: 65, says: /header contradicts itself/ },
  },
  {
    name: "qcow2 with clusters of 2^63 bytes",
    files: () => ({ "a.qcow2": changed(qcow2Of(media()), (b) => b.writeUInt32BE(63, 20)) }),
    ...{ exit: 65, says: /header contradicts itself/ },
  },
  {
    name: "qcow2 that is its own parent",
    files: () => ({ "a.qcow2": Buffer.from(qcow2Of(media(), "a.qcow2")) }),
    ...{ exit: 65, says: /runs in a circle/ },
  },
  {
    name: "qcow2 and its parent that is its child",
    files: () => ({ "a.qcow2": qcow2Of(media(), "b.qcow2"), "b.qcow2": qcow2Of(media(), "a.qcow2") }),
    ...{ exit: 65, says: /runs in a circle/ },
  },
  {
    name: "qcow2 whose packed clusters unpack to 2 GiB",
    files: () => {
      const image = qcow2Of(media());
      const packed = 2n ** 62n + 0xfn * 2n ** 58n + BigInt(image.length);
      const table = changed(image, (b) => {
        for (let i = 0; i < 64; i++) b.writeBigUInt64BE(packed, 8192 + i * 8);
      });
      return { "a.qcow2": Buffer.concat([table, bomb(128).subarray(2)]) };
    },
    ...unread,
  },
  {
    name: "VMDK with a grain directory of 2^32 entries",
    files: () => ({ "a.vmdk": changed(vmdkOf(media(), false), (b) => b.writeBigUInt64LE(2n ** 44n, 12)) }),
    ...{ exit: 65, says: /description contradicts itself/ },
  },
  {
    name: "VMDK with tables of 2^32 - 1 grains of 2^63 sectors",
    files: () => ({
      "a.vmdk": changed(vmdkOf(media(), false), (b) => {
        b.writeBigUInt64LE(2n ** 63n, 20);
        b.writeUInt32LE(2 ** 32 - 1, 44);
      }),
    }),
    ...{ exit: 65, says: /description contradicts itself/ },
  },
  {
    name: "VMDK whose packed grains say they have 2^32 - 1 bytes",
    files: () => ({
      "a.vmdk": changed(vmdkOf(media(), true), (b) => {
        for (let at = 1536; at + 13 < b.length; at += 512)
          if (b[at + 12] === 0x78 && b[at + 13] === 0x9c) b.writeUInt32LE(2 ** 32 - 1, at + 8);
      }),
    }),
    ...{ words: ["verify"], exit: 10, says: /was read completely/ },
  },
  {
    name: "VMDK description that names itself 10,000 times",
    files: () => ({
      "a.vmdk": utf8(
        `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="twoGbMaxExtentSparse"\n${'RW 4192256 SPARSE "a.vmdk"\n'.repeat(10_000)}`,
      ),
    }),
    ...{ exit: 65, says: /description contradicts itself/ },
  },
  {
    name: "VMDK description that leads out of its folder",
    files: () => ({
      "a.vmdk": utf8(
        '# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 8 FLAT "../../../../etc/passwd" 0\n',
      ),
    }),
    ...{ exit: 65, says: /extent .* of this disk is missing/ },
  },
  {
    name: "VHD whose blocks are its own table of blocks",
    files: () => ({
      "a.vhd": changed(vhdOf(media(), "dynamic"), (b) => {
        for (let i = 0; i < 4; i++) b.writeUInt32BE(3, 1536 + i * 4);
      }),
    }),
    ...{ exit: 0, says: /no file system that Phum reads/ },
  },
  {
    name: "VHD with a table of 2^32 - 1 blocks of 2^31 bytes",
    files: () => ({
      "a.vhd": changed(vhdOf(media(), "dynamic"), (b) => {
        b.writeUInt32BE(2 ** 32 - 1, 512 + 28);
        b.writeUInt32BE(2 ** 31, 512 + 32);
        resum(b);
      }),
    }),
    ...{ exit: 65, says: /header contradicts itself/ },
  },
  {
    name: "VHD that is its own parent",
    files: () => ({
      "a.vhd": changed(vhdOf(media(), "differencing", "a.vhd"), (b) => {
        b.write("child-identifier", 512 + 40);
        resum(b);
      }),
    }),
    ...{ exit: 65, says: /runs in a circle/ },
  },
  {
    name: "VHDX whose log waits and is nonsense",
    files: () => ({
      "a.vhdx": vhdx((b) => {
        for (const at of [65_536, 131_072]) {
          b.fill(0xa5, at + 48, at + 64);
          b.writeUInt32LE(2 ** 32 - 1, at + 68);
          b.writeBigUInt64LE(2n ** 63n, at + 72);
        }
      }),
    }),
    ...{ exit: 65, says: /Changes wait in the log/ },
  },
  {
    name: "VHDX whose table of blocks stands at 2^62",
    files: () => ({
      "a.vhdx": vhdx((b) => {
        for (const at of [196_608, 262_144]) b.writeBigUInt64LE(2n ** 62n, at + 32);
      }),
    }),
    ...unread,
  },
  {
    name: "VHDX of 2^63 bytes whose blocks are its own headers",
    files: () => ({
      "a.vhdx": vhdx((b) => {
        b.writeBigUInt64LE(2n ** 63n - 512n, 2 * MIB + 65_552);
        for (let i = 0; i < 1024; i++) b.writeBigUInt64LE(6n, MIB + i * 8);
      }),
    }),
    ...{ exit: 65, says: /headers contradict themselves/ },
  },
  {
    name: "VDI with a table of 2^32 - 1 blocks of one byte",
    files: () => ({
      "a.vdi": changed(vdiOf(media()), (b) => {
        b.writeUInt32LE(1, 376);
        b.writeUInt32LE(2 ** 32 - 1, 384);
      }),
    }),
    ...{ exit: 65, says: /is not read by Phum/ },
  },
  {
    name: "dmg with a table of 10^6 blocks",
    files: () => ({ "a.dmg": dmg(runs(1_000_000, { kind: 2, sectors: 1, bytes: 0 })) }),
    ...{ exit: 0, says: /no file system that Phum reads/ },
  },
  {
    name: "dmg with a block that unpacks to 2 GiB",
    files: () => {
      const packed = bomb(128);
      return { "a.dmg": dmg(runs(1, { kind: 0x80000005, sectors: 256, bytes: packed.length }), packed) };
    },
    ...unread,
  },
  {
    name: "dmg with a property list of 2^60 bytes",
    files: () => ({ "a.dmg": dmg(runs(1, { kind: 2, sectors: 256, bytes: 0 }), Buffer.alloc(0), 2n ** 60n) }),
    ...{ exit: 65, says: /table of blocks cannot be read/ },
  },
  {
    name: "dmg with a property list 200,000 deep",
    files: () => ({ "a.dmg": dmgOf(utf8("<plist>".concat("<dict>".repeat(200_000))), Buffer.alloc(0)) }),
    ...{ exit: 65, says: /table of blocks cannot be read/ },
  },
  {
    name: "dmg with 2^32 - 1 runs in 300 bytes, each of 2^62 sectors",
    files: () => ({
      "a.dmg": dmg(
        changed(runs(2, { kind: 1, sectors: 256, bytes: 0 }), (b) => {
          b.writeUInt32BE(2 ** 32 - 1, 200);
          b.writeBigUInt64BE(2n ** 62n, 204 + 16);
        }),
      ),
    }),
    ...{ exit: 65, says: /table of blocks cannot be read/ },
  },
  {
    name: "dmg of an honest table, its bytes cut off",
    files: () => ({ "a.dmg": Buffer.from(udifOf(media()).subarray(100_000)) }),
    ...{ exit: 65, says: /table of blocks cannot be read/ },
  },
];
