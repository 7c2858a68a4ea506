import { equalBytes } from "#base/values";
import { latin, latinBytes } from "./latin.ts";

const NAME = /^(.*)\.([A-Za-z])([0-9A-Za-z]{2})$/s;

/** Number of an EWF segment by its name, 1 for ".E01"; undefined where the name is none. @see segmentSuffix */
function segmentNumber(first: string, rest: string, letter: string): number | undefined {
  if (/^\d\d$/.test(rest)) return first === letter && rest !== "00" ? Number(rest) : undefined;
  if (!/^[A-Z]{2}$/.test(rest)) return undefined;
  const [high = 0, low = 0] = [...rest].map((character) => character.charCodeAt(0) - 65);
  const steps = first.charCodeAt(0) - letter.charCodeAt(0);
  return steps < 0 ? undefined : 100 + steps * 676 + high * 26 + low;
}

/** The last three characters of a segment's name: E01 … E99, EAA … EZZ, FAA … ZZZ. */
export function segmentSuffix(letter: string, number: number): string {
  if (number < 100) return `${letter}${String(number).padStart(2, "0")}`;
  const at = number - 100;
  return String.fromCharCode(
    letter.charCodeAt(0) + Math.floor(at / 676),
    65 + (Math.floor(at / 26) % 26),
    65 + (at % 26),
  );
}

/**
 * All segments of the set a file belongs to, by their names.
 *
 * @param given The file's name and the number its header says.
 * @param others Names in its folder.
 * @returns Names by number. A name that differs from the given one's spelling in case only counts where no other is there.
 */
export function segmentSet(
  given: { name: Uint8Array; number: number },
  others: Iterable<Uint8Array>,
): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>([[given.number, given.name]]);
  const [, stem, first = "", rest = ""] = NAME.exec(latin(given.name)) ?? [];
  if (stem === undefined) return found;
  // Where the set goes beyond Z of its first letter the given name does not say which letter began it: E or S.
  const upper = first.toUpperCase();
  const letter = ["E", "S"].find((start) => segmentNumber(upper, rest.toUpperCase(), start) === given.number);
  if (letter === undefined) return found;
  const lower = first !== upper;
  for (const other of others) {
    const [, otherStem, otherFirst = "", otherRest = ""] = NAME.exec(latin(other)) ?? [];
    if (otherStem?.toLowerCase() !== stem.toLowerCase() || equalBytes(other, given.name)) continue;
    const number = segmentNumber(otherFirst.toUpperCase(), otherRest.toUpperCase(), letter);
    if (number === undefined || number === given.number) continue;
    const suffix = segmentSuffix(letter, number);
    const exact = equalBytes(other, latinBytes(`${stem}.${lower ? suffix.toLowerCase() : suffix}`));
    if (exact || !found.has(number)) found.set(number, other);
  }
  return found;
}
