const DIGITS = "0123456789";
const KHMER_DIGITS = "០១២៣៤៥៦៧៨៩";

/**
 * The exhibit number after this one: its last group of digits counted up, in the digits in which it was written and at least as wide.
 *
 * @returns with "-2" behind it where it has no digit.
 */
export function nextExhibit(exhibit: string): string {
  const found = /^(.*?)([0-9]+|[០-៩]+)([^0-9០-៩]*)$/su.exec(exhibit);
  if (found === null) return `${exhibit}-2`;
  const [, before = "", digits = "", after = ""] = found;
  return `${before}${countedUp(digits)}${after}`;
}

function countedUp(digits: string): string {
  const own = KHMER_DIGITS.includes(digits[0] ?? "") ? KHMER_DIGITS : DIGITS;
  const values = [...digits].map((digit) => own.indexOf(digit));
  for (let at = values.length - 1; at >= 0; at--) {
    const value = (values[at] ?? 0) + 1;
    values[at] = value % 10;
    if (value < 10) return written(values, own);
  }
  return written([1, ...values], own);
}

function written(values: number[], own: string): string {
  return values.map((value) => own[value] ?? "").join("");
}

/** The first number of a kit in a year: 2026-0001. */
export function firstExhibit(nowMs: number): string {
  return `${new Date(nowMs).getFullYear()}-0001`;
}

/** The first number from this one on that nothing has yet; gives up counting after 10,000. */
export function freeExhibit(from: string, used: (exhibit: string) => boolean): string {
  let exhibit = from;
  for (let i = 0; i < 10_000 && used(exhibit); i++) exhibit = nextExhibit(exhibit);
  return exhibit;
}

const UNWRITABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What an officer wrote in a field, as it is kept; undefined where it cannot stand in a report. */
export function fieldText(text: string, most: number): string | undefined {
  const kept = text.normalize("NFC").trim();
  return kept.length > most || UNWRITABLE.test(kept) ? undefined : kept;
}
