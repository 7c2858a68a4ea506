import type { Coverage } from "#examination/evidence";
import type { Intervals, Run } from "./reading.ts";
import { TAPE_CELLS } from "./thresholds.ts";

/** Draws the device from start to end in 64 cells: how much of each was read, and whether something was found or unread. */
export function tapeOf(
  sizeBytes: number,
  covered: Intervals,
  marks: { found: Iterable<Run>; unread: Iterable<Run> },
): Coverage["tape"] {
  const edge = (cell: number): number => Math.floor((sizeBytes / TAPE_CELLS) * cell);
  const tape = Array.from({ length: TAPE_CELLS }, (_, cell) => {
    const [from, to] = [edge(cell), cell === TAPE_CELLS - 1 ? sizeBytes : edge(cell + 1)];
    const share = to > from ? covered.bytesWithin(from, to - from) / (to - from) : 1;
    return { read: Math.floor(share * 10_000) / 10_000, found: false, unread: false };
  });
  mark(marks.found, "found");
  mark(marks.unread, "unread");
  return tape;

  function mark(runs: Iterable<Run>, what: "found" | "unread"): void {
    for (const { offsetBytes, lengthBytes } of runs) {
      const last = cellOf(offsetBytes + Math.max(1, lengthBytes) - 1);
      for (let cell = cellOf(offsetBytes); cell <= last; cell++) {
        const there = tape[cell];
        if (there !== undefined) there[what] = true;
      }
    }
  }

  function cellOf(offset: number): number {
    return Math.min(TAPE_CELLS - 1, Math.floor((offset / Math.max(1, sizeBytes)) * TAPE_CELLS));
  }
}
