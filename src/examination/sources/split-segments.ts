/** What the names in a folder say about the segments of a split raw image. */
export type SegmentNames =
  | { kind: "single" }
  | { kind: "segments"; names: string[] }
  | { kind: "missing"; name: string };

const NUMBERED = /^(.+)\.(\d{3,})$/s;

/**
 * Finds all segments of the raw image a name belongs to: "x.001", "x.002" …, or from "x.000"; beyond 999 "x.1000".
 *
 * @param name The given file's name, one character a byte, as are `others`.
 * @param others Names in its folder, itself among them or not.
 * @returns "single" where the name has no number of three or more digits; "missing" with the first absent segment.
 */
export function segmentNames(name: string, others: Iterable<string>): SegmentNames {
  const [, stem, digits] = NUMBERED.exec(name) ?? [];
  if (stem === undefined || digits === undefined) return { kind: "single" };
  const numbers = new Set([Number(digits)]);
  for (const other of others) {
    const [, otherStem, otherDigits] = NUMBERED.exec(other) ?? [];
    if (otherStem === stem && otherDigits !== undefined && suffix(Number(otherDigits)) === otherDigits) {
      numbers.add(Number(otherDigits));
    }
  }
  // "notes.2024" is a name with a year, not the two thousand and twenty-fourth segment of an image without a first.
  if (digits.length > 3 && !numbers.has(0) && !numbers.has(1)) return { kind: "single" };
  const first = numbers.has(0) ? 0 : 1;
  const names: string[] = [];
  for (let number = first; names.length < numbers.size; number++) {
    const segment = `${stem}.${suffix(number)}`;
    if (!numbers.has(number)) return { kind: "missing", name: segment };
    names.push(segment);
  }
  return { kind: "segments", names };
}

function suffix(number: number): string {
  return String(number).padStart(3, "0");
}
