import { big, holds } from "#base/values";
import { type HeaderKind, KIND_NUMBER, KINDS } from "./header-kind.ts";
import { headersTwin } from "./header-twin.ts";

/** Bytes that are looked at in one go. */
export const WINDOW_BYTES = 2 ** 20;
/** Behind a window: the beginnings that its last bytes begin. */
export const OVERLAP_BYTES = 64;
/** Of one call. */
export const HITS_MOST = 4096;
const SECTOR = 512;

/** Finds where pictures and films may begin. */
export interface HeaderFinder {
  /** To be filled before find(): WINDOW_BYTES, and OVERLAP_BYTES of what stands behind them, or zeros. */
  readonly window: Uint8Array;
  /**
   * Beginnings in [from, to) of the window, ascending, as place × KINDS + number of the kind.
   *
   * @param to At most WINDOW_BYTES.
   * @param everyBytes 1: at any byte; 512: only where a sector begins.
   * @returns A view that holds until the next call. Where it holds HITS_MOST, there may be more behind its last place.
   */
  find(from: number, to: number, everyBytes: number): Uint32Array;
}

/** How a finder looks at any byte: all of `hits` or fewer. */
export type AnyByteFinder = (bounds: [number, number], hits: Uint32Array) => number;

/** A finder without a kernel. */
export function plainFinder(): HeaderFinder {
  const window = new Uint8Array(WINDOW_BYTES + OVERLAP_BYTES);
  return finderOver(window, new Uint32Array(HITS_MOST), (bounds, hits) => headersTwin(window, bounds, hits));
}

/** A finder over a window, its own way of looking at any byte handed in. */
export function finderOver(window: Uint8Array, hits: Uint32Array, anyByte: AnyByteFinder): HeaderFinder {
  const all = new Uint32Array(hits.length + WINDOW_BYTES / SECTOR);
  const one = new Uint32Array(1);
  return {
    window,
    find: (from, to, everyBytes) => {
      let count = everyBytes === 1 ? anyByte([from, to], hits) : 0;
      const end = count === hits.length ? Math.floor((hits[count - 1] ?? 0) / KINDS) : to;
      all.set(hits.subarray(0, count));
      for (let at = Math.ceil(from / SECTOR) * SECTOR; at < end; at += SECTOR) {
        if (everyBytes !== 1) {
          // "ftyp" stands four bytes behind a file's beginning.
          if (headersTwin(window, [at, at + 1], one) > 0) all[count++] = one[0] ?? 0;
          else if (headersTwin(window, [at + 4, at + 5], one) > 0 && (one[0] ?? 0) % KINDS === KIND_NUMBER.ftyp)
            all[count++] = one[0] ?? 0;
        }
        const kind = sectorKind(window, at);
        if (kind !== null) all[count++] = at * KINDS + KIND_NUMBER[kind];
      }
      return all.subarray(0, count).sort();
    },
  };
}

/** Kinds whose beginning is too short to be looked for at any byte. */
function sectorKind(bytes: Uint8Array, at: number): HeaderKind | null {
  const first = bytes[at] ?? 0;
  if (first === 0) return (bytes[at + 4] ?? 0) === 0 ? null : movieBox(bytes, at);
  if (isSumField(bytes, at + 148)) return "tar";
  return isFieldName(bytes, at) ? "mail" : movieBox(bytes, at);
}

function movieBox(bytes: Uint8Array, at: number): "mov" | null {
  const letter = bytes[at + 4];
  if (letter !== 0x6d && letter !== 0x77) return null;
  const isBox = holds(bytes, at + 4, "moov") || holds(bytes, at + 4, "mdat") || holds(bytes, at + 4, "wide");
  return isBox && big(bytes, at, 4) < 2 ** 31 ? "mov" : null;
}

/** The sum in a header of tar: six digits or fewer, in base 8, and what ends them. */
function isSumField(bytes: Uint8Array, at: number): boolean {
  const last = bytes[at + 7] ?? 255;
  if (last !== 0 && last !== 0x20) return false;
  let digits = 0;
  for (let i = 0; i < 7; i++) {
    const byte = bytes[at + i] ?? 255;
    if (byte >= 0x30 && byte <= 0x37) digits++;
    else if (byte !== 0 && byte !== 0x20) return false;
  }
  return digits >= 3;
}

/** First letters of the fields that mails begin with, and of a box of mails ("From "). */
const FIELDS = new Set(
  ["re", "fr", "to", "da", "su", "me", "mi", "co", "de", "x-"].map(
    (two) => two.charCodeAt(0) * 256 + two.charCodeAt(1),
  ),
);
const FIELD_MOST = 28;

/** Whether a line begins with a name that may be a mail's field, and a colon. */
function isFieldName(bytes: Uint8Array, at: number): boolean {
  const [first, second] = [(bytes[at] ?? 0) | 0x20, (bytes[at + 1] ?? 0) | 0x20];
  if (first < 0x61 || first > 0x7a || !FIELDS.has(first * 256 + second)) return false;
  if (holds(bytes, at, "From ")) return true;
  for (let i = 2; i < FIELD_MOST; i++) {
    const byte = bytes[at + i] ?? 0;
    if (byte === 0x3a) return true;
    const letter = byte | 0x20;
    if (byte !== 0x2d && (letter < 0x61 || letter > 0x7a)) return false;
  }
  return false;
}
