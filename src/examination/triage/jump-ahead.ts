import { JUMP } from "./thresholds.ts";

/** How far to jump after read errors: 64 KiB, doubled while errors follow one another, at most 16 MiB. */
export interface JumpAhead {
  /** Bytes to jump over, from the first byte that could not be read. */
  after(errorBytes: number): number;
}

/** Errors follow one another where the next one stands at or within 64 KiB behind the place that was jumped to. */
export function jumpAhead(): JumpAhead {
  let landedBytes = -1;
  let lastBytes = 0;
  return {
    after(errorBytes) {
      const follows = landedBytes >= 0 && errorBytes >= landedBytes && errorBytes <= landedBytes + JUMP.firstBytes;
      lastBytes = follows ? Math.min(lastBytes * 2, JUMP.mostBytes) : JUMP.firstBytes;
      landedBytes = errorBytes + lastBytes;
      return lastBytes;
    },
  };
}
