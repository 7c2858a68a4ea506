import { type PackedStream, pieceStream, type ReadPacked } from "./packed-stream.ts";

// bzip2: blocks of at most 900,000 bytes, sorted by Burrows and Wheeler, each coded with up to six tables of Huffman's. Sums are not
// compared. @see The format of bzip2 1.0 as Julian Seward's decompressor reads it; Tsai, bzip2: Format Specification (2016)

const PACKED_AT_ONCE = 64 * 1024;
const BLOCK_MARK = 0x314159265359;
const END_MARK = 0x177245385090;
const CODE_MOST_BITS = 20;
const GROUP = 50;

function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack bzip2: it is damaged, current part is ${what}`);
}

/** Unpacks bzip2 of any length, streams one behind the other. Memory: 8 MB. */
export function bzip2Stream(read: ReadPacked): PackedStream {
  const bits = bitReader(read);
  let blockBytes = 0;
  let first = true;
  return pieceStream(() => {
    for (;;) {
      if (blockBytes === 0) {
        const head = bits.head();
        if (head === null && !first) return null;
        if (head === null || head < 1 || head > 9) throw damaged("mark");
        blockBytes = head * 100_000;
        first = false;
      }
      const mark = bits.take(24) * 2 ** 24 + bits.take(24);
      if (mark === BLOCK_MARK) return unpackBlock(bits, blockBytes);
      if (mark !== END_MARK) throw damaged("block");
      bits.take(16);
      bits.take(16);
      bits.align();
      blockBytes = 0;
    }
  });
}

interface Bits {
  /** Up to 24 bits. */
  take(count: number): number;
  bit(): number;
  align(): void;
  /** At a byte's border: the level of the stream that begins here; null where none does. */
  head(): number | null;
}

function bitReader(read: ReadPacked): Bits {
  const buffer = new Uint8Array(PACKED_AT_ONCE);
  let [at, from, count] = [0, 0, 0];
  let [held, heldBits] = [0, 0];
  const byte = (): number => {
    if (from === count) {
      count = read(buffer, at);
      at += count;
      from = 0;
      if (count === 0) return -1;
    }
    return buffer[from++] ?? 0;
  };
  const bit = (): number => {
    if (heldBits === 0) {
      held = byte();
      if (held < 0) throw damaged("end");
      heldBits = 8;
    }
    heldBits--;
    return (held >> heldBits) & 1;
  };
  return {
    bit,
    take(wanted) {
      let value = 0;
      for (let left = wanted; left > 0; ) {
        if (heldBits === 0) {
          held = byte();
          if (held < 0) throw damaged("end");
          heldBits = 8;
        }
        const now = Math.min(left, heldBits);
        heldBits -= now;
        value = (value << now) | ((held >> heldBits) & ((1 << now) - 1));
        left -= now;
      }
      return value;
    },
    align: () => {
      heldBits = 0;
    },
    head() {
      if (byte() !== 0x42 || byte() !== 0x5a || byte() !== 0x68) return null;
      return byte() - 0x30;
    },
  };
}

/** One table of Huffman's: for each length the last code of it, and where its symbols begin. */
interface Table {
  limit: Int32Array;
  base: Int32Array;
  symbols: Uint16Array;
  shortest: number;
}

function tableOf(lengths: Uint8Array): Table {
  const limit = new Int32Array(CODE_MOST_BITS + 2).fill(-1);
  const base = new Int32Array(CODE_MOST_BITS + 2);
  const symbols = new Uint16Array(lengths.length);
  let [code, at, shortest] = [0, 0, CODE_MOST_BITS];
  for (let length = 1; length <= CODE_MOST_BITS; length++) {
    base[length] = at - code;
    const before = at;
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) symbols[at++] = symbol;
    code += at - before;
    limit[length] = at > before ? code - 1 : (limit[length - 1] ?? -1) * 2 + 1;
    if (at > before && length < shortest) shortest = length;
    code *= 2;
  }
  return { limit, base, symbols, shortest };
}

function symbolOf(bits: Bits, { limit, base, symbols, shortest }: Table): number {
  let code = bits.take(shortest);
  for (let length = shortest; length <= CODE_MOST_BITS; length++) {
    if (code <= (limit[length] as number)) {
      const symbol = symbols[code + (base[length] as number)];
      if (symbol === undefined) break;
      return symbol;
    }
    code = (code << 1) | bits.bit();
  }
  throw damaged("code");
}

interface BlockHead {
  start: number;
  used: number[];
  selectors: Uint8Array;
  tables: Table[];
}

function blockHead(bits: Bits): BlockHead {
  bits.take(16);
  bits.take(16);
  if (bits.bit() === 1) throw damaged("randomised block");
  const start = bits.take(24);
  const used: number[] = [];
  const rows = bits.take(16);
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const columns = bits.take(16);
    for (let column = 0; column < 16; column++)
      if (((columns >> (15 - column)) & 1) === 1) used.push(row * 16 + column);
  }
  const groups = bits.take(3);
  const count = bits.take(15);
  if (used.length === 0 || groups < 2 || groups > 6 || count === 0) throw damaged("tables");
  const selectors = selectorsOf(bits, groups, count);
  return {
    start,
    used,
    selectors,
    tables: Array.from({ length: groups }, () => tableOf(lengthsOf(bits, used.length + 2))),
  };
}

function selectorsOf(bits: Bits, groups: number, count: number): Uint8Array {
  const selectors = new Uint8Array(count);
  const order = Array.from({ length: groups }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.bit() === 1) if (++place >= groups) throw damaged("selector");
    const [group = 0] = order.splice(place, 1);
    order.unshift(group);
    selectors[i] = group;
  }
  return selectors;
}

function lengthsOf(bits: Bits, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  let length = bits.take(5);
  for (let symbol = 0; symbol < count; symbol++) {
    for (;;) {
      if (length < 1 || length > CODE_MOST_BITS) throw damaged("code length");
      if (bits.bit() === 0) break;
      length += bits.bit() === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** The sorted bytes of a block: runs of the byte in front (by its bits in base 2, digits 1 and 2), and places to the front. */
function sortedBytes(bits: Bits, { used, selectors, tables }: BlockHead, blockBytes: number): Uint8Array {
  const sorted = new Uint8Array(blockBytes);
  const front = [...used];
  const end = used.length + 1;
  let [to, run, weight, group, left] = [0, 0, 1, 0, 0];
  let table = tables[0] as Table;
  for (;;) {
    if (left === 0) {
      if (group >= selectors.length) throw damaged("selectors");
      table = tables[selectors[group++] as number] as Table;
      left = GROUP;
    }
    left--;
    const symbol = symbolOf(bits, table);
    if (symbol <= 1) {
      run += weight << symbol;
      weight *= 2;
      if (run > blockBytes) throw damaged("run");
      continue;
    }
    if (run > 0) {
      if (to + run > blockBytes) throw damaged("run");
      sorted.fill(front[0] ?? 0, to, to + run);
      to += run;
      [run, weight] = [0, 1];
    }
    if (symbol === end) return sorted.subarray(0, to);
    if (to >= blockBytes) throw damaged("length");
    const place = symbol - 1;
    const byte = front[place] as number;
    for (let i = place; i > 0; i--) front[i] = front[i - 1] as number;
    front[0] = byte;
    sorted[to++] = byte;
  }
}

function unpackBlock(bits: Bits, blockBytes: number): Uint8Array {
  const head = blockHead(bits);
  const sorted = sortedBytes(bits, head, blockBytes);
  if (head.start >= sorted.length) throw damaged("start");
  const starts = new Uint32Array(256);
  for (const byte of sorted) starts[byte] = (starts[byte] as number) + 1;
  for (let byte = 0, sum = 0; byte < 256; byte++) {
    const count = starts[byte] as number;
    starts[byte] = sum;
    sum += count;
  }
  const follows = new Uint32Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    const byte = sorted[i] as number;
    follows[starts[byte] as number] = i;
    starts[byte] = (starts[byte] as number) + 1;
  }
  return withoutRuns(sorted, follows, head.start);
}

/** Follows the sorting back, and opens runs: four same bytes, and how many more. */
function withoutRuns(sorted: Uint8Array, follows: Uint32Array, start: number): Uint8Array {
  let out = new Uint8Array(Math.ceil(sorted.length * 1.1) + 300);
  let [to, place, same, last] = [0, follows[start] as number, 0, -1];
  for (let i = 0; i < sorted.length; i++) {
    const byte = sorted[place] as number;
    place = follows[place] as number;
    const count = same === 4 ? byte : 1;
    if (to + count > out.length) {
      const grown = new Uint8Array(out.length * 2);
      grown.set(out);
      out = grown;
    }
    if (same === 4) {
      out.fill(last, to, to + count);
      [same, last] = [0, -1];
    } else {
      out[to] = byte;
      same = byte === last ? same + 1 : 1;
      last = byte;
    }
    to += count;
  }
  return out.subarray(0, to);
}
