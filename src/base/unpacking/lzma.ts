import { copyLiterals, copyMatch, type LzTarget } from "./lz-target.ts";

// LZMA2: chunks of LZMA's range-coded literals and matches, or of stored bytes. Bounded by the limit of what may come out.
// @see Pavlov, LZMA specification (2015); The .xz file format 1.1.0

const MODEL_ONE = 1 << 11;
const START = 1 << 10;
const MOVE_BITS = 5;
const TOP = 2 ** 24;
const STATES = 12;
const POSITIONS = 16;
const LENGTH_STATES = 4;
const FULL_DISTANCES = 128;

function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack LZMA: it is damaged, current part is ${what}`);
}

/** What the decoder has learned; kept from one chunk to the next unless the chunk says otherwise. */
interface Model {
  /** Where in the output the dictionary begins: positions count from there. */
  start: number;
  lc: number;
  lpMask: number;
  pbMask: number;
  state: number;
  /** The four last distances less one. */
  reps: [number, number, number, number];
  literals: Uint16Array;
  isMatch: Uint16Array;
  isRep: Uint16Array;
  isRepG0: Uint16Array;
  isRepG1: Uint16Array;
  isRepG2: Uint16Array;
  isRep0Long: Uint16Array;
  slots: Uint16Array[];
  special: Uint16Array;
  align: Uint16Array;
  lengths: LengthModel;
  repLengths: LengthModel;
}

interface LengthModel {
  choice: Uint16Array;
  low: Uint16Array[];
  mid: Uint16Array[];
  high: Uint16Array;
}

function chances(count: number): Uint16Array {
  return new Uint16Array(count).fill(START);
}

function lengthModel(): LengthModel {
  const trees = (): Uint16Array[] => Array.from({ length: POSITIONS }, () => chances(8));
  return { choice: chances(2), low: trees(), mid: trees(), high: chances(256) };
}

/** A model that knows nothing yet. `properties`: (pb * 5 + lp) * 9 + lc. */
function freshModel(properties: number, start: number): Model {
  const [lc, rest] = [properties % 9, Math.floor(properties / 9)];
  const [lp, pb] = [rest % 5, Math.floor(rest / 5)];
  if (properties >= 225 || lc + lp > 4) throw damaged("properties");
  return {
    ...{ start, lc, lpMask: (1 << lp) - 1, pbMask: (1 << pb) - 1, state: 0, reps: [0, 0, 0, 0] },
    ...{ literals: chances(0x300 << (lc + lp)), isMatch: chances(STATES << 4), isRep: chances(STATES) },
    ...{ isRepG0: chances(STATES), isRepG1: chances(STATES), isRepG2: chances(STATES) },
    ...{ isRep0Long: chances(STATES << 4), slots: Array.from({ length: LENGTH_STATES }, () => chances(64)) },
    ...{ special: chances(FULL_DISTANCES), align: chances(16), lengths: lengthModel(), repLengths: lengthModel() },
  };
}

/** Bits of a range-coded chunk, each with what was learned of it. */
interface RangeBits {
  bit(model: Uint16Array, at: number): number;
  /** Bits of even chance. */
  even(count: number): number;
}

function rangeBits(bytes: Uint8Array): RangeBits {
  if (bytes.length < 5 || bytes[0] !== 0) throw damaged("chunk");
  let range = 0xffffffff;
  let code = 0;
  let at = 1;
  const next = (): number => {
    // A few bytes beyond the end stand for a chunk that is cut: the output's limit ends them.
    if (at > bytes.length + 8) throw damaged("end");
    return bytes[at++] ?? 0;
  };
  for (let i = 0; i < 4; i++) code = ((code << 8) | next()) >>> 0;
  const refill = (): void => {
    if (range >= TOP) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | next()) >>> 0;
  };
  return {
    bit: (model, index) => {
      const chance = model[index] ?? START;
      const bound = (range >>> 11) * chance;
      const zero = code < bound;
      if (zero) {
        range = bound;
        model[index] = chance + ((MODEL_ONE - chance) >> MOVE_BITS);
      } else {
        range -= bound;
        code -= bound;
        model[index] = chance - (chance >> MOVE_BITS);
      }
      refill();
      return zero ? 0 : 1;
    },
    even: (count) => {
      let value = 0;
      for (let i = 0; i < count; i++) {
        range >>>= 1;
        const one = code >= range ? 1 : 0;
        if (one === 1) code -= range;
        refill();
        value = value * 2 + one;
      }
      return value;
    },
  };
}

function tree({ bit }: RangeBits, model: Uint16Array, bits: number): number {
  let at = 1;
  for (let i = 0; i < bits; i++) at = (at << 1) | bit(model, at);
  return at - (1 << bits);
}

function treeBack({ bit }: RangeBits, { model, base }: { model: Uint16Array; base: number }, bits: number): number {
  let [at, value] = [1, 0];
  for (let i = 0; i < bits; i++) {
    const one = bit(model, base + at);
    at = (at << 1) | one;
    value |= one << i;
  }
  return value;
}

function lengthOf(bits: RangeBits, { choice, low, mid, high }: LengthModel, position: number): number {
  if (bits.bit(choice, 0) === 0) return 2 + tree(bits, low[position] ?? high, 3);
  if (bits.bit(choice, 1) === 0) return 10 + tree(bits, mid[position] ?? high, 3);
  return 18 + tree(bits, high, 8);
}

function distanceOf(bits: RangeBits, model: Model, length: number): number {
  const slot = tree(bits, model.slots[Math.min(length - 2, LENGTH_STATES - 1)] ?? model.align, 6);
  if (slot < 4) return slot;
  const direct = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) * 2 ** direct;
  if (slot < 14) return base + treeBack(bits, { model: model.special, base: base - slot }, direct);
  return base + bits.even(direct - 4) * 16 + treeBack(bits, { model: model.align, base: 0 }, 4);
}

function literal(bits: RangeBits, model: Model, { out, to }: LzTarget): number {
  const position = to - model.start;
  const before = position > 0 ? (out[to - 1] ?? 0) : 0;
  const base = 0x300 * (((position & model.lpMask) << model.lc) + (before >> (8 - model.lc)));
  let symbol = 1;
  if (model.state >= 7) {
    let match = out[to - model.reps[0] - 1] ?? 0;
    while (symbol < 0x100) {
      const matchBit = (match >> 7) & 1;
      match <<= 1;
      const one = bits.bit(model.literals, base + ((1 + matchBit) << 8) + symbol);
      symbol = (symbol << 1) | one;
      if (matchBit !== one) break;
    }
  }
  while (symbol < 0x100) symbol = (symbol << 1) | bits.bit(model.literals, base + symbol);
  return symbol & 0xff;
}

/** One chunk, up to `end` of the output. */
function unpackChunk(bits: RangeBits, model: Model, { target, end }: { target: LzTarget; end: number }): void {
  while (target.to < end) {
    const position = (target.to - model.start) & model.pbMask;
    const at = (model.state << 4) + position;
    if (bits.bit(model.isMatch, at) === 0) {
      target.out[target.to] = literal(bits, model, target);
      target.to++;
      model.state = model.state < 4 ? 0 : model.state < 10 ? model.state - 3 : model.state - 6;
      continue;
    }
    const length = bits.bit(model.isRep, model.state) === 0 ? fresh(bits, model, position) : again(bits, model, at);
    if (target.to + length > end) throw damaged("length");
    copyMatch(target, length, model.reps[0] + 1);
  }
}

/** A match at a new distance. @returns Its length. */
function fresh(bits: RangeBits, model: Model, position: number): number {
  const length = lengthOf(bits, model.lengths, position);
  model.state = model.state < 7 ? 7 : 10;
  model.reps = [distanceOf(bits, model, length), model.reps[0], model.reps[1], model.reps[2]];
  return length;
}

/** A match at one of the last distances. @returns Its length. */
function again(bits: RangeBits, model: Model, at: number): number {
  const { state, reps } = model;
  if (bits.bit(model.isRepG0, state) === 0) {
    if (bits.bit(model.isRep0Long, at) === 0) {
      model.state = state < 7 ? 9 : 11;
      return 1;
    }
  } else if (bits.bit(model.isRepG1, state) === 0) model.reps = [reps[1], reps[0], reps[2], reps[3]];
  else if (bits.bit(model.isRepG2, state) === 0) model.reps = [reps[2], reps[0], reps[1], reps[3]];
  else model.reps = [reps[3], reps[0], reps[1], reps[2]];
  model.state = state < 7 ? 8 : 11;
  return lengthOf(bits, model.repLengths, at & model.pbMask);
}

/** What is kept of LZMA2 from one chunk to the next. */
export interface Lzma2State {
  model: Model | null;
  properties: number;
  /** Where in the output the dictionary begins. */
  start: number;
}

/** Packed bytes a chunk has at most, its head among them; plain ones. */
export const LZMA2_CHUNK_BYTES = 6 + 65_536;
export const LZMA2_PLAIN_BYTES = 2 ** 21;

/**
 * Unpacks one chunk of LZMA2 from a place on.
 *
 * @returns Where it ended, and whether it was the last.
 * @throws {RangeError} Where it is damaged.
 */
export function unpackLzma2Chunk(
  { bytes, at }: { bytes: Uint8Array; at: number },
  state: Lzma2State,
  target: LzTarget,
): { at: number; last: boolean } {
  const control = bytes[at] ?? 0;
  if (control === 0) return { at: at + 1, last: true };
  if (control === 1 || control >= 0xe0) state.start = target.to;
  const plainBytes = ((bytes[at + 1] ?? 0) << 8) + (bytes[at + 2] ?? 0) + 1;
  if (control < 0x80) {
    if (control > 2 || at + 3 + plainBytes > bytes.length) throw damaged("stored chunk");
    copyLiterals(target, bytes.subarray(at + 3, at + 3 + plainBytes));
    return { at: at + 3 + plainBytes, last: false };
  }
  const unpacked = ((control & 31) << 16) + plainBytes;
  const packed = ((bytes[at + 3] ?? 0) << 8) + (bytes[at + 4] ?? 0) + 1;
  const reset = (control >> 5) & 3;
  if (reset >= 2) state.properties = bytes[at + 5] ?? 255;
  if (reset >= 1) state.model = freshModel(state.properties, state.start);
  if (state.model === null) throw damaged("chunk");
  const from = at + (reset >= 2 ? 6 : 5);
  const end = Math.min(target.out.length, target.to + unpacked);
  unpackChunk(rangeBits(bytes.subarray(from, from + packed)), state.model, { target, end });
  return { at: from + packed, last: false };
}

/** Tells a state that the output was moved: its first bytes were dropped. */
export function moveLzma2(state: Lzma2State, droppedBytes: number): void {
  state.start -= droppedBytes;
  if (state.model !== null) state.model.start -= droppedBytes;
}

/**
 * Unpacks LZMA2 from a place on.
 *
 * @returns Where it ended.
 * @throws {RangeError} Where it is damaged.
 */
export function unpackLzma2(bytes: Uint8Array, from: number, target: LzTarget): number {
  const state: Lzma2State = { model: null, properties: 0, start: target.to };
  for (let at = from; target.to < target.out.length; ) {
    const chunk = unpackLzma2Chunk({ bytes, at }, state, target);
    at = chunk.at;
    if (chunk.last) return at;
  }
  return bytes.length;
}
