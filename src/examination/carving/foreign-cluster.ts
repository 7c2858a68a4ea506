import type { CarveGround } from "./carve-ground.ts";

/** Text has more kinds of bytes than the codes of an even area, and spaces or line ends. */
const TEXT_KINDS = 12;
const TEXT_SHARE = 0.97;

/** Whether bytes are nothing that codes of a picture can be: all alike, or text. */
export function isForeign(bytes: Uint8Array): boolean {
  const [first] = bytes;
  if (first === undefined) return false;
  if (bytes.every((byte) => byte === first)) return true;
  const seen = new Uint8Array(256);
  let text = 0;
  for (const byte of bytes) {
    seen[byte] = 1;
    if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09) text++;
  }
  const kinds = seen.reduce((sum, one) => sum + one, 0);
  return text >= bytes.length * TEXT_SHARE && kinds >= TEXT_KINDS && (seen[0x20] === 1 || seen[0x0a] === 1);
}

/**
 * The first cluster within a picture's codes that is none of it: decoders fall into step behind it and say nothing.
 *
 * @returns Its first byte, from the picture's beginning; null where there is none.
 */
export function foreignCluster(
  { grainBytes }: CarveGround,
  at: number,
  { bytes, from, to }: { bytes: Uint8Array; from: number; to: number },
): number | null {
  if (at % 512 !== 0) return null;
  for (let cluster = Math.ceil(from / grainBytes) * grainBytes; cluster + grainBytes <= to; cluster += grainBytes) {
    if (isForeign(bytes.subarray(cluster, cluster + grainBytes))) return cluster;
  }
  return null;
}
