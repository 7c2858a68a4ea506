// Deflate without the machine's own: for streams inside file systems, where readers are pure.

// @see RFC 1951; RFC 1950 for the two bytes before it

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FIXED = tableOf([...Array(144).fill(8), ...Array(112).fill(9), ...Array(24).fill(7), ...Array(8).fill(8)]);
const FIXED_DISTANCES = tableOf(Array(30).fill(5));

interface CodeTable {
  counts: Uint16Array;
  symbols: Uint16Array;
}

/** Reads bits, least significant first; `over` once more were asked for than there are. */
interface Bits {
  take(count: number): number;
  bytes(count: number): Uint8Array;
  over(): boolean;
}

/** The bytes of a zlib stream, at most `most` of them; null where it is none or breaks off. */
export function inflateZlib(packed: Uint8Array, most: number): Uint8Array | null {
  const [method = 0, flags = 0] = packed;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0) return null;
  return inflateRaw(packed.subarray(2), most);
}

/** The same without the two bytes before it. */
export function inflateRaw(packed: Uint8Array, most: number): Uint8Array | null {
  const bits = bitsOf(packed);
  const out = new Uint8Array(most);
  let at = 0;
  for (let last = false; !last; ) {
    last = bits.take(1) === 1;
    const kind = bits.take(2);
    if (bits.over()) return null;
    if (kind === 0) {
      bits.bytes(0);
      const length = bits.take(16);
      bits.take(16);
      const stored = bits.bytes(length);
      if (stored.length < length || at + length > most) return null;
      out.set(stored, at);
      at += length;
      continue;
    }
    const tables = kind === 1 ? [FIXED, FIXED_DISTANCES] : kind === 2 ? dynamicTables(bits) : null;
    const [codes, distances] = tables ?? [];
    if (codes === undefined || distances === undefined) return null;
    const end = copyBlock(bits, { codes, distances }, { out, at });
    if (end === null) return null;
    at = end;
  }
  return out.subarray(0, at);
}

function copyBlock(
  bits: Bits,
  { codes, distances }: { codes: CodeTable; distances: CodeTable },
  { out, at: start }: { out: Uint8Array; at: number },
): number | null {
  let at = start;
  while (!bits.over()) {
    const symbol = decode(bits, codes);
    if (symbol === 256) return bits.over() ? null : at;
    if (symbol < 0 || symbol > 285) return null;
    if (symbol < 256) {
      if (at >= out.length) return null;
      out[at++] = symbol;
      continue;
    }
    const length = (LENGTH_BASE[symbol - 257] ?? 0) + bits.take(LENGTH_EXTRA[symbol - 257] ?? 0);
    const code = decode(bits, distances);
    if (code < 0 || code > 29) return null;
    const back = (DISTANCE_BASE[code] ?? 0) + bits.take(code < 4 ? 0 : (code >> 1) - 1);
    if (back > at || at + length > out.length) return null;
    for (let i = 0; i < length; i++, at++) out[at] = out[at - back] ?? 0;
  }
  return null;
}

function dynamicTables(bits: Bits): CodeTable[] | null {
  const codes = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const count = bits.take(4) + 4;
  const lengths: number[] = Array(19).fill(0);
  for (let i = 0; i < count; i++) lengths[CODE_ORDER[i] ?? 0] = bits.take(3);
  const table = tableOf(lengths);
  const all: number[] = [];
  while (all.length < codes + distances) {
    const symbol = decode(bits, table);
    if (symbol < 0 || bits.over()) return null;
    if (symbol < 16) all.push(symbol);
    else {
      const value = symbol === 16 ? (all.at(-1) ?? 0) : 0;
      const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      for (let i = 0; i < times; i++) all.push(value);
    }
  }
  return [tableOf(all.slice(0, codes)), tableOf(all.slice(codes, codes + distances))];
}

function tableOf(lengths: number[]): CodeTable {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const starts = new Uint16Array(16);
  for (let i = 1; i < 15; i++) starts[i + 1] = (starts[i] ?? 0) + (counts[i] ?? 0);
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    const at = starts[length] ?? 0;
    if (length === 0) continue;
    symbols[at] = symbol;
    starts[length] = at + 1;
  }
  return { counts, symbols };
}

/** The next symbol; -1 where no code stands. */
function decode(bits: Bits, { counts, symbols }: CodeTable): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length < 16; length++) {
    code |= bits.take(1);
    const count = counts[length] ?? 0;
    if (code - count < first) return symbols[index + (code - first)] ?? -1;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return -1;
}

function bitsOf(bytes: Uint8Array): Bits {
  let at = 0;
  let bit = 0;
  let missing = false;
  return {
    take: (count) => {
      let value = 0;
      for (let i = 0; i < count; i++) {
        if (at >= bytes.length) missing = true;
        value |= (((bytes[at] ?? 0) >> bit) & 1) << i;
        bit = (bit + 1) & 7;
        if (bit === 0) at++;
      }
      return value;
    },
    bytes: (count) => {
      if (bit !== 0) at++;
      bit = 0;
      const part = bytes.subarray(at, at + count);
      at += count;
      return part;
    },
    over: () => missing,
  };
}
