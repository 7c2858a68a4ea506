import { deflateRawSync, deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { crc32c } from "./crc32c.ts";
import { latinBytes } from "./latin.ts";

// Small containers around given media, for tests: every other block is left out where it holds zeros.

/** A record to write numbers into. */
export function record(length: number, littleEndian: boolean) {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  return {
    bytes,
    u16: (at: number, value: number): void => view.setUint16(at, value, littleEndian),
    u32: (at: number, value: number): void => view.setUint32(at, value, littleEndian),
    u64: (at: number, value: number): void => view.setBigUint64(at, BigInt(value), littleEndian),
    text: (at: number, text: string): void => bytes.set(latinBytes(text), at),
  };
}

/** Blocks of the media; null where all of one is zeros. The last one is filled up. */
function blocksOf(media: Uint8Array, blockBytes: number): (Uint8Array | null)[] {
  return Array.from({ length: Math.ceil(media.length / blockBytes) }, (_, i) => {
    const block = new Uint8Array(blockBytes);
    block.set(media.subarray(i * blockBytes, (i + 1) * blockBytes));
    return block.every((byte) => byte === 0) ? null : block;
  });
}

/** qcow2 version 3 with clusters of 4 KiB, every third compressed, one L2 table for each 512 clusters. */
export function qcow2Of(media: Uint8Array, backing = ""): Uint8Array {
  const cluster = 4096;
  const blocks = blocksOf(media, cluster);
  const tables = Math.ceil(blocks.length / 512);
  const head = record(cluster, false);
  const numbers: [number, number][] = [
    [0, 0x514649fb],
    [4, 3],
    [20, 12],
    [36, tables],
    [96, 4],
    [100, 104],
  ];
  for (const [at, value] of numbers) head.u32(at, value);
  head.u64(24, media.length);
  head.u64(40, cluster);
  if (backing !== "") {
    head.u64(8, 200);
    head.u32(16, backing.length);
    head.text(200, backing);
  }
  const l1 = record(cluster, false);
  const l2 = record(tables * cluster, false);
  for (let i = 0; i < tables; i++) l1.u64(i * 8, (2 + i) * cluster);
  const parts: Uint8Array[] = [head.bytes, l1.bytes, l2.bytes];
  let at = (2 + tables) * cluster;
  for (const [i, block] of blocks.entries()) {
    if (block === null) continue;
    if (i % 3 === 0) {
      const packed = deflateRawSync(block, { windowBits: 12 });
      const sectors = Math.ceil(((at % 512) + packed.length) / 512) - 1;
      new DataView(l2.bytes.buffer).setBigUint64(i * 8, (1n << 62n) | (BigInt(sectors) << 58n) | BigInt(at));
      const padded = new Uint8Array(Math.ceil(packed.length / cluster) * cluster);
      padded.set(packed);
      parts.push(padded);
      at += padded.length;
    } else {
      l2.u64(i * 8, at);
      parts.push(block);
      at += cluster;
    }
  }
  return concatBytes(...parts);
}

/** VMDK with grains of 8 sectors: sparse, or stream-optimized (deflated, directory in the footer). */
export function vmdkOf(media: Uint8Array, streamed: boolean, descriptor = "# Disk DescriptorFile\n"): Uint8Array {
  const grain = 4096;
  const blocks = blocksOf(media, grain);
  const tables = Math.ceil(blocks.length / 512);
  const head = record(512, true);
  head.text(0, "KDMV");
  head.u32(4, 1);
  head.u32(8, streamed ? 0x30001 : 1);
  head.u64(12, media.length / 512);
  head.u64(20, grain / 512);
  head.u64(28, 1);
  head.u64(36, 2);
  head.u32(44, 512);
  const text = record(1024, true);
  text.text(0, descriptor);
  const directory = record(Math.ceil((tables * 4) / 512) * 512, true);
  const table = record(tables * 2048, true);
  const parts: Uint8Array[] = [head.bytes, text.bytes];
  let at = 1536;
  for (const [i, block] of blocks.entries()) {
    if (block === null) continue;
    const body = streamed ? markedGrain(block, i * 8) : block;
    table.u32(i * 4, at / 512);
    parts.push(body);
    at += body.length;
  }
  for (let i = 0; i < tables; i++) directory.u32(i * 4, at / 512 + i * 4);
  const directoryAt = (at + table.bytes.length) / 512;
  if (streamed) new DataView(head.bytes.buffer).setBigUint64(56, 0xffffffffffffffffn, true);
  else head.u64(56, directoryAt);
  parts.push(table.bytes, directory.bytes);
  if (streamed) {
    const footer = record(512, true);
    footer.bytes.set(head.bytes);
    footer.u64(56, directoryAt);
    parts.push(footer.bytes, new Uint8Array(512));
  }
  return concatBytes(...parts);
}

function markedGrain(block: Uint8Array, sector: number): Uint8Array {
  const packed = deflateSync(block);
  const body = record(Math.ceil((12 + packed.length) / 512) * 512, true);
  body.u64(0, sector);
  body.u32(8, packed.length);
  body.bytes.set(packed, 12);
  return body.bytes;
}

/** VHD: "fixed", "dynamic", or a child of `parent` that holds the even sectors of each block only. */
export function vhdOf(media: Uint8Array, kind: "fixed" | "dynamic" | "differencing", parent = ""): Uint8Array {
  const footer = record(512, false);
  footer.text(0, "conectix");
  footer.u32(12, 0x10000);
  footer.u64(16, kind === "fixed" ? Number.MAX_SAFE_INTEGER : 512);
  footer.u64(48, media.length);
  footer.u32(60, { fixed: 2, dynamic: 3, differencing: 4 }[kind]);
  footer.text(68, kind === "differencing" ? "child-identifier" : "parent-identity!");
  footer.u32(64, complement(footer.bytes));
  if (kind === "fixed") return concatBytes(media, footer.bytes);
  const blockBytes = 65_536;
  const blocks = blocksOf(media, blockBytes);
  const head = record(1024, false);
  head.text(0, "cxsparse");
  head.u64(16, 1536);
  head.u32(28, blocks.length);
  head.u32(32, blockBytes);
  head.text(40, "parent-identity!");
  for (const [i, character] of [...parent].entries()) head.u16(64 + i * 2, character.charCodeAt(0));
  head.u32(36, complement(head.bytes));
  const table = record(Math.ceil((blocks.length * 4) / 512) * 512, false);
  const parts: Uint8Array[] = [footer.bytes, head.bytes, table.bytes];
  let at = 1536 + table.bytes.length;
  for (const [i, block] of blocks.entries()) {
    table.u32(i * 4, block === null ? 0xffffffff : at / 512);
    if (block === null) continue;
    const bitmap = new Uint8Array(512);
    bitmap.fill(kind === "dynamic" ? 0xff : 0xaa, 0, 16);
    parts.push(bitmap, block);
    at += 512 + blockBytes;
  }
  return concatBytes(...parts, footer.bytes);
}

/** One's complement of the sum of all bytes; the sum's own field is still zero. */
function complement(bytes: Uint8Array): number {
  return ~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0;
}

const MIB = 1024 * 1024;

/** VHDX, dynamic, with blocks of 1 MiB. */
export function vhdxOf(media: Uint8Array): Uint8Array {
  const blocks = blocksOf(media, MIB);
  const start = record(MIB, true);
  start.text(0, "vhdxfile");
  for (const at of [64 * 1024, 128 * 1024]) {
    start.text(at, "head");
    start.u64(at + 8, at);
    start.u32(at + 4, crc32c(start.bytes.subarray(at, at + 4096), 4));
  }
  for (const at of [192 * 1024, 256 * 1024]) {
    start.text(at, "regi");
    start.u32(at + 8, 2);
    region(start, at + 16, { guid: "2dc27766f62342009d64115e9bfd4a08", offset: MIB, length: MIB });
    region(start, at + 48, { guid: "8b7ca20647904b9ab8fe575f050f886e", offset: 2 * MIB, length: MIB });
    start.u32(at + 4, crc32c(start.bytes.subarray(at, at + 65_536), 4));
  }
  const bat = record(MIB, true);
  const parts: Uint8Array[] = [start.bytes, bat.bytes, vhdxMetadata(media.length)];
  for (const [i, block] of blocks.entries()) {
    if (block === null) continue;
    bat.u64(i * 8, parts.length * MIB + 6);
    parts.push(block);
  }
  return concatBytes(...parts);
}

type Written = ReturnType<typeof record>;

/** A GUID: its first three parts are little-endian. */
function guidInto(to: Written, at: number, guid: string): void {
  to.u32(at, Number.parseInt(guid.slice(0, 8), 16));
  to.u16(at + 4, Number.parseInt(guid.slice(8, 12), 16));
  to.u16(at + 6, Number.parseInt(guid.slice(12, 16), 16));
  for (let i = 0; i < 8; i++) to.bytes[at + 8 + i] = Number.parseInt(guid.slice(16 + i * 2, 18 + i * 2), 16);
}

function region(
  to: Written,
  at: number,
  { guid, offset, length }: { guid: string; offset: number; length: number },
): void {
  guidInto(to, at, guid);
  to.u64(at + 16, offset);
  to.u32(at + 24, length);
}

function vhdxMetadata(sizeBytes: number): Uint8Array {
  const metadata = record(MIB, true);
  metadata.text(0, "metadata");
  const items: [string, number, number][] = [
    ["caa16737fa364d43b3b633f0aa44e76b", MIB, 8],
    ["2fa54224cd1b4876b2115dbed83bf4b8", sizeBytes, 8],
    ["8141bf1da96f4709ba47f233a8faab5f", 512, 4],
  ];
  metadata.u16(10, items.length);
  for (const [i, [guid, value, length]] of items.entries()) {
    guidInto(metadata, 32 + i * 32, guid);
    metadata.u32(48 + i * 32, 65_536 + i * 16);
    metadata.u32(52 + i * 32, length);
    metadata.u32(65_536 + i * 16, value);
  }
  return metadata.bytes;
}

/** VDI, dynamic, with blocks of 64 KiB. */
export function vdiOf(media: Uint8Array): Uint8Array {
  const blocks = blocksOf(media, 65_536);
  const head = record(512, true);
  const map = record(Math.ceil((blocks.length * 4) / 512) * 512, true);
  const numbers: [number, number][] = [
    [64, 0xbeda107f],
    [68, 0x10001],
    [76, 1],
    [340, 512],
    [344, 512 + map.bytes.length],
    [376, 65_536],
    [384, blocks.length],
  ];
  for (const [at, value] of numbers) head.u32(at, value);
  head.u64(368, media.length);
  const parts: Uint8Array[] = [head.bytes, map.bytes];
  for (const [i, block] of blocks.entries()) {
    map.u32(i * 4, block === null ? 0xffffffff : parts.length - 2);
    if (block !== null) parts.push(block);
  }
  return concatBytes(...parts);
}

/** A CD's whole sectors: of mode 1, or of mode 2, with `behind` bytes of subchannels; the sectors of `sound` are none. */
export function discOf(media: Uint8Array, of: { mode: 1 | 2; behind?: number; sound?: number[] }): Uint8Array {
  const stride = 2352 + (of.behind ?? 0);
  const count = media.length / 2048;
  const bytes = new Uint8Array(count * stride);
  for (let i = 0; i < count; i++) {
    if (of.sound?.includes(i)) continue;
    bytes.fill(0xff, i * stride + 1, i * stride + 11);
    bytes[i * stride + 15] = of.mode;
    bytes.set(media.subarray(i * 2048, (i + 1) * 2048), i * stride + (of.mode === 1 ? 16 : 24));
  }
  return bytes;
}

/** UDIF with runs of 64 KiB: stored, deflated and left out in turn. */
export function udifOf(media: Uint8Array, first?: { kind: number; body: Uint8Array }): Uint8Array {
  const blocks = blocksOf(media, 65_536);
  const table = record(204 + (blocks.length + 1) * 40, false);
  table.text(0, "mish");
  table.u64(16, media.length / 512);
  table.u32(200, blocks.length + 1);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [i, block] of blocks.entries()) {
    const own = i === 0 ? first : undefined;
    const body = own?.body ?? (block === null ? new Uint8Array(0) : i % 2 === 0 ? deflateSync(block) : block);
    const entry = 204 + i * 40;
    table.u32(entry, own?.kind ?? (block === null ? 2 : i % 2 === 0 ? 0x80000005 : 1));
    table.u64(entry + 8, i * 128);
    table.u64(entry + 16, Math.min(128, media.length / 512 - i * 128));
    table.u64(entry + 24, at);
    table.u64(entry + 32, body.length);
    parts.push(body);
    at += body.length;
  }
  table.u32(204 + blocks.length * 40, 0xffffffff);
  const data = btoa(String.fromCharCode(...table.bytes));
  const plist = utf8(
    `<plist><dict><key>blkx</key><array><dict><key>Data</key><data>${data}</data></dict></array></dict></plist>`,
  );
  const trailer = record(512, false);
  trailer.text(0, "koly");
  trailer.u32(8, 512);
  trailer.u64(216, at);
  trailer.u64(224, plist.length);
  trailer.u64(492, media.length / 512);
  return concatBytes(...parts, plist, trailer.bytes);
}
