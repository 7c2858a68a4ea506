import { big } from "#base/values";
import { FAST_BITS, type JpegCodes } from "./jpeg-codes.ts";
import { type JpegFrame, unitsOf } from "./jpeg-frame.ts";

// A scan of a JPEG, sequential with Huffman codes (as cameras and telephones write it): every block is decoded as far as its codes
// go. Points are not made. @see ITU-T T.81, F.2

/** One component's blocks in a unit, and their codes. */
interface ScanPart {
  blocks: number;
  dc: JpegCodes;
  ac: JpegCodes;
}

/** A scan whose codes can be followed. */
export interface JpegScan {
  parts: ScanPart[];
  units: number;
  unitsAcross: number;
  /** Units between two restart marks; 0: none. */
  restart: number;
}

/** Where following a scan stands; a copy of it goes on from there. */
export interface JpegScanState {
  /** Bytes taken, at most three of them not used yet. */
  at: number;
  held: number;
  heldBits: number;
  /** Bytes of ones that were made up behind the end of the stretch. */
  beyond: number;
  /** Units followed. */
  unit: number;
  turn: number;
  /** Brightness of the first component: the last block's. */
  level: number;
  /** For each unit; kept only where the state was made with them. */
  levels: Int16Array | null;
}

/** The scan that a scan header begins; null where a component or table is not known. */
export function scanOf(
  part: Uint8Array,
  { frame, tables, restart }: { frame: JpegFrame; tables: ReadonlyMap<number, JpegCodes>; restart: number },
): JpegScan | null {
  const count = Math.min(4, part[0] ?? 0);
  const parts: ScanPart[] = [];
  let own: JpegFrame["components"][number] | undefined;
  for (let i = 0; i < count; i++) {
    own = frame.components.find(({ id }) => id === part[1 + i * 2]);
    const which = part[2 + i * 2] ?? 0;
    const [dc, ac] = [tables.get(which >> 4), tables.get(0x10 | (which & 15))];
    if (own === undefined || dc === undefined || ac === undefined) return null;
    parts.push({ blocks: count === 1 ? 1 : own.across * own.down, dc, ac });
  }
  return { parts, ...unitsOf(frame, count === 1 ? own : undefined), restart };
}

/** The state before the first unit. @param at Where its codes begin. */
export function startOfScan(at: number, levels: Int16Array | null = null): JpegScanState {
  return { at, held: 0, heldBits: 0, beyond: 0, unit: 0, turn: 0, level: 0, levels };
}

/**
 * Follows a scan's codes, and changes the state.
 *
 * @param untilAt Stops before the first unit that begins with so many bytes taken.
 * @returns "done" when all units were followed; "wrong" where codes cannot be: state.at is where.
 */
export function followJpegScan(
  bytes: Uint8Array,
  { parts, units, restart }: JpegScan,
  { state, untilAt = Number.POSITIVE_INFINITY }: { state: JpegScanState; untilAt?: number },
): "done" | "wrong" | "stopped" {
  for (; state.unit < units; state.unit++) {
    if (state.at >= untilAt) return "stopped";
    const isMarked = restart > 0 && state.unit > 0 && state.unit % restart === 0;
    if (isMarked && !passMark(bytes, state)) return "wrong";
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (part === undefined) continue;
      for (let block = 0; block < part.blocks; block++)
        if (!followBlock(bytes, state, { part, first: i === 0 })) return "wrong";
    }
    if (state.levels !== null) state.levels[state.unit] = state.level;
  }
  return "done";
}

/** One block: a code and its bits for the first number, then for each number that is not zero. */
function followBlock(
  bytes: Uint8Array,
  state: JpegScanState,
  { part: { dc, ac }, first }: { part: ScanPart; first: boolean },
): boolean {
  for (let i = 0; i < 64; ) {
    if (state.heldBits <= 16) fill(bytes, state);
    if (state.beyond > 3) return false;
    const codes = i === 0 ? dc : ac;
    const fast = codes.fast[(state.held >> (state.heldBits - FAST_BITS)) & FAST_MASK] ?? 0;
    const known = fast === 0 ? longCode(state, codes) : fast;
    if (known === 0) return false;
    const symbol = known & 255;
    const size = symbol & 15;
    state.heldBits -= known >> 8;
    if (state.heldBits < size) fill(bytes, state);
    if (i > 0) {
      if (symbol === 0) return true;
      i += (symbol >> 4) + 1;
      if (i > 64) return false;
    } else {
      if (symbol > 15) return false;
      if (first && size > 0) state.level += signed((state.held >> (state.heldBits - size)) & ((1 << size) - 1), size);
      i = 1;
    }
    state.heldBits -= size;
  }
  return true;
}

const FAST_MASK = (1 << FAST_BITS) - 1;

/** @see ITU-T T.81, figure F.12 */
function signed(value: number, size: number): number {
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

function fill(bytes: Uint8Array, state: JpegScanState): void {
  let { at, held, heldBits } = state;
  while (heldBits <= 16) {
    const byte = bytes[at] ?? 0xff;
    if (byte === 0xff && bytes[at + 1] !== 0) {
      // Beyond the end of the stretch decoders read ones; more than three bytes of them no coder leaves.
      state.beyond++;
      held = ((held << 8) | 0xff) & 0xffffff;
    } else {
      held = ((held << 8) | byte) & 0xffffff;
      at += byte === 0xff ? 2 : 1;
    }
    heldBits += 8;
  }
  [state.at, state.held, state.heldBits] = [at, held, heldBits];
}

/** A code longer than FAST_BITS: length × 256 + symbol; 0 where there is none. */
function longCode({ held, heldBits }: JpegScanState, { counts, symbols }: JpegCodes): number {
  let [code, first, index] = [0, 0, 0];
  for (let length = 1; length <= 16; length++) {
    code = (code << 1) | ((held >> (heldBits - length)) & 1);
    const count = counts[length - 1] ?? 0;
    if (code - first < count) return length * 256 + (symbols[index + code - first] ?? 0);
    index += count;
    first = (first + count) << 1;
  }
  return 0;
}

/** Passes over the mark between two stretches; false where it is not the one that must come. */
function passMark(bytes: Uint8Array, state: JpegScanState): boolean {
  if (bytes[state.at] !== 0xff || bytes[state.at + 1] !== 0xd0 + (state.turn++ & 7)) return false;
  state.at += 2;
  [state.held, state.heldBits, state.beyond, state.level] = [0, 0, 0, 0];
  return true;
}

/**
 * How much rougher a picture is from a unit on than before it: the mean difference in brightness of units that stand one above
 * the other, behind it over before it. About 1 where the pieces belong together.
 *
 * @returns Infinity where too little stands before or behind it to be compared.
 */
export function seamOfScan(levels: Int16Array, fromUnit: number, { units, unitsAcross }: JpegScan): number {
  const [before, behind] = [
    roughness(levels, unitsAcross, [unitsAcross, fromUnit]),
    Math.min(units, fromUnit + unitsAcross),
  ];
  const seam = roughness(levels, unitsAcross, [Math.max(unitsAcross, fromUnit), behind]);
  return before === null || seam === null ? Number.POSITIVE_INFINITY : (seam + 8) / (before + 8);
}

function roughness(levels: Int16Array, unitsAcross: number, [from, end]: [number, number]): number | null {
  let sum = 0;
  for (let unit = from; unit < end; unit++) sum += Math.abs((levels[unit] ?? 0) - (levels[unit - unitsAcross] ?? 0));
  return end > from ? sum / (end - from) : null;
}

/** Restart marks' distance, as its segment says. */
export function restartOf(part: Uint8Array): number {
  return big(part, 0, 2);
}
