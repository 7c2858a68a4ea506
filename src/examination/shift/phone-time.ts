const KHMER_ZERO = 0x17e0;
const MINUTE_MS = 60_000;

/** A day and an hour as a phone shows them, in this computer's zone: "2026-11-25 14:08"; Khmer digits are digits. undefined: none. */
export function phoneTimeMs(text: string): number | undefined {
  const plain = text.trim().replace(/[០-៩]/g, (digit) => String((digit.codePointAt(0) ?? 0) - KHMER_ZERO));
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2}) +(\d{1,2})[:.](\d{2})$/.exec(plain)?.slice(1).map(Number);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts ?? [];
  const at = new Date(year, month - 1, day, hour, minute);
  const same = at.getFullYear() === year && at.getMonth() === month - 1 && at.getDate() === day;
  return parts !== undefined && same && year >= 2000 && hour < 24 && minute < 60 ? at.getTime() : undefined;
}

/** Whole minutes that a phone is ahead of the computer: both show no seconds. */
export function minutesAhead(phoneMs: number, nowMs: number): number {
  return Math.floor(phoneMs / MINUTE_MS) - Math.floor(nowMs / MINUTE_MS);
}

/** The day of a moment as an officer writes it: "2026-11-25". */
export function dayWritten(nowMs: number): string {
  const at = new Date(nowMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
