import { number, size } from "#base/words";
import { localDay, localHour, localMoment, zoneOffset } from "./local-time.ts";
import type { Report } from "./report-record.ts";
import type { Teller } from "./teller.ts";

/** Makes a foreign text fit to be shown: on a page, escaped; on paper, visible. */
export type Foreign = (text: string) => string;

/** What the device is, in one line. */
export function deviceText({ language, say }: Teller, { source }: Report, foreign: Foreign): string {
  const { medium, sizeBytes, model, serial, place } = source;
  const named = [say(`medium.${medium}`), size(language, sizeBytes)];
  if (model !== undefined && model !== "") named.push(foreign(model));
  if (serial !== undefined && serial !== "") named.push(say("page.serial", { serial }));
  const path = place.length > 120 ? `…${place.slice(-100)}` : place;
  return `${named.join(", ")} (${foreign(path)})`;
}

/** From when to when, in the place's own time. */
export function whenText({ language, say }: Teller, { clock }: Report): string {
  const { startedAt, endedAt, zone } = clock;
  const sameDay = localDay(language, startedAt, zone) === localDay(language, endedAt, zone);
  const to = sameDay ? localHour(language, endedAt, zone) : localMoment(language, endedAt, zone);
  return say("page.from-to", { from: localMoment(language, startedAt, zone), to, zone: zoneOffset(endedAt, zone) });
}

/** The first four lists, one a line, and how many more there are. */
export function listTexts({ language, say }: Teller, { filter }: Report): { text: string; expired: boolean }[] {
  const shown = filter.slice(0, 4).map(({ name, agency, release, releasedAt, validUntil, expired }) => {
    const day = (iso: string): string => localDay(language, iso, "UTC"); // a list's dates are days of its maker
    const values = { name, agency, release, date: day(releasedAt), until: day(validUntil) };
    return { text: say("page.list.value", values), expired };
  });
  if (filter.length > 4) shown.push({ text: `+ ${number(language, filter.length - 4)}`, expired: false });
  return shown;
}
