import { deadlineMs } from "#base/signing";
import { filtersFault } from "./faults.ts";
import type { FilterAbout } from "./filter-header.ts";

/** Days a list can give green, and days it is still used after that, where nothing else is said. */
const VALID_DAYS = 90;
const GRACE_DAYS = 30;
const DAY_MS = 86_400_000;

/** What the operator may say about a release. */
export interface ReleaseOptions {
  /** The command's words, for the Fault. */
  command: string;
  nowMs: number;
  release: string | undefined;
  validDays: string | undefined;
  validUntil: string | undefined;
  graceUntil: string | undefined;
}

/**
 * Name and dates of a release.
 *
 * @throws {Fault} filter/option for what is no date or no number of days, lies in the past or in the wrong order.
 */
export function releaseOf(
  options: ReleaseOptions,
): Pick<FilterAbout, "release" | "releasedAt" | "validUntil" | "graceUntil"> {
  const { command, nowMs } = options;
  const days = options.validDays ?? String(VALID_DAYS);
  if (!/^[1-9]\d{0,4}$/.test(days)) throw optionFault(command, "valid-days", days);
  const validMs = options.validUntil === undefined ? nowMs + Number(days) * DAY_MS : deadlineMs(options.validUntil);
  if (validMs === undefined || validMs <= nowMs) throw optionFault(command, "valid-until", options.validUntil ?? days);
  const graceMs = options.graceUntil === undefined ? validMs + GRACE_DAYS * DAY_MS : deadlineMs(options.graceUntil);
  if (graceMs === undefined || graceMs < validMs) throw optionFault(command, "grace-until", options.graceUntil ?? "");
  return {
    release: options.release ?? utc(nowMs).slice(0, 10),
    releasedAt: utc(nowMs),
    validUntil: utc(validMs),
    graceUntil: utc(graceMs),
  };
}

/** The Fault for an option that cannot be what was given. */
export function optionFault(command: string, option: string, value: string): Error {
  const values = { command, option, value: value.slice(0, 80) };
  return filtersFault("filter/option", `--${option} cannot be ${value}`, { values });
}

function utc(ms: number): string {
  return new Date(ms).toISOString();
}
