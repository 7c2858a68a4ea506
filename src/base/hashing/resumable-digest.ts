import { fromHex, toHex } from "#base/values";

/** Digests that can be laid aside in the middle of a file and taken up in another process. */
export type ResumableAlgorithm = "sha256" | "sha1" | "md5";

/** A digest under way; about 0.2 GB/s, so for large files alone. */
export interface ResumableDigest {
  update(bytes: Uint8Array): void;
  /** Everything that is needed to go on; says as much about the bytes so far as their digest does. */
  state(): string;
  /** Hexadecimal digest of all bytes so far; nothing can be added afterwards. */
  hex(): string;
}

const BLOCK = 64;

interface Design {
  start: readonly number[];
  bigEndian: boolean;
  compress(state: Int32Array, words: Int32Array): void;
}

/**
 * Begins a digest (FIPS 180-4, RFC 1321), or goes on from `state`.
 *
 * @throws {RangeError} When the state is none of this algorithm.
 */
export function resumableDigest(algorithm: ResumableAlgorithm, state?: string): ResumableDigest {
  const { start, bigEndian, compress } = DESIGNS[algorithm];
  const hash = Int32Array.from(start);
  const words = new Int32Array(80);
  const pending = new Uint8Array(BLOCK);
  let [length, held] = [0, 0];
  if (state !== undefined) {
    const [, hex = "", count = "", rest = ""] = /^([0-9a-f]+)\.([0-9]{1,16})\.((?:[0-9a-f]{2})*)$/.exec(state) ?? [];
    length = Number(count);
    held = rest.length / 2;
    if (hex.length !== hash.byteLength * 2 || held !== length % BLOCK) {
      throw new RangeError(
        `Cannot go on with ${algorithm}: the state is not its own, current length is ${state.length}`,
      );
    }
    const kept = new DataView(fromHex(hex).buffer);
    for (const i of hash.keys()) hash[i] = kept.getInt32(4 * i);
    pending.set(fromHex(rest));
  }
  const block = (bytes: Uint8Array, at: number): void => {
    for (let i = 0; i < 16; i++) words[i] = wordAt(bytes, at + 4 * i, bigEndian);
    compress(hash, words);
  };
  const update = (bytes: Uint8Array): void => {
    length += bytes.length;
    let at = 0;
    if (held > 0) {
      at = Math.min(BLOCK - held, bytes.length);
      pending.set(bytes.subarray(0, at), held);
      held += at;
      if (held < BLOCK) return;
      block(pending, 0);
      held = 0;
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) block(bytes, at);
    pending.set(bytes.subarray(at));
    held = bytes.length - at;
  };
  return {
    update,
    state: () => `${toHex(inBytes(hash, true))}.${length}.${toHex(pending.subarray(0, held))}`,
    hex: () => {
      update(ending(length, bigEndian));
      return toHex(inBytes(hash, bigEndian));
    },
  };
}

/** One bit, zeros, and the length in bits: what all three end with. */
function ending(length: number, bigEndian: boolean): Uint8Array {
  const zeros = (2 * BLOCK - 9 - (length % BLOCK)) % BLOCK;
  const bytes = new Uint8Array(1 + zeros + 8);
  bytes[0] = 0x80;
  new DataView(bytes.buffer).setBigUint64(1 + zeros, BigInt(length) * 8n, !bigEndian);
  return bytes;
}

function inBytes(hash: Int32Array, bigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(hash.byteLength));
  for (const [i, word] of hash.entries()) view.setInt32(4 * i, word, !bigEndian);
  return new Uint8Array(view.buffer);
}

function wordAt(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const [a = 0, b = 0] = [bytes[at], bytes[at + 1]];
  const [c = 0, d = 0] = [bytes[at + 2], bytes[at + 3]];
  return bigEndian ? (a << 24) | (b << 16) | (c << 8) | d : (d << 24) | (c << 16) | (b << 8) | a;
}

/** First 32 bits of the fractional part of the square or cube root of a prime (FIPS 180-4 §4.2.2, §5.3.3). */
function fraction(root: (prime: number) => number, prime: number): number {
  const value = root(prime);
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
}

const PRIMES = Array.from({ length: 310 }, (_, i) => i + 2).filter(
  (n, _, all) => !all.some((d) => d < n && n % d === 0),
);
/** Constants of SHA-256's rounds, and its state before the first block (FIPS 180-4 §4.2.2, §5.3.3). */
export const K256 = Int32Array.from(PRIMES.slice(0, 64), (prime) => fraction(Math.cbrt, prime));
export const H256 = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt, prime));
const KMD5 = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const TURNS_MD5 = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** SHA-256 of one block: `words` are its 16 big-endian words, with room for 48 more; changes `state`. */
export function sha256(state: Int32Array, words: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15] as number, words[i - 2] as number];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = ((words[i - 16] as number) + s0 + (words[i - 7] as number) + s1) | 0;
  }
  let [a, b, c, d] = [state[0] as number, state[1] as number, state[2] as number, state[3] as number];
  let [e, f, g, h] = [state[4] as number, state[5] as number, state[6] as number, state[7] as number];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K256[i] as number) + (words[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  addTo(state, 0, a);
  addTo(state, 1, b);
  addTo(state, 2, c);
  addTo(state, 3, d);
  addTo(state, 4, e);
  addTo(state, 5, f);
  addTo(state, 6, g);
  addTo(state, 7, h);
}

function sha1(state: Int32Array, words: Int32Array): void {
  for (let i = 16; i < 80; i++) {
    const x =
      (words[i - 3] as number) ^ (words[i - 8] as number) ^ (words[i - 14] as number) ^ (words[i - 16] as number);
    words[i] = (x << 1) | (x >>> 31);
  }
  let [a, b, c] = [state[0] as number, state[1] as number, state[2] as number];
  let [d, e] = [state[3] as number, state[4] as number];
  for (let i = 0; i < 80; i++) {
    let f = b ^ c ^ d;
    let k = i < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    if (i < 20) {
      f = (b & c) | (~b & d);
      k = 0x5a827999;
    } else if (i >= 40 && i < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8f1bbcdc;
    }
    const t = (((a << 5) | (a >>> 27)) + f + e + k + (words[i] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  addTo(state, 0, a);
  addTo(state, 1, b);
  addTo(state, 2, c);
  addTo(state, 3, d);
  addTo(state, 4, e);
}

function md5(state: Int32Array, words: Int32Array): void {
  let [a, b, c, d] = [state[0] as number, state[1] as number, state[2] as number, state[3] as number];
  for (let i = 0; i < 64; i++) {
    const round = i >>> 4;
    let f = (b & c) | (~b & d);
    let word = i;
    if (round === 1) {
      f = (d & b) | (~d & c);
      word = 5 * i + 1;
    } else if (round === 2) {
      f = b ^ c ^ d;
      word = 3 * i + 5;
    } else if (round === 3) {
      f = c ^ (b | ~d);
      word = 7 * i;
    }
    const turned = (a + f + (KMD5[i] as number) + (words[word & 15] as number)) | 0;
    const by = TURNS_MD5[round * 4 + (i & 3)] as number;
    a = d;
    d = c;
    c = b;
    b = (b + ((turned << by) | (turned >>> (32 - by)))) | 0;
  }
  addTo(state, 0, a);
  addTo(state, 1, b);
  addTo(state, 2, c);
  addTo(state, 3, d);
}

function addTo(state: Int32Array, at: number, value: number): void {
  state[at] = ((state[at] as number) + value) | 0;
}

const MD_START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const DESIGNS: Record<ResumableAlgorithm, Design> = {
  sha256: { start: H256, bigEndian: true, compress: sha256 },
  sha1: { start: [...MD_START, 0xc3d2e1f0], bigEndian: true, compress: sha1 },
  md5: { start: MD_START, bigEndian: false, compress: md5 },
};
