import { big } from "#base/values";

/** A box of an ISO base media file. @see ISO/IEC 14496-12 §4.2 */
export interface Box {
  type: string;
  startByte: number;
  headBytes: number;
  sizeBytes: number;
}

/** A box by its first 16 bytes; null where none can be. One that goes on to the file's end has no size and is none. */
export function boxIn(head: Uint8Array, startByte: number): Box | null {
  if (head.length < 8) return null;
  const short = big(head, 0, 4);
  const isLong = short === 1;
  const sizeBytes = isLong ? big(head, 8, 8) : short;
  const headBytes = isLong ? 16 : 8;
  if (sizeBytes < headBytes || !Number.isSafeInteger(sizeBytes)) return null;
  return { type: String.fromCharCode(...head.subarray(4, 8)), startByte, headBytes, sizeBytes };
}

const INSIDE_MOST = 100_000;

/** The boxes within some bytes, as far as they are in order. */
export function* boxesIn(bytes: Uint8Array, from = 0): Generator<Box & { body: Uint8Array }> {
  for (let at = from, count = 0; at + 8 <= bytes.length && count < INSIDE_MOST; count++) {
    const box = boxIn(bytes.subarray(at, at + 16), at);
    if (box === null || at + box.sizeBytes > bytes.length) return;
    yield { ...box, body: bytes.subarray(at + box.headBytes, at + box.sizeBytes) };
    at += box.sizeBytes;
  }
}

/** What is in the first box that a path of types leads to; null where there is none. */
export function boxAt(bytes: Uint8Array, path: readonly string[]): Uint8Array | null {
  let inside: Uint8Array | null = bytes;
  for (const type of path) {
    const outer: Uint8Array = inside;
    inside = null;
    for (const box of boxesIn(outer)) {
      if (box.type !== type) continue;
      inside = box.body;
      break;
    }
    if (inside === null) return null;
  }
  return inside;
}
