/**
 * A remaining time in the steps in which it may be promised: 1 minute up to 10, 5 minutes up to an hour, then 30 minutes;
 * rounded up, so that nobody waits longer than was said.
 *
 * @returns Whole minutes, at least 1.
 */
export function stepMinutes(seconds: number): number {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const step = minutes <= 10 ? 1 : minutes <= 60 ? 5 : 30;
  return Math.ceil(minutes / step) * step;
}
