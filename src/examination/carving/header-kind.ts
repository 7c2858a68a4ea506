/** Beginnings that are looked for at any byte, those of the last line only where a sector begins. */
const HEADER_KINDS = [
  ...(["jpeg", "png", "gif", "riff", "ftyp", "bmp", "tiff"] as const),
  ...(["zip", "7z", "gzip", "bzip2", "xz", "zstd", "rar", "cab"] as const),
  ...(["ole", "pdf", "sqlite", "sqlite-wal", "thumbcache"] as const),
  ...(["mov", "tar", "mail"] as const),
] as const;
export type HeaderKind = (typeof HEADER_KINDS)[number];

/** As finders write them: place × KINDS + number. */
export const KIND_NUMBER = Object.fromEntries(HEADER_KINDS.map((kind, number) => [kind, number])) as Record<
  HeaderKind,
  number
>;

/** More than there are kinds. */
export const KINDS = 32;

/** What a finder wrote, read again. */
export function headerOf(hit: number): { at: number; kind: HeaderKind } {
  return { at: Math.floor(hit / KINDS), kind: HEADER_KINDS[hit % KINDS] ?? "jpeg" };
}

/** The first three bytes of each kind that is looked for at any byte, in eight groups: a finder sifts by them. */
const SIFTED: readonly string[][] = [
  ["\xff\xd8\xff"],
  ["\x89PN", "PK\x03"],
  ["GIF", "RIF", "fty"],
  ["II*", "MM\0"],
  ["7z\xbc", "7\x7f\x06", "\xfd7z"],
  ["\x1f\x8b\x08", "\x28\xb5\x2f"],
  ["MSC", "%PD", "SQL", "CMM", "BZh", "Rar", "\xd0\xcf\x11"],
  ["BM"],
];

/**
 * Six tables of 16: groups in which the lower half of a first byte may be so, its upper half, and the same of the second and the third byte.
 * A place where all six have a group in common is looked at closer.
 */
export function siftTables(): Uint8Array {
  const tables = new Uint8Array(96);
  const add = (at: number, group: number): void => {
    tables[at] = (tables[at] ?? 0) | (1 << group);
  };
  for (const [group, marks] of SIFTED.entries()) {
    for (const mark of marks) {
      for (let byte = 0; byte < 3; byte++) {
        // A mark of two bytes has any third one.
        const values = byte < mark.length ? [mark.charCodeAt(byte)] : Array.from({ length: 256 }, (_, i) => i);
        for (const value of values) {
          add(byte * 32 + (value & 15), group);
          add(byte * 32 + 16 + (value >> 4), group);
        }
      }
    }
  }
  return tables;
}
