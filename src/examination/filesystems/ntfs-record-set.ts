/** A set of record numbers below a limit: one bit each. */
export interface RecordSet {
  add(number: number): void;
  has(number: number): boolean;
  /** Ascending; those added while it runs are met where they lie ahead. */
  all(): Iterable<number>;
}

/** An empty set for numbers from 0 to limit - 1; others are never in it. */
export function recordSet(limit: number): RecordSet {
  const bits = new Uint8Array(Math.ceil(limit / 8));
  return {
    add: (number) => {
      const at = Math.floor(number / 8);
      if (at < bits.length) bits[at] = (bits[at] ?? 0) | (1 << (number & 7));
    },
    has: (number) => (((bits[Math.floor(number / 8)] ?? 0) >> (number & 7)) & 1) === 1,
    all: function* () {
      for (let at = 0; at < bits.length; at++) {
        for (let bit = 0; (bits[at] ?? 0) >> bit > 0; bit++) {
          if ((((bits[at] ?? 0) >> bit) & 1) === 1) yield at * 8 + bit;
        }
      }
    },
  };
}
