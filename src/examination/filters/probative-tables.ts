/** Values looked at first, from the middle of the block: random bytes are told apart there. */
const PROBE_VALUES = 32;
/** Lanes of a ramp: 1 to 4 interleaved columns. */
const MAX_STRIDE = 4;

// Values are kept as int32 with the top bit turned: their order is the unsigned order, their differences stay what they are.
const probe = new Int32Array(PROBE_VALUES);
const whole = new Int32Array(4096);
const TOP_BIT = -(2 ** 31);

/** How words are read out of a block: width in bytes, and byte order. */
interface Lane {
  width: 1 | 2 | 4;
  big: boolean;
  /** Whether sorted values mean a table; single bytes are too short for that. */
  sorted: boolean;
}
const LANES: readonly Lane[] = [
  { width: 1, big: false, sorted: false },
  { width: 2, big: false, sorted: true },
  { width: 2, big: true, sorted: true },
  { width: 4, big: false, sorted: true },
  { width: 4, big: true, sorted: true },
];

/**
 * Whether the block is a ramp (constant steps in three of four places, in up to four interleaved columns) or a sorted table
 * (15 of 16 neighbours in one direction), in words of 8, 16 or 32 bits of either byte order.
 *
 * @param words 1,024 u32, little-endian.
 */
export function isOrdered(words: Uint32Array): boolean {
  for (const lane of LANES) {
    const count = (words.length * 4) / lane.width;
    read(words, { lane, from: (count - PROBE_VALUES) >>> 1 }, probe);
    const suspect = lane.sorted && sortedShare(probe, PROBE_VALUES) >= 0.7;
    if (!suspect && steadyShare(probe, lane) < 0.6) continue;
    const values = whole.subarray(0, count);
    read(words, { lane, from: 0 }, values);
    if (lane.sorted && sortedShare(values, count) >= 15 / 16) return true;
    if (steadyShare(values, lane) >= 0.75) return true;
  }
  return false;
}

function read(words: Uint32Array, { lane, from }: { lane: Lane; from: number }, into: Int32Array): void {
  const bits = lane.width * 8;
  const mask = bits === 32 ? 0xffffffff : (1 << bits) - 1;
  const shift = lane.width === 4 ? 0 : lane.width === 2 ? 1 : 2;
  const inWord = (1 << shift) - 1;
  for (let i = 0; i < into.length; i++) {
    const place = from + i;
    const value = (((words[place >>> shift] ?? 0) >>> ((place & inWord) * bits)) & mask) | 0;
    into[i] = (lane.big ? swapped(value, lane.width) : value) ^ TOP_BIT;
  }
}

function swapped(value: number, width: number): number {
  if (width === 2) return ((value & 0xff) << 8) | (value >>> 8);
  return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}

/** Share of neighbours that do not go against the more common direction. */
function sortedShare(values: Int32Array, count: number): number {
  let down = 0;
  let up = 0;
  for (let i = 1; i < count; i++) {
    const a = values[i - 1] ?? 0;
    const b = values[i] ?? 0;
    if (b < a) down++;
    else if (b > a) up++;
  }
  return 1 - Math.min(down, up) / (count - 1);
}

/** Largest share, over 1 to 4 columns, of places whose step equals the step before, in words of the lane's width. */
function steadyShare(values: Int32Array, { width }: Lane): number {
  const shift = 32 - width * 8;
  let best = 0;
  for (let stride = 1; stride <= MAX_STRIDE; stride++) {
    let steady = 0;
    for (let i = 2 * stride; i < values.length; i++) {
      const a = values[i - 2 * stride] ?? 0;
      const b = values[i - stride] ?? 0;
      const c = values[i] ?? 0;
      if ((2 * b - a - c) << shift === 0) steady++;
    }
    best = Math.max(best, steady / (values.length - 2 * stride));
  }
  return best;
}
