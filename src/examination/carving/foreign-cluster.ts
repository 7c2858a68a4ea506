import type { CarveGround } from "./carve-ground.ts";

/** Text has more kinds of bytes than the codes of an even area, spaces or line ends, and almost nothing else. */
const TEXT_KINDS = 12;
const OTHER_SHARE = 0.03;

/** Whether bytes are nothing that codes of a picture can be: all alike, or text. */
export function isForeign(bytes: Uint8Array): boolean {
  const [first] = bytes;
  if (first === undefined) return false;
  const othersMost = bytes.length * OTHER_SHARE;
  const seen = new Uint8Array(256);
  let [others, isEven] = [0, true];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte !== first) isEven = false;
    seen[byte] = 1;
    const isText = (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
    // Codes are found out within a few bytes.
    if (!isText && ++others > othersMost && !isEven) return false;
  }
  if (isEven) return true;
  const kinds = seen.reduce((sum, one) => sum + one, 0);
  return kinds >= TEXT_KINDS && (seen[0x20] === 1 || seen[0x0a] === 1);
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
