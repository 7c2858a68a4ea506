/** How many refusals are answered in words; whoever asks more is not listened to for a while. */
export interface RefusalBudget {
  /** Counts one refusal. @returns whether it may still be answered. */
  take(nowMs: number): boolean;
  /** Whether new connections are dropped unheard. */
  spent(nowMs: number): boolean;
}

const BURST = 100;
const PER_SECOND = 20;

/** A bucket of refusals: 100 at once, 20 more each second. */
export function refusalBudget(): RefusalBudget {
  let [left, atMs] = [BURST, 0];
  const fill = (nowMs: number): void => {
    left = Math.min(BURST, left + (Math.max(0, nowMs - atMs) / 1000) * PER_SECOND);
    atMs = nowMs;
  };
  return {
    take: (nowMs) => {
      fill(nowMs);
      if (left < 1) return false;
      left--;
      return true;
    },
    spent: (nowMs) => {
      fill(nowMs);
      return left < 1;
    },
  };
}
