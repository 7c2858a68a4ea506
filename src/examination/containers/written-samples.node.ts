// Files that stand in others by being written, for tests: every field is known. Never used outside of tests.
import { deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { noise } from "./inside-lab.node.ts";

/** A bitmap of 24 bits, with the header that a file of its own has. */
export function bitmap(width: number, height: number): Buffer {
  const bits = noise(width * height * 3);
  const head = Buffer.alloc(54);
  head.write("BM");
  head.writeUInt32LE(54 + bits.length, 2);
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  head.writeUInt32LE(bits.length, 34);
  return Buffer.concat([head, bits]);
}

/** A metafile with a bitmap that is stretched, and a comment. */
export function emfOf(bmp: Uint8Array, comment: Uint8Array): Buffer {
  const dib = bmp.subarray(14);
  const head = Buffer.alloc(108);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(108, 4);
  head.write(" EMF", 40);
  head.writeUInt32LE(0x10000, 44);
  const stretch = Buffer.alloc(80);
  stretch.writeUInt32LE(81, 0);
  stretch.writeUInt32LE(80 + dib.length, 4);
  for (const [i, value] of [80, 40, 120, dib.length - 40].entries()) stretch.writeUInt32LE(value, 48 + 4 * i);
  const said = Buffer.alloc(12);
  said.writeUInt32LE(70, 0);
  said.writeUInt32LE(12 + comment.length, 4);
  return Buffer.concat([head, stretch, dib, said, comment]);
}

/** A metafile of the older kind with a bitmap that is stretched. */
export function wmfOf(bmp: Uint8Array): Buffer {
  const dib = bmp.subarray(14);
  const head = Buffer.from("010009000003000000000000000000000000", "hex");
  const record = Buffer.alloc(28);
  record.writeUInt32LE((28 + dib.length) / 2, 0);
  record.writeUInt16LE(0x0f43, 4);
  return Buffer.concat([head, record, dib]);
}

/** A record of old Office around a metafile. */
export function blipOf(kind: number, instance: number, bytes: Uint8Array): Uint8Array {
  const packed = kind === 0xf01f ? bytes : deflateSync(bytes);
  const own = Buffer.alloc(kind === 0xf01f ? 17 : 50);
  if (kind !== 0xf01f) {
    own.writeUInt32LE(bytes.length, 16);
    own.writeUInt32LE(packed.length, 44);
    own[49] = 0xfe;
  }
  const head = Buffer.alloc(8);
  head.writeUInt16LE(instance * 16, 0);
  head.writeUInt16LE(kind, 2);
  head.writeUInt32LE(own.length + packed.length, 4);
  return concatBytes(head, own, packed);
}

export function uuencoded(bytes: Uint8Array, name: string): string {
  const digit = (value: number): string => String.fromCharCode(value === 0 ? 96 : value + 32);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45);
    let text = digit(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const [a = 0, b = 0, c = 0] = line.subarray(i, i + 3);
      text += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(digit).join("");
    }
    lines.push(text);
  }
  return `begin 644 ${name}\n${lines.join("\n")}\n\`\nend\n`;
}

export function yencoded(bytes: Uint8Array, name: string): string {
  let body = "";
  for (const [i, byte] of bytes.entries()) {
    const value = (byte + 42) & 255;
    const isCritical = [0, 10, 13, 61].includes(value);
    body += isCritical ? `=${String.fromCharCode((value + 64) & 255)}` : String.fromCharCode(value);
    if (i % 128 === 127) body += "\r\n";
  }
  return `=ybegin line=128 size=${bytes.length} name=${name}\r\n${body.replace(/(^|\n)\./g, "$1..")}\r\n=yend size=${bytes.length}\r\n`;
}

/** A field of winmail.dat. @param level 2: of an attachment. */
function tnefField(level: number, kind: number, value: Uint8Array): Uint8Array {
  const head = Buffer.alloc(9);
  head[0] = level;
  head.writeUInt32LE(kind, 1);
  head.writeUInt32LE(value.length, 5);
  return concatBytes(head, value, new Uint8Array(2));
}

/** A winmail.dat with one attachment that has a name, and one that has none. */
export function tnefOf(first: Uint8Array, second: Uint8Array): Uint8Array {
  return concatBytes(
    Buffer.from("789f3e220100", "hex"),
    tnefField(2, 0x69002, noise(14)),
    tnefField(2, 0x6800f, first),
    tnefField(2, 0x18010, utf8("dir/a.jpg\0")),
    tnefField(2, 0x69002, noise(14)),
    tnefField(2, 0x6800f, second),
  );
}

/** A section of OneNote with a file in it, 2,052 bytes from its beginning. */
export function oneNoteOf(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(20);
  length.writeUInt32LE(bytes.length, 0);
  const mark = Buffer.from("e716e3bd65261145a4c48d4d0b7a9eac", "hex");
  return concatBytes(Buffer.from("e4525c7b8cd8a74daeb15378d02996d3", "hex"), noise(2000), mark, length, bytes);
}
