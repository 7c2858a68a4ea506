import { copyLiterals, copyMatch, type LzTarget } from "./lz-target.ts";
import { unpackLzvn } from "./lzvn.ts";

// LZFSE, as Apple's disk images and files hold it: blocks of finite-state-entropy coded literals and matches, blocks of
// LZVN and stored blocks. @see lzfse reference 1.0, lzfse_internal.h (published constants)

const STATES = { literal: 1024, l: 64, m: 64, d: 256 };
const SYMBOLS = { literal: 256, l: 20, m: 20, d: 64 };
const L_BITS = extraBits(20, [2, 3, 5, 8]);
const M_BITS = extraBits(20, [3, 5, 8, 11]);
const D_BITS = Array.from({ length: 64 }, (_, i) => i >> 2);
const L_BASES = bases(L_BITS);
const M_BASES = bases(M_BITS);
const D_BASES = bases(D_BITS);
const FREQUENCY_BITS = [
  2, 3, 2, 5, 2, 3, 2, 8, 2, 3, 2, 5, 2, 3, 2, 14, 2, 3, 2, 5, 2, 3, 2, 8, 2, 3, 2, 5, 2, 3, 2, 14,
];
const FREQUENCIES = [
  0, 2, 1, 4, 0, 3, 1, -1, 0, 2, 1, 5, 0, 3, 1, -1, 0, 2, 1, 6, 0, 3, 1, -1, 0, 2, 1, 7, 0, 3, 1, -1,
];

function extraBits(count: number, last: number[]): number[] {
  return [...new Array<number>(count - last.length).fill(0), ...last];
}

/** Values a symbol begins at: each begins where the one before ends. */
function bases(bits: number[]): number[] {
  let at = 0;
  return bits.map((count) => {
    const base = at;
    at += 2 ** count;
    return base;
  });
}

function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack LZFSE: it is damaged, current part is ${what}`);
}

/**
 * Unpacks an LZFSE stream.
 *
 * @param limitBytes Most bytes that are given.
 * @throws {RangeError} Where the stream is damaged.
 */
export function unpackLzfse(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const target: LzTarget = { out: new Uint8Array(limitBytes), to: 0 };
  for (let at = 0; target.to < limitBytes; ) {
    const magic = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (magic === "bvx$") break;
    if (magic === "bvx-") {
      const length = u32(bytes, at + 4);
      copyLiterals(target, bytes.subarray(at + 8, at + 8 + length));
      at += 8 + length;
    } else if (magic === "bvxn") {
      const length = u32(bytes, at + 8);
      unpackLzvn(bytes.subarray(at + 12, at + 12 + length), target);
      at += 12 + length;
    } else if (magic === "bvx2") at = unpackBlock(bytes, at, target);
    else throw damaged(`block ${magic}`);
  }
  return target.out.subarray(0, target.to);
}

function u32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

/** Reads bits from the end of a stream towards its start. */
function bitsBack(bytes: Uint8Array, spareBits: number): (count: number) => number {
  let at = bytes.length * 8 - spareBits;
  return (count) => {
    at -= count;
    if (at < 0) throw damaged("bits");
    let value = 0;
    // A count is at most 15: it lies in three bytes.
    const first = at >> 3;
    value = (bytes[first] ?? 0) | ((bytes[first + 1] ?? 0) << 8) | ((bytes[first + 2] ?? 0) << 16);
    return (value >> (at & 7)) & ((1 << count) - 1);
  };
}

interface Header {
  literals: number;
  literalBytes: number;
  literalSpare: number;
  matches: number;
  matchBytes: number;
  matchSpare: number;
  literalStates: number[];
  states: { l: number; m: number; d: number };
  headerBytes: number;
}

function readHeader(bytes: Uint8Array, at: number): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 32 > bytes.length) throw damaged("header");
  const words = [8, 16, 24].map((offset) => view.getBigUint64(at + offset, true));
  const part = (word: number, from: number, count: number): number =>
    Number(((words[word] ?? 0n) >> BigInt(from)) & ((1n << BigInt(count)) - 1n));
  return {
    literals: part(0, 0, 20),
    literalBytes: part(0, 20, 20),
    matches: part(0, 40, 20),
    literalSpare: 7 - part(0, 60, 3),
    literalStates: [part(1, 0, 10), part(1, 10, 10), part(1, 20, 10), part(1, 30, 10)],
    matchBytes: part(1, 40, 20),
    matchSpare: 7 - part(1, 60, 3),
    headerBytes: part(2, 0, 32),
    states: { l: part(2, 32, 10), m: part(2, 42, 10), d: part(2, 52, 10) },
  };
}

/** Symbol, bits and next state of each state. */
interface Coder {
  symbols: Uint8Array;
  counts: Uint8Array;
  deltas: Int16Array;
}

function coder(frequencies: readonly number[], states: number): Coder {
  const made: Coder = {
    symbols: new Uint8Array(states),
    counts: new Uint8Array(states),
    deltas: new Int16Array(states),
  };
  let state = 0;
  for (const [symbol, frequency] of frequencies.entries()) {
    if (frequency === 0) continue;
    if (state + frequency > states) throw damaged("frequencies");
    const count = Math.clz32(frequency) - Math.clz32(states);
    const wide = ((2 * states) >> count) - frequency;
    for (let i = 0; i < frequency; i++, state++) {
      made.symbols[state] = symbol;
      made.counts[state] = i < wide ? count : count - 1;
      made.deltas[state] = i < wide ? ((frequency + i) << count) - states : (i - wide) << (count - 1);
    }
  }
  return made;
}

/** The frequencies of all symbols, in a code of their own, from the lowest bit up. */
function readFrequencies(bytes: Uint8Array): number[] {
  const total = SYMBOLS.l + SYMBOLS.m + SYMBOLS.d + SYMBOLS.literal;
  const frequencies: number[] = [];
  let at = 0;
  while (frequencies.length < total) {
    const first = at >> 3;
    const word = (bytes[first] ?? 0) | ((bytes[first + 1] ?? 0) << 8) | ((bytes[first + 2] ?? 0) << 16);
    const code = word >> (at & 7);
    const bits = FREQUENCY_BITS[code & 31] ?? 2;
    const small = FREQUENCIES[code & 31] ?? 0;
    frequencies.push(small >= 0 ? small : bits === 8 ? 8 + ((code >> 4) & 15) : 24 + ((code >> 4) & 0x3ff));
    at += bits;
    if (at > bytes.length * 8 + 7) throw damaged("frequencies");
  }
  return frequencies;
}

/** Unpacks one coded block. @returns Where the next block begins. */
function unpackBlock(bytes: Uint8Array, at: number, target: LzTarget): number {
  const header = readHeader(bytes, at);
  const frequencies = header.headerBytes > 32 ? readFrequencies(bytes.subarray(at + 32, at + header.headerBytes)) : [];
  const literalsAt = at + header.headerBytes;
  const matchesAt = literalsAt + header.literalBytes;
  const endAt = matchesAt + header.matchBytes;
  if (header.headerBytes < 32 || endAt > bytes.length) throw damaged("block");
  const cut = [0, SYMBOLS.l, SYMBOLS.l + SYMBOLS.m, SYMBOLS.l + SYMBOLS.m + SYMBOLS.d];
  const literals = readLiterals(header, {
    next: bitsBack(bytes.subarray(literalsAt, matchesAt), header.literalSpare),
    code: coder(frequencies.slice(cut[3]), STATES.literal),
  });
  const next = bitsBack(bytes.subarray(matchesAt, endAt), header.matchSpare);
  const state = header.states;
  const l = stepper(coder(frequencies.slice(cut[0], cut[1]), STATES.l), {
    next,
    bits: L_BITS,
    bases: L_BASES,
    state: state.l,
  });
  const m = stepper(coder(frequencies.slice(cut[1], cut[2]), STATES.m), {
    next,
    bits: M_BITS,
    bases: M_BASES,
    state: state.m,
  });
  const d = stepper(coder(frequencies.slice(cut[2], cut[3]), STATES.d), {
    next,
    bits: D_BITS,
    bases: D_BASES,
    state: state.d,
  });
  let [from, distance] = [0, 0];
  for (let i = 0; i < header.matches; i++) {
    const [literalCount, match, back] = [l(), m(), d()];
    if (back > 0) distance = back;
    copyLiterals(target, literals.subarray(from, from + literalCount));
    from += literalCount;
    if (match > 0) copyMatch(target, match, distance);
  }
  return endAt;
}

function readLiterals(header: Header, { next, code }: { next: (count: number) => number; code: Coder }): Uint8Array {
  const states = [...header.literalStates];
  const literals = new Uint8Array(header.literals);
  for (let i = 0; i < literals.length; i++) {
    const state = states[i & 3] ?? 0;
    literals[i] = code.symbols[state] ?? 0;
    states[i & 3] = (code.deltas[state] ?? 0) + next(code.counts[state] ?? 0);
  }
  return literals;
}

interface Walk {
  next: (count: number) => number;
  bits: number[];
  bases: number[];
  state: number;
}

/** Gives one value after another: the state's symbol, its extra bits. */
function stepper(code: Coder, walk: Walk): () => number {
  let { state } = walk;
  return () => {
    const symbol = code.symbols[state] ?? 0;
    state = (code.deltas[state] ?? 0) + walk.next(code.counts[state] ?? 0);
    return (walk.bases[symbol] ?? 0) + walk.next(walk.bits[symbol] ?? 0);
  };
}
