// Makes small UDF discs for tests: one folder, every block at a place the test knows.

export const UDF_BLOCK = 2048;
/** First block of the partition. */
export const UDF_START = 260;
const SEQUENCE = 32;

/** A file: its name, its bytes, and whether its name is marked deleted or its bytes stand in its entry. */
export interface UdfSampleFile {
  name: string;
  bytes: Uint8Array;
  gone?: boolean;
  inline?: boolean;
}

/** A disc with these files in its root. `virtual`: every block is found by a table behind the last file. */
export function udfSample(files: UdfSampleFile[], virtual = false): Buffer {
  const image = Buffer.alloc((UDF_START + 64) * UDF_BLOCK);
  const at = (block: number): Buffer =>
    image.subarray((UDF_START + block) * UDF_BLOCK, (UDF_START + block + 1) * UDF_BLOCK);
  anchor(image);
  sequence(image, virtual);
  const partition = virtual ? 1 : 0;
  longAd(at(0), 400, { lengthBytes: UDF_BLOCK, block: 1, partition });
  seal(at(0), 256);
  const names: Buffer[] = [nameRecord({ name: "", block: 1, partition, traits: 10 })];
  let next = 3;
  for (const { name, bytes, gone = false, inline = false } of files) {
    const entry = next++;
    names.push(nameRecord({ name, block: entry, partition, traits: gone ? 4 : 0 }));
    fileEntry(at(entry), { type: 5, bytes, inline, block: next });
    if (inline) continue;
    image.set(bytes, (UDF_START + next) * UDF_BLOCK);
    next += Math.ceil(bytes.length / UDF_BLOCK);
  }
  const directory = Buffer.concat(names);
  fileEntry(at(1), { type: 4, bytes: directory, inline: false, block: 2 });
  directory.copy(at(2));
  if (!virtual) return image;
  // The table moves block 1 (the root's entry) to 40, where it stands alone.
  at(1).copy(at(40));
  at(1).fill(0);
  const table = Buffer.alloc(152 + 4 * 45);
  table.writeUInt16LE(152, 0);
  for (let i = 0; i < 45; i++) table.writeUInt32LE(i === 1 ? 40 : i, 152 + 4 * i);
  fileEntry(at(45), { type: 248, bytes: table, inline: true, block: 0 });
  return image;
}

/** A further session of a virtual disc: a file's entry (of virtual block 3) is written anew, and a table behind it. */
export function addUdfSession(image: Buffer, bytes: Uint8Array): void {
  const at = (block: number): Buffer =>
    image.subarray((UDF_START + block) * UDF_BLOCK, (UDF_START + block + 1) * UDF_BLOCK);
  fileEntry(at(48), { type: 5, bytes, inline: true, block: 0 });
  const table = Buffer.alloc(152 + 4 * 45);
  table.writeUInt16LE(152, 0);
  table.writeUInt32LE(45, 132);
  for (let i = 0; i < 45; i++) table.writeUInt32LE(i === 1 ? 40 : i === 3 ? 48 : i, 152 + 4 * i);
  fileEntry(at(50), { type: 248, bytes: table, inline: true, block: 0 });
}

/** Writes the tag of a descriptor, with its sum. */
function seal(bytes: Buffer, tag: number, location = 0): void {
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(3, 2);
  bytes.writeUInt32LE(location, 12);
  bytes[4] = 0;
  bytes[4] = bytes.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) & 0xff;
}

function anchor(image: Buffer): void {
  const bytes = image.subarray(256 * UDF_BLOCK, 257 * UDF_BLOCK);
  bytes.writeUInt32LE(4 * UDF_BLOCK, 16);
  bytes.writeUInt32LE(SEQUENCE, 20);
  seal(bytes, 2, 256);
}

function sequence(image: Buffer, virtual: boolean): void {
  const at = (i: number): Buffer => image.subarray((SEQUENCE + i) * UDF_BLOCK, (SEQUENCE + i + 1) * UDF_BLOCK);
  at(0).writeUInt32LE(UDF_START, 188);
  at(0).writeUInt32LE(64, 192);
  seal(at(0), 5);
  at(1).write("\x08Disc", 84, "latin1");
  at(1)[211] = 5;
  at(1).writeUInt32LE(UDF_BLOCK, 212);
  longAd(at(1), 248, { lengthBytes: UDF_BLOCK, block: 0, partition: 0 });
  at(1).writeUInt32LE(virtual ? 2 : 1, 268);
  at(1).set([1, 6, 1, 0, 0, 0], 440);
  if (virtual) {
    at(1).set([2, 64], 446);
    at(1).write("*UDF Virtual Partition", 451, "latin1");
  }
  seal(at(1), 6);
  seal(at(2), 8);
}

function longAd(bytes: Buffer, at: number, of: { lengthBytes: number; block: number; partition: number }): void {
  bytes.writeUInt32LE(of.lengthBytes, at);
  bytes.writeUInt32LE(of.block, at + 4);
  bytes.writeUInt16LE(of.partition, at + 8);
}

function nameRecord(of: { name: string; block: number; partition: number; traits: number }): Buffer {
  const text =
    of.name === "" ? Buffer.alloc(0) : Buffer.concat([Buffer.from([16]), Buffer.from(of.name, "utf16le").swap16()]);
  const bytes = Buffer.alloc((38 + text.length + 3) & ~3);
  bytes[18] = of.traits;
  bytes[19] = text.length;
  longAd(bytes, 20, { lengthBytes: UDF_BLOCK, block: of.block, partition: of.partition });
  text.copy(bytes, 38);
  seal(bytes, 257);
  return bytes;
}

function fileEntry(bytes: Buffer, of: { type: number; bytes: Uint8Array; inline: boolean; block: number }): void {
  bytes[27] = of.type;
  bytes.writeUInt16LE(of.inline ? 3 : 0, 34);
  bytes.writeBigUInt64LE(BigInt(of.bytes.length), 56);
  bytes.set([0, 0x10, 0xe8, 0x07, 6, 15, 12, 30, 0, 0, 0, 0], 84);
  bytes.writeUInt32LE(of.inline ? of.bytes.length : 8, 172);
  if (of.inline) bytes.set(of.bytes, 176);
  else {
    bytes.writeUInt32LE(of.bytes.length, 176);
    bytes.writeUInt32LE(of.block, 180);
  }
  seal(bytes, 261);
}
