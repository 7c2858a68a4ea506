import { big, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { readBytes } from "./read-bytes.ts";

// An entry of Firefox's cache: what came from the address, sums of its chunks, notes; the last four bytes say where the notes begin.
// @see Firefox 115 to 153, netwerk/cache2/CacheFileMetadata.h

const CHUNK_BYTES = 262_144;
const VERSION_MOST = 16;

/** Its name is the address's SHA-1. */
export function isFirefoxEntry(name: Uint8Array, source: ByteSource): boolean {
  return /^[0-9A-F]{40}$/.test(String.fromCharCode(...name.subarray(0, 41))) && bodyBytes(source) !== null;
}

export function readFirefoxEntry(source: ByteSource, visit: ContainerVisit): void {
  const lengthBytes = bodyBytes(source);
  if (lengthBytes === null || lengthBytes === 0) return;
  const bytes = slice(source, 0, lengthBytes);
  visit.entry({ path: [utf8("body")], content: { how: "plain", bytes }, sizeBytes: lengthBytes, search: true });
}

/** Where the notes begin; null where no header of notes stands there. */
function bodyBytes(source: ByteSource): number | null {
  try {
    const told = big(readBytes(source, source.sizeBytes - 4, 4), 0, 4);
    const sums = 4 + 2 * Math.ceil(told / CHUNK_BYTES);
    const head = readBytes(source, told + sums, 8);
    const [version, fetched] = [big(head, 0, 4), big(head, 4, 4)];
    return head.length === 8 && version >= 1 && version <= VERSION_MOST && fetched < 2 ** 24 ? told : null;
  } catch {
    return null;
  }
}
