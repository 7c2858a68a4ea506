import { signingFault } from "./faults.ts";

/** What is known about time. All in milliseconds since 1970, UTC. */
export interface ClockFacts {
  /** What this computer's clock shows. */
  nowMs: number;
  /** When this Phum was built. */
  buildMs: number;
  /** Signing times of the filters and of the certificate in use. */
  releaseMs?: readonly number[];
  /** The last entry of the journal that is continued. */
  lastEntryMs?: number;
  /** The time an officer read from a phone. */
  statedMs?: number;
}

/** The time that counts, and how it was come by. */
export interface ClockJudgement {
  /** The stated time where one was stated, else the clock's: by this lists and certificates hold or have expired. */
  nowMs: number;
  /** How far the stated time is ahead of the clock; null when none was stated. The clock itself is left alone. */
  offsetMs: number | null;
}

/**
 * Judges what time it is: it cannot be earlier than anything that was signed or written before. An officer whose computer's
 * clock is wrong may state the time that a phone shows; the offset is for the journal.
 *
 * @throws {Fault} clock/behind when the clock is earlier than a known time and no time is stated; clock/stated-behind when
 * the stated time is.
 */
export function checkClock(facts: ClockFacts): ClockJudgement {
  const { nowMs: clockMs, buildMs, releaseMs = [], lastEntryMs = buildMs, statedMs } = facts;
  const knownMs = Math.max(buildMs, lastEntryMs, ...releaseMs);
  const nowMs = statedMs ?? clockMs;
  if (![clockMs, knownMs, nowMs].every(Number.isFinite)) {
    throw new RangeError(
      `Cannot check the clock: times must be finite, current values are ${clockMs}, ${knownMs}, ${nowMs}`,
    );
  }
  if (nowMs < knownMs) {
    const values = { now: utcText(nowMs), known: utcText(knownMs) };
    const code = statedMs === undefined ? "clock/behind" : "clock/stated-behind";
    throw signingFault(code, `${values.now} is earlier than ${values.known}`, { values });
  }
  return { nowMs, offsetMs: statedMs === undefined ? null : statedMs - clockMs };
}

function utcText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
