// bzip2 as disk images use it: one stream, block after block. Everything is bounded by the limit of what may come out.

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const GROUP_SYMBOLS = 50;
const CODE_BITS_LIMIT = 20;

/** Bits of a byte array, the highest of each byte first. */
interface Bits {
  take(count: number): number;
  /** The next 20 bits without taking them; zeros beyond the end. */
  peek20(): number;
  skip(count: number): void;
}

function bitsOf(bytes: Uint8Array): Bits {
  let at = 0;
  const peek = (count: number): number => {
    const first = at >> 3;
    const word =
      (((bytes[first] ?? 0) << 24) |
        ((bytes[first + 1] ?? 0) << 16) |
        ((bytes[first + 2] ?? 0) << 8) |
        (bytes[first + 3] ?? 0)) >>>
      0;
    return (word << (at & 7)) >>> (32 - count);
  };
  const skip = (count: number): void => {
    at += count;
    if (at > bytes.length * 8) throw damaged("its end");
  };
  const take = (count: number): number => {
    if (count > 24) return take(count - 24) * 2 ** 24 + take(24);
    const value = peek(count);
    skip(count);
    return value;
  };
  return { take, peek20: () => peek(CODE_BITS_LIMIT), skip };
}

/**
 * Unpacks one bzip2 stream.
 *
 * @param limitBytes Most bytes that are given; more in the stream are left.
 * @throws {RangeError} Where the stream is damaged.
 * @see Seward, bzip2; format notes of J. Tsai (2016)
 */
export function unpackBzip2(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const bits = bitsOf(bytes);
  if (bits.take(24) !== 0x425a68) throw damaged("no signature");
  const blockBytes = (bits.take(8) - 0x30) * 100_000;
  if (blockBytes < 100_000 || blockBytes > 900_000) throw damaged("block size");
  const out = new Uint8Array(limitBytes);
  let to = 0;
  while (to < limitBytes) {
    const magic = bits.take(48);
    if (magic === END_MAGIC) break;
    if (magic !== BLOCK_MAGIC) throw damaged("no block");
    to = unpackBlock(bits, blockBytes, { out, to });
  }
  return out.subarray(0, to);
}

function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack bzip2: it is damaged, current part is ${what}`);
}

interface Target {
  out: Uint8Array;
  to: number;
}

function unpackBlock(bits: Bits, blockBytes: number, target: Target): number {
  bits.take(32); // the block's sum: the image's own sums and the media's digest stand above it
  if (bits.take(1) === 1) throw damaged("randomised block");
  const origin = bits.take(24);
  const used = usedSymbols(bits);
  const groups = bits.take(3);
  const selectorCount = bits.take(15);
  if (groups < 2 || groups > 6 || selectorCount === 0) throw damaged("groups");
  const selectors = readSelectors(bits, groups, selectorCount);
  const tables = Array.from({ length: groups }, () => readTable(bits, used.length + 2));
  const { words, length, counts } = readSymbols(bits, { used, selectors, tables, blockBytes });
  if (origin >= length) throw damaged("origin");
  return undoTransform({ words, length, counts, origin }, target);
}

function usedSymbols(bits: Bits): number[] {
  const ranges = bits.take(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if (((ranges >> (15 - range)) & 1) === 0) continue;
    const symbols = bits.take(16);
    for (let i = 0; i < 16; i++) if (((symbols >> (15 - i)) & 1) === 1) used.push(range * 16 + i);
  }
  if (used.length === 0) throw damaged("symbols");
  return used;
}

function readSelectors(bits: Bits, groups: number, count: number): Uint8Array {
  const order = Array.from({ length: groups }, (_, i) => i);
  return Uint8Array.from({ length: count }, () => {
    let place = 0;
    while (bits.take(1) === 1) if (++place >= groups) throw damaged("selector");
    const [group = 0] = order.splice(place, 1);
    order.unshift(group);
    return group;
  });
}

/** A canonical Huffman code: for each length the first code that is longer, on 20 bits, and the symbols in order. */
interface Code {
  /** Symbol and length for each beginning of 10 bits; 0 where the code is longer. */
  fast: Uint16Array;
  limits: Int32Array;
  bases: Int32Array;
  symbols: Uint16Array;
}

const FAST_BITS = 10;

function readTable(bits: Bits, symbolCount: number): Code {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    while (bits.take(1) === 1) length += bits.take(1) === 0 ? 1 : -1;
    if (length < 1 || length > CODE_BITS_LIMIT) throw damaged("code length");
    lengths[symbol] = length;
  }
  const code: Code = {
    fast: new Uint16Array(2 ** FAST_BITS),
    limits: new Int32Array(CODE_BITS_LIMIT + 1),
    bases: new Int32Array(CODE_BITS_LIMIT + 1),
    symbols: new Uint16Array(symbolCount),
  };
  let [next, at] = [0, 0];
  for (let bitCount = 1; bitCount <= CODE_BITS_LIMIT; bitCount++) {
    code.bases[bitCount] = at - next;
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      if (lengths[symbol] !== bitCount) continue;
      code.symbols[at++] = symbol;
      const spare = FAST_BITS - bitCount;
      if (spare >= 0) code.fast.fill(symbol * 32 + bitCount, next << spare, (next + 1) << spare);
      next++;
    }
    code.limits[bitCount] = next * 2 ** (CODE_BITS_LIMIT - bitCount);
    next *= 2;
  }
  return code;
}

function nextSymbol(bits: Bits, code: Code): number {
  const ahead = bits.peek20();
  const fast = code.fast[ahead >> (CODE_BITS_LIMIT - FAST_BITS)] ?? 0;
  if (fast > 0) {
    bits.skip(fast & 31);
    return fast >> 5;
  }
  for (let bitCount = FAST_BITS + 1; bitCount <= CODE_BITS_LIMIT; bitCount++) {
    if (ahead >= (code.limits[bitCount] ?? 0)) continue;
    bits.skip(bitCount);
    const symbol = code.symbols[(ahead >> (CODE_BITS_LIMIT - bitCount)) + (code.bases[bitCount] ?? 0)];
    if (symbol !== undefined) return symbol;
  }
  throw damaged("code");
}

interface Coded {
  used: number[];
  selectors: Uint8Array;
  tables: Code[];
  blockBytes: number;
}

/** Undoes Huffman, run lengths and move-to-front: the last column of the sorted rotations. */
function readSymbols(
  bits: Bits,
  { used, selectors, tables, blockBytes }: Coded,
): { words: Uint32Array; length: number; counts: Uint32Array } {
  const words = new Uint32Array(blockBytes);
  const counts = new Uint32Array(256);
  const front = [...used];
  const endSymbol = used.length + 1;
  let [length, run, step] = [0, 0, 1];
  for (let read = 0; ; read++) {
    const code = tables[selectors[Math.floor(read / GROUP_SYMBOLS)] ?? 255];
    if (code === undefined) throw damaged("selectors");
    const symbol = nextSymbol(bits, code);
    if (symbol <= 1) {
      run += symbol === 0 ? step : 2 * step;
      step *= 2;
      if (run > blockBytes) throw damaged("run");
      continue;
    }
    if (length + run + 1 > blockBytes && symbol !== endSymbol) throw damaged("length");
    if (length + run > blockBytes) throw damaged("length");
    const byte = front[0] ?? 0;
    words.fill(byte, length, length + run);
    counts[byte] = (counts[byte] ?? 0) + run;
    length += run;
    [run, step] = [0, 1];
    if (symbol === endSymbol) return { words, length, counts };
    const [moved = 0] = front.splice(symbol - 1, 1);
    front.unshift(moved);
    words[length++] = moved;
    counts[moved] = (counts[moved] ?? 0) + 1;
  }
}

interface Column {
  words: Uint32Array;
  length: number;
  counts: Uint32Array;
  origin: number;
}

/** Undoes the Burrows-Wheeler transform and the first run lengths (four equal bytes, then a count). */
function undoTransform({ words, length, counts, origin }: Column, { out, to }: Target): number {
  const starts = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) starts[byte] = (starts[byte - 1] ?? 0) + (counts[byte - 1] ?? 0);
  for (let i = 0; i < length; i++) {
    const byte = (words[i] ?? 0) & 0xff;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    words[place] = ((words[place] ?? 0) & 0xff) | (i << 8);
  }
  let at = (words[origin] ?? 0) >>> 8;
  let [last, equal, end] = [-1, 0, to];
  for (let i = 0; i < length; i++) {
    const word = words[at] ?? 0;
    const byte = word & 0xff;
    at = word >>> 8;
    if (equal === 4) {
      const stop = Math.min(out.length, end + byte);
      out.fill(last, end, stop);
      end = stop;
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    if (end < out.length) out[end++] = byte;
  }
  return end;
}
