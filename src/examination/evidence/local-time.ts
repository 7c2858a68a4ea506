import type { Language } from "#base/words";

/**
 * A UTC moment as a person at the place reads it: "22 November 2026 at 14:08".
 *
 * @param zone IANA name or offset ("+07:00"); an unknown one is taken as UTC.
 */
export function localMoment(language: Language, iso: string, zone: string): string {
  const locale = language === "km" ? "km-u-nu-khmr" : "en-GB";
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: knownZone(zone),
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return format.format(new Date(iso));
}

/** A UTC moment's day in the zone. */
export function localDay(language: Language, iso: string, zone: string): string {
  const locale = language === "km" ? "km-u-nu-khmr" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: knownZone(zone), dateStyle: "long" }).format(new Date(iso));
}

/** A UTC moment's hour and minute in the zone: "14:29". */
export function localHour(language: Language, iso: string, zone: string): string {
  const locale = language === "km" ? "km-u-nu-khmr" : "en-GB";
  const format = { timeZone: knownZone(zone), hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(locale, format).format(new Date(iso));
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
