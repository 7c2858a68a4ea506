import { type Language, momentText } from "#base/words";

/**
 * A UTC moment as a person at the place reads it: "22 November 2026 at 14:08".
 *
 * @param zone IANA name or offset ("+07:00"); an unknown one is taken as UTC.
 */
export function localMoment(language: Language, iso: string, zone: string): string {
  return momentText(language, Date.parse(iso), { part: "both", zone: knownZone(zone) });
}

/** A UTC moment's day in the zone. */
export function localDay(language: Language, iso: string, zone: string): string {
  return momentText(language, Date.parse(iso), { part: "day", zone: knownZone(zone) });
}

/** A UTC moment's hour and minute in the zone: "14:29". */
export function localHour(language: Language, iso: string, zone: string): string {
  return momentText(language, Date.parse(iso), { part: "hour", zone: knownZone(zone) });
}

/** The zone's offset from UTC at a moment: "UTC+07:00". */
export function zoneOffset(iso: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: knownZone(zone), timeZoneName: "longOffset" }).formatToParts(
    new Date(iso),
  );
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  return offset.replace("GMT", "UTC");
}

function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}
