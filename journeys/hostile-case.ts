// What the hostile media of a journey are made with: bytes changed in place, sums made right again, and cases by name.
import { deflateRawSync, constants as zlib } from "node:zlib";
import { seededRandom } from "#base/values";

/** A file of a case: its bytes, or bytes with a hole behind them up to a size. */
export type CaseFile = Uint8Array | { bytes: Uint8Array; sizeBytes: number };

/** One hostile medium. */
export interface HostileCase {
  name: string;
  /** Made when the case is run; the first file is handed to Phum. */
  files(): Record<string, CaseFile>;
  /** The verb, and words behind the file's name; default: list, with what was deleted. */
  words?: readonly [string, ...string[]];
  /** Exit code. */
  exit: number;
  /** What the answer says, standard output and error together. */
  says: RegExp;
}

/** Bytes that can be read as numbers anywhere: a copy, changed. */
export function changed(bytes: Uint8Array, change: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

/** Seeded bytes of no format; half of them letters, so that nothing takes them for encrypted. */
export function filling(seed: string, bytes: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length: bytes }, (_, i) => (i & 4096 ? random.below(256) : 97 + random.below(26))));
}

/** Adler-32 of RFC 1950. */
export function adler(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** CRC-32C (Castagnoli), as VHDX has it. */
export function castagnoli(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  return ~sum >>> 0;
}

const BOMB_PIECE = 16 * 1024 * 1024;

/** A deflate stream (RFC 1950) of zeros: 16 MiB for each piece of 16 KiB. */
export function bomb(pieces: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(BOMB_PIECE), { finishFlush: zlib.Z_FULL_FLUSH, level: 9 });
  return Buffer.concat([Buffer.of(0x78, 0xda), ...Array.from({ length: pieces }, () => piece), Buffer.of(3, 0)]);
}

/** Numbers in a row, little-endian, four bytes each. */
export function words32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, i * 4);
  return bytes;
}
