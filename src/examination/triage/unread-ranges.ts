import type { UnreadRange } from "#examination/evidence";
import { type Intervals, intervalsFrom, newIntervals, type Run } from "./reading.ts";

type Why = UnreadRange["why"];

/** Bytes that were asked for and not given, by reason; a byte counts once. */
export interface UnreadRanges {
  readonly bytes: number;
  add(why: Why, run: Run): void;
  has(run: Run): boolean;
  /** Ascending by offset. */
  ranges(): (Run & { why: Why })[];
  /** All of them as one set; not to be changed. */
  readonly all: Intervals;
  toState(): Record<string, string>;
}

/** Makes the set, empty or from a checkpoint's state. */
export function unreadRanges(state: Record<string, string> = {}): UnreadRanges {
  const all = newIntervals();
  const byWhy = new Map<Why, Intervals>();
  for (const [why, text] of Object.entries(state)) {
    const set = intervalsFrom(text);
    byWhy.set(why as Why, set);
    for (const { offsetBytes, lengthBytes } of set.runs()) all.add(offsetBytes, lengthBytes);
  }
  return {
    all,
    get bytes() {
      return all.bytes;
    },
    add(why, { offsetBytes, lengthBytes }) {
      const set = byWhy.get(why) ?? newIntervals();
      byWhy.set(why, set);
      for (const gap of [...all.gaps(offsetBytes, offsetBytes + lengthBytes)])
        set.add(gap.offsetBytes, gap.lengthBytes);
      all.add(offsetBytes, lengthBytes);
    },
    has: ({ offsetBytes, lengthBytes }) => all.has(offsetBytes, lengthBytes),
    ranges: () =>
      [...byWhy]
        .flatMap(([why, set]) => [...set.runs()].map((run) => ({ ...run, why })))
        .sort((a, b) => a.offsetBytes - b.offsetBytes),
    toState: () => Object.fromEntries([...byWhy].map(([why, set]) => [why, set.toText()])),
  };
}
