import { holds } from "#base/values";
import { type HeaderKind, KIND_NUMBER } from "./header-kind.ts";

/** What begins at a place, of the kinds that are looked for at any byte. */
function kindAt(bytes: Uint8Array, at: number): HeaderKind | null {
  const first = bytes[at] ?? 0;
  if (first === 0xff)
    return bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff && isSegment(bytes[at + 3] ?? 0) ? "jpeg" : null;
  if (first === 0x89) return holds(bytes, at, "\x89PNG\r\n\x1a\n") ? "png" : null;
  if (first === 0x47) return holds(bytes, at, "GIF87a") || holds(bytes, at, "GIF89a") ? "gif" : null;
  if (first === 0x52) return isRiff(bytes, at) ? "riff" : null;
  return first === 0x66 && holds(bytes, at, "ftyp") ? "ftyp" : null;
}

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

/** The readable twin of kernels/headers.ts. @returns how many were written to `hits`, at most as many as it holds. */
export function headersTwin(bytes: Uint8Array, [from, to]: [number, number], hits: Uint32Array): number {
  let found = 0;
  for (let at = from; at < to && found < hits.length; at++) {
    const kind = kindAt(bytes, at);
    if (kind !== null) hits[found++] = at * 8 + KIND_NUMBER[kind];
  }
  return found;
}
