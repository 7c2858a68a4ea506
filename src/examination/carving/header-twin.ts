import { holds, little } from "#base/values";
import { type HeaderKind, KIND_NUMBER, KINDS } from "./header-kind.ts";

type At = (bytes: Uint8Array, at: number) => HeaderKind | null;

function marked(mark: string, kind: HeaderKind): At {
  return (bytes, at) => (holds(bytes, at, mark) ? kind : null);
}

/** What a first byte may begin, of the kinds that are looked for at any byte. */
const BY_FIRST = new Map<number, At>([
  [0xff, (bytes, at) => (holds(bytes, at + 1, "\xd8\xff") && isSegment(bytes[at + 3] ?? 0) ? "jpeg" : null)],
  [0x89, marked("\x89PNG\r\n\x1a\n", "png")],
  [0x47, (bytes, at) => (holds(bytes, at, "GIF87a") || holds(bytes, at, "GIF89a") ? "gif" : null)],
  [0x52, (bytes, at) => (isRar(bytes, at) ? "rar" : isRiff(bytes, at) ? "riff" : null)],
  [0x66, marked("ftyp", "ftyp")],
  [0x50, (bytes, at) => (holds(bytes, at, "PK\x03\x04") && isZipEntry(bytes, at) ? "zip" : null)],
  [
    0x37,
    (bytes, at) => {
      if (holds(bytes, at, "7z\xbc\xaf\x27\x1c")) return "7z";
      const isLog = holds(bytes, at, "7\x7f\x06") && ((bytes[at + 3] ?? 0) & 0xfe) === 0x82;
      return isLog && holds(bytes, at + 4, "\0\x2d\xe2\x18") ? "sqlite-wal" : null;
    },
  ],
  [0x1f, (bytes, at) => (holds(bytes, at, "\x1f\x8b\x08") && isGzipHead(bytes, at) ? "gzip" : null)],
  [0xfd, marked("\xfd7zXZ\0", "xz")],
  [0x42, (bytes, at) => (isBmp(bytes, at) ? "bmp" : isBzip2(bytes, at) ? "bzip2" : null)],
  [0x49, marked("II*\0", "tiff")],
  [0x28, (bytes, at) => (holds(bytes, at, "\x28\xb5\x2f\xfd") && ((bytes[at + 4] ?? 0) & 8) === 0 ? "zstd" : null)],
  [0x4d, (bytes, at) => (holds(bytes, at, "MM\0*") ? "tiff" : holds(bytes, at, "MSCF\0\0\0\0") ? "cab" : null)],
  [0xd0, marked("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole")],
  [0x25, (bytes, at) => (holds(bytes, at, "%PDF-") && isDigit(bytes[at + 5] ?? 0) ? "pdf" : null)],
  [0x53, marked("SQLite format 3\0", "sqlite")],
  [0x43, (bytes, at) => (holds(bytes, at, "CMMM") && isCacheHead(bytes, at) ? "thumbcache" : null)],
]);

/** A marker that may stand second in a JPEG. */
function isSegment(marker: number): boolean {
  return (
    (marker >= 0xc0 && marker <= 0xc4) ||
    (marker >= 0xdb && marker <= 0xdd) ||
    (marker >= 0xe0 && marker <= 0xef) ||
    marker === 0xfe
  );
}

function isRiff(bytes: Uint8Array, at: number): boolean {
  return holds(bytes, at, "RIFF") && (holds(bytes, at + 8, "WEBP") || holds(bytes, at + 8, "AVI "));
}

function isRar(bytes: Uint8Array, at: number): boolean {
  return holds(bytes, at, "Rar!\x1a\x07") && (bytes[at + 6] ?? 2) < 2;
}

/** Nothing where nothing may be, a header of a length that there is, and one plane. */
function isBmp(bytes: Uint8Array, at: number): boolean {
  if (!holds(bytes, at, "BM") || little(bytes, at + 6, 4) !== 0) return false;
  const header = little(bytes, at + 14, 4);
  return header === 12
    ? little(bytes, at + 22, 2) === 1
    : header >= 40 && header < 128 && little(bytes, at + 26, 2) === 1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isBzip2(bytes: Uint8Array, at: number): boolean {
  return holds(bytes, at, "BZh") && isDigit(bytes[at + 3] ?? 0) && holds(bytes, at + 4, "1AY&SY");
}

/** A version that there is, and a name. @see APPNOTE.TXT 6.3.10, 4.3.7 */
function isZipEntry(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 4] ?? 255) <= 90 && little(bytes, at + 26, 2) - 1 < 4096 && little(bytes, at + 26, 2) > 0;
}

/** Flags, strength and system that there are. @see RFC 1952 §2.3 */
function isGzipHead(bytes: Uint8Array, at: number): boolean {
  const [flags, strength, system] = [bytes[at + 3] ?? 255, bytes[at + 8] ?? 255, bytes[at + 9] ?? 0];
  return flags < 0x20 && (strength & 0xf9) === 0 && (system < 14 || system === 255);
}

/** A store's head, whose version and kind are small numbers; those of an entry are not. */
function isCacheHead(bytes: Uint8Array, at: number): boolean {
  return little(bytes, at + 4, 4) < 48 && little(bytes, at + 8, 4) < 32;
}

/** The readable twin of kernels/headers.ts. @returns how many were written to `hits`, at most as many as it holds. */
export function headersTwin(bytes: Uint8Array, [from, to]: [number, number], hits: Uint32Array): number {
  let found = 0;
  for (let at = from; at < to && found < hits.length; at++) {
    const kind = BY_FIRST.get(bytes[at] ?? 0)?.(bytes, at) ?? null;
    if (kind !== null) hits[found++] = at * KINDS + KIND_NUMBER[kind];
  }
  return found;
}
