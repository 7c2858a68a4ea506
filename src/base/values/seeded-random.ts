/** A repeatable stream of numbers; equal seeds give equal streams on every machine. Never for secrets. */
export interface SeededRandom {
  /** Uniform in [0, 1), 53 bits. */
  fraction(): number;
  /** Uniform whole number in [0, limit). */
  below(limit: number): number;
  /** Next 32 random bits, unsigned. */
  bits32(): number;
}

/**
 * Makes the stream that belongs to a seed.
 *
 * @param seed Any text; hashed by FNV-1a to start four SplitMix32 steps.
 * @see Blackman and Vigna, xoshiro128** 1.1
 */
export function seededRandom(seed: string): SeededRandom {
  const state = startState(seed);
  const bits32 = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const c1 = c ^ a;
    const d1 = d ^ b;
    state[1] = b ^ c1;
    state[0] = a ^ d1;
    state[2] = c1 ^ (b << 9);
    state[3] = rotate(d1, 11);
    return result;
  };
  const fraction = (): number => ((bits32() >>> 6) * 134217728 + (bits32() >>> 5)) / 9007199254740992;
  return { bits32, fraction, below: (limit) => Math.floor(fraction() * limit) };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function startState(seed: string): Int32Array {
  let hash = 0x811c9dc5;
  const state = new Int32Array(4);
  for (let lane = 0; lane < 4; lane++) {
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    hash = (hash + 0x9e3779b9) | 0;
    let mixed = hash ^ (hash >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    state[lane] = mixed ^ (mixed >>> 15);
  }
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}
