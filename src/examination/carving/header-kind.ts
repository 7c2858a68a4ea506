/** Beginnings that are looked for: at any byte, and those of the second line only where a sector begins. */
export const HEADER_KINDS = ["jpeg", "png", "gif", "riff", "ftyp", "bmp", "tiff", "mov"] as const;
export type HeaderKind = (typeof HEADER_KINDS)[number];

/** As finders write them. */
export const KIND_NUMBER: Record<HeaderKind, number> = {
  ...{ jpeg: 0, png: 1, gif: 2, riff: 3 },
  ...{ ftyp: 4, bmp: 5, tiff: 6, mov: 7 },
};
