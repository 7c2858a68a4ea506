import type { segmentNames } from "#examination/sources";

type SegmentNames = ReturnType<typeof segmentNames>;

const LETTERED = /^(.+\.|x)([a-z]{2,4})$/s;

/**
 * Finds all segments of a raw image that was cut by split(1): "x.dd.aa", "x.dd.ab" … or "xaa", "xab" ….
 *
 * @param name The given file's name, one character a byte, as are `others`.
 * @returns "single" where the folder does not hold a first and a second one of the same length; "missing" with the first
 *   absent segment before the last.
 */
export function letteredSegments(name: string, others: Iterable<string>): SegmentNames {
  const [, stem = "", letters = ""] = LETTERED.exec(name) ?? [];
  if (letters === "") return { kind: "single" };
  const numbers = new Set([numberOf(letters)]);
  for (const other of others) {
    const [, otherStem, suffix = ""] = LETTERED.exec(other) ?? [];
    if (otherStem === stem && suffix.length === letters.length) numbers.add(numberOf(suffix));
  }
  if (!numbers.has(0) || !numbers.has(1)) return { kind: "single" };
  const names: string[] = [];
  // A name by chance ("x.dd.txt" beside "x.dd.aaa") is no segment: the set ends where more are missing than are there.
  const last = [...numbers].sort((a, b) => a - b).findLast((number, i) => number <= 2 * i + 1) ?? 0;
  for (let number = 0; number <= last; number++) {
    const segment = stem + lettersOf(number, letters.length);
    if (!numbers.has(number)) return { kind: "missing", name: segment };
    names.push(segment);
  }
  return names.includes(name) ? { kind: "segments", names } : { kind: "single" };
}

function numberOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 97, 0);
}

function lettersOf(number: number, length: number): string {
  return Array.from({ length }, (_, i) =>
    String.fromCharCode(97 + (Math.floor(number / 26 ** (length - 1 - i)) % 26)),
  ).join("");
}
