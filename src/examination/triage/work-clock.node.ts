import type { StageGate } from "./stage-gate.ts";

const CLOCK_MS = 200;

/** Counts the time that a stage works; time in which it is held is none. */
export interface WorkClock {
  /** Aborted when the time is up, or the stage is ended. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly over: Promise<void>;
  readonly workedMs: number;
  /** By the pace so far; null before anything is done. */
  secondsLeft(done: number, total: number): number | null;
  ended(): "all" | "time" | "stopped";
  end(): void;
}

/** Starts a clock. @param counts Whether time counts now; absent: it does. */
export function workClock(
  gate: Pick<StageGate, "signal" | "held">,
  { budgetMs, counts = () => true }: { budgetMs: number; counts?(): boolean },
): WorkClock {
  const late = new AbortController();
  const signal = AbortSignal.any([gate.signal, late.signal]);
  let [workedMs, lastMs] = [0, performance.now()];
  const tick = (): void => {
    const nowMs = performance.now();
    if (!gate.held && counts()) workedMs += nowMs - lastMs;
    lastMs = nowMs;
    if (workedMs >= budgetMs) late.abort();
  };
  const timer = setInterval(tick, CLOCK_MS);
  return {
    signal,
    over: new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    }),
    get workedMs() {
      return workedMs;
    },
    secondsLeft: (done, total) => {
      tick();
      if (done < 1) return null;
      return Math.ceil(Math.min(((total - done) * workedMs) / done, budgetMs - workedMs) / 1000);
    },
    ended: () => (gate.signal.aborted ? "stopped" : late.signal.aborted ? "time" : "all"),
    end: () => clearInterval(timer),
  };
}
