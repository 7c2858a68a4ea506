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
  /** The first component: its brightness is kept. */
  leads: boolean;
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
    parts.push({ blocks: count === 1 ? 1 : own.across * own.down, dc, ac, leads: i === 0 });
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
    for (const part of parts)
      for (let block = 0; block < part.blocks; block++) if (!followBlock(bytes, state, part)) return "wrong";
    if (state.levels !== null) state.levels[state.unit] = state.level;
  }
  return "done";
}

/** One block: a code and its bits for the first number, then for each number that is not zero. What is held stands in numbers of its own. */
function followBlock(bytes: Uint8Array, state: JpegScanState, { dc, ac, leads }: ScanPart): boolean {
  let { held, heldBits } = state;
  for (let i = 0; i < 64; ) {
    if (heldBits <= 16) {
      fill(bytes, state, heldBits);
      ({ held, heldBits } = state);
    }
    if (state.beyond > 3) return false;
    const codes = i === 0 ? dc : ac;
    const fast = codes.fast[(held >> (heldBits - FAST_BITS)) & FAST_MASK] as number;
    const known = fast === 0 ? longCode(held, heldBits, codes) : fast;
    if (known === 0) return false;
    const symbol = known & 255;
    const size = symbol & 15;
    heldBits -= known >> 8;
    if (heldBits < size) {
      fill(bytes, state, heldBits);
      ({ held, heldBits } = state);
    }
    if (i > 0) {
      if (symbol === 0) break;
      i += (symbol >> 4) + 1;
      if (i > 64) return false;
    } else {
      if (symbol > 15) return false;
      if (leads && size > 0) state.level += signed((held >> (heldBits - size)) & ((1 << size) - 1), size);
      i = 1;
    }
    heldBits -= size;
  }
  state.heldBits = heldBits;
  return true;
}

const FAST_MASK = (1 << FAST_BITS) - 1;

/** @see ITU-T T.81, figure F.12 */
function signed(value: number, size: number): number {
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Takes bytes until more than 16 bits are held. @param heldBits How many are held now. */
function fill(bytes: Uint8Array, state: JpegScanState, heldBits: number): void {
  let { at, held } = state;
  for (; heldBits <= 16; heldBits += 8) {
    const byte = at < bytes.length ? (bytes[at] as number) : 0xff;
    held = (held << 8) | byte;
    if (byte !== 0xff) at++;
    else if (bytes[at + 1] === 0) at += 2;
    // Beyond the end of the stretch decoders read ones; more than three bytes of them no coder leaves.
    else state.beyond++;
  }
  state.at = at;
  state.held = held;
  state.heldBits = heldBits;
}

/** A code longer than FAST_BITS: length × 256 + symbol; 0 where there is none. */
function longCode(held: number, heldBits: number, { counts, symbols }: JpegCodes): number {
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
