import { khmerDigits } from "./khmer-digits.ts";
import type { Language } from "./speaker.ts";

/** What of a moment is written: its day, its hour and minute, or both. */
export type MomentPart = "day" | "hour" | "both";

/** January to December, as Khmer writes them. */
const MONTHS = "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ".split(" ");
const DAY = { day: "numeric", month: "long", year: "numeric" } as const;
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const FORMS = { day: DAY, hour: HOUR, both: { ...DAY, ...HOUR } };

/**
 * A moment as a person at the place reads it: "22 November 2026 at 14:08", "២២ វិច្ឆិកា ២០២៦ នៅម៉ោង ១៤:០៨". The Khmer is put
 * together here, not by `Intl`: browsers built on Chromium know no Khmer months.
 *
 * @param zone IANA name or offset; absent: the machine's own.
 */
export function momentText(
  language: Language,
  atMs: number,
  { part, zone }: { part: MomentPart; zone?: string },
): string {
  const place = zone === undefined ? {} : { timeZone: zone };
  if (language === "en") return new Intl.DateTimeFormat("en-GB", { ...FORMS[part], ...place }).format(atMs);
  const numeric = { ...FORMS.both, month: "numeric", ...place } as const;
  const parts = new Intl.DateTimeFormat("en-GB", numeric).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  const day = `${Number(of("day"))} ${MONTHS[Number(of("month")) - 1] ?? ""} ${of("year")}`;
  const hour = `${of("hour")}:${of("minute")}`;
  return khmerDigits({ day, hour, both: `${day} នៅ\u200bម៉ោង ${hour}` }[part]);
}
