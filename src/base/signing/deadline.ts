const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const SECOND_MS = 1000;
const DAY_MS = 86_400 * SECOND_MS;

/**
 * Reads a date up to which something holds.
 *
 * @param text YYYY-MM-DD: to the last second of that day, UTC; or ISO 8601 with a time and a zone.
 * @returns Milliseconds since 1970, or undefined when the text is no such date (also 2026-02-30).
 */
export function deadlineMs(text: string): number | undefined {
  const day = DAY.test(text) ? text : MOMENT.exec(text)?.[1];
  if (day === undefined) return undefined;
  const startMs = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(startMs) || new Date(startMs).toISOString().slice(0, 10) !== day) return undefined;
  const ms = day === text ? startMs + DAY_MS - SECOND_MS : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
