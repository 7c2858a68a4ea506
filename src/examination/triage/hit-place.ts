/** Where a hit lies: the source (raw media) or a file in it (folder), as `placeText` of sources gives it. */
export interface HitPlace {
  place: string;
  /** Hexadecimal of the raw name, where it is not valid Unicode. */
  placeBytes?: string;
}

/** Orders places by code units, the same on every machine; equal texts by their raw bytes. */
export function comparePlaces(a: HitPlace, b: HitPlace): number {
  return compareTexts(a.place, b.place) || compareTexts(a.placeBytes ?? "", b.placeBytes ?? "");
}

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
