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

/**
 * Judges the computer's clock: it cannot be earlier than anything that was signed or written before.
 *
 * @returns How far the stated time is ahead of the clock, in milliseconds; null when none was stated. The clock is not corrected.
 * @throws {Fault} clock/behind when the clock is earlier than a known time, clock/stated-behind when the stated time is.
 */
export function checkClock(facts: ClockFacts): { offsetMs: number | null } {
  const { nowMs, buildMs, releaseMs = [], lastEntryMs = buildMs, statedMs } = facts;
  const knownMs = Math.max(buildMs, lastEntryMs, ...releaseMs);
  if (!Number.isFinite(nowMs) || !Number.isFinite(knownMs) || (statedMs !== undefined && !Number.isFinite(statedMs))) {
    throw new RangeError(`Cannot check the clock: times must be finite numbers, current value is ${nowMs}, ${knownMs}`);
  }
  const known = utcText(knownMs);
  if (nowMs < knownMs) {
    const values = { now: utcText(nowMs), known };
    throw signingFault("clock/behind", `The clock shows ${values.now}, earlier than ${known}`, { values });
  }
  if (statedMs === undefined) return { offsetMs: null };
  if (statedMs < knownMs) {
    const values = { stated: utcText(statedMs), known };
    throw signingFault("clock/stated-behind", `The stated time ${values.stated} is earlier than ${known}`, { values });
  }
  return { offsetMs: statedMs - nowMs };
}

function utcText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
