/** Whether reading takes longer than was first thought. */
export interface SlowWatch {
  /** @returns seconds more than first thought; 0 where it is not worth a word. */
  by(nowMs: number, secondsLeft: number | null): number;
}

/** The first estimate worth its name stands after so long. */
const FIRST_MS = 20_000;
/** So much more than thought is worth a word, and no less than half as much again. */
const WORTH_SECONDS = 120;
const WORTH_SHARE = 0.5;

/** Begins to watch at the first question. */
export function slowWatch(): SlowWatch {
  let beganMs: number | undefined;
  let thought: { atMs: number; seconds: number } | undefined;
  return {
    by: (nowMs, secondsLeft) => {
      beganMs ??= nowMs;
      if (secondsLeft === null || nowMs - beganMs < FIRST_MS) return 0;
      thought ??= { atMs: nowMs, seconds: secondsLeft };
      const more = (nowMs - thought.atMs) / 1000 + secondsLeft - thought.seconds;
      return more >= Math.max(WORTH_SECONDS, WORTH_SHARE * thought.seconds) ? Math.round(more) : 0;
    },
  };
}
