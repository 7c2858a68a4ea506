// Archives for tests, written here: every field is known. Never used outside of tests.
import { crc32, deflateRawSync } from "node:zlib";

export interface SampleFile {
  name: string;
  bytes: Uint8Array;
  /** deflate unless it says otherwise. */
  stored?: true;
  /** Marked as encrypted; its bytes are what they are. */
  locked?: true;
  /** Sizes stand behind the bytes. */
  open?: true;
  /** Its sizes and offset stand in the fields of 64 bits. */
  wide?: true;
  /** Stands in the archive, and not in its directory. */
  unlisted?: true;
}

function zipFields(file: SampleFile, packed: Uint8Array): { fields: Buffer; flags: number; method: number } {
  const fields = Buffer.alloc(16);
  const flags = (file.locked ? 1 : 0) | (file.open ? 8 : 0) | 0x800;
  const method = file.stored ? 0 : 8;
  fields.writeUInt32LE(0x5a5a5a5a, 0);
  fields.writeUInt32LE(crc32(file.bytes), 4);
  fields.writeUInt32LE(file.wide ? 0xffffffff : packed.length, 8);
  fields.writeUInt32LE(file.wide ? 0xffffffff : file.bytes.length, 12);
  return { fields, flags, method };
}

/** A zip archive. @param before Bytes in front of it, of which its offsets know nothing. */
export function zipOf(files: readonly SampleFile[], { before = Buffer.alloc(0) }: { before?: Buffer } = {}): Buffer {
  const parts: Buffer[] = [before];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const packed = file.stored ? Buffer.from(file.bytes) : deflateRawSync(file.bytes);
    const name = Buffer.from(file.name);
    const { fields, flags, method } = zipFields(file, packed);
    const wide = Buffer.alloc(file.wide ? 28 : 0);
    if (file.wide) {
      wide.writeUInt16LE(1, 0);
      wide.writeUInt16LE(24, 2);
      wide.writeBigUInt64LE(BigInt(file.bytes.length), 4);
      wide.writeBigUInt64LE(BigInt(packed.length), 12);
      wide.writeBigUInt64LE(BigInt(at), 20);
    }
    const local = Buffer.alloc(30);
    local.write("PK\x03\x04", 0, "latin1");
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    if (!file.open) fields.copy(local, 10);
    local.writeUInt16LE(name.length, 26);
    const descriptor = Buffer.alloc(file.open ? 16 : 0);
    if (file.open) {
      descriptor.write("PK\x07\x08", 0, "latin1");
      fields.copy(descriptor, 4, 4);
    }
    const central = Buffer.alloc(46);
    central.write("PK\x01\x02", 0, "latin1");
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    fields.copy(central, 12);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(wide.length, 30);
    central.writeUInt32LE(file.wide ? 0xffffffff : at, 42);
    if (!file.unlisted) directory.push(central, name, wide);
    parts.push(local, name, packed, descriptor);
    at += local.length + name.length + packed.length + descriptor.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  const count = Math.min(0xffff, files.filter(({ unlisted }) => !unlisted).length);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, table, end]);
}

/** One header of tar. */
export function tarHead(
  name: string,
  sizeBytes: number,
  { kind = "0", edit }: { kind?: string; edit?: (head: Buffer) => void } = {},
): Buffer {
  const head = Buffer.alloc(512);
  head.write(name.slice(0, 100), 0, "utf8");
  head.write("0000644\0", 100);
  head.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124);
  head.write(`${kind}ustar\x0000`, 156, "latin1");
  edit?.(head);
  head.fill(0x20, 148, 156);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return head;
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** A tar archive; long names in GNU's way, or in that of pax. */
export function tarOf(
  files: readonly Pick<SampleFile, "name" | "bytes">[],
  { pax = false }: { pax?: boolean } = {},
): Buffer {
  const parts: Buffer[] = [];
  for (const { name, bytes } of files) {
    if (Buffer.byteLength(name) > 100) {
      const body = pax ? Buffer.from(paxRecord("path", name)) : Buffer.from(`${name}\0`);
      parts.push(tarHead(pax ? "PaxHeaders/x" : "././@LongLink", body.length, { kind: pax ? "x" : "L" }), padded(body));
    }
    parts.push(tarHead(name, bytes.length), padded(bytes));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  for (let length = Buffer.byteLength(rest) + 1; ; length++) {
    const text = `${length}${rest}`;
    if (Buffer.byteLength(text) === length) return text;
  }
}

/** A tar archive with one sparse file of a size that is nearly all holes. */
export function sparseTarOf(name: string, wholeBytes: number, piece: Uint8Array): Buffer {
  const edit = (head: Buffer): void => {
    const place = (value: number): string => `${value.toString(8).padStart(11, "0")}\0`;
    const wide = (value: number, at: number): void => {
      head.fill(0, at, at + 12);
      head[at] = 0x80;
      head.writeBigUInt64BE(BigInt(value), at + 4);
    };
    head.write("ustar  \0", 257, "latin1");
    wide(0, 386);
    head.write(place(piece.length), 398);
    wide(wholeBytes, 483);
  };
  return Buffer.concat([tarHead(name, piece.length, { kind: "S", edit }), padded(piece), Buffer.alloc(1024)]);
}
