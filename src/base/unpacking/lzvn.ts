import { copyLiterals, copyMatch, type LzTarget } from "./lz-target.ts";

/** One command: literals, match, distance (0: as before), and its own length. */
interface Step {
  literals: number;
  match: number;
  distance: number;
  length: number;
}

/** @see lzfse, lzvn: opcodes by their byte; 0x06 ends, 0x0e and 0x16 do nothing */
function stepAt(bytes: Uint8Array, at: number): Step | "end" {
  const code = bytes[at] ?? 0x06;
  const next = bytes[at + 1] ?? 0;
  const last = bytes[at + 2] ?? 0;
  if (code === 0x06) return "end";
  if (code === 0x0e || code === 0x16) return { literals: 0, match: 0, distance: 0, length: 1 };
  if (code >= 0xf0) {
    const match = code === 0xf0 ? next + 16 : code & 15;
    return { literals: 0, match, distance: 0, length: code === 0xf0 ? 2 : 1 };
  }
  if (code >= 0xe0) {
    const literals = code === 0xe0 ? next + 16 : code & 15;
    return { literals, match: 0, distance: 0, length: code === 0xe0 ? 2 : 1 };
  }
  if (code >= 0xa0 && code < 0xc0) {
    const match = (((code & 7) << 2) | (next & 3)) + 3;
    return { literals: (code >> 3) & 3, match, distance: (next >> 2) | (last << 6), length: 3 };
  }
  const low = code & 7;
  if ((low === 6 && code < 0x40) || (code >= 0x70 && code < 0x80) || code >= 0xd0) {
    throw new RangeError(`Cannot unpack LZVN: unknown code, current value is ${code}`);
  }
  const step = { literals: code >> 6, match: ((code >> 3) & 7) + 3 };
  if (low === 6) return { ...step, distance: 0, length: 1 };
  if (low === 7) return { ...step, distance: next | (last << 8), length: 3 };
  return { ...step, distance: (low << 8) | next, length: 2 };
}

/**
 * Unpacks one LZVN block into the target.
 *
 * @throws {RangeError} Where the block is damaged.
 */
export function unpackLzvn(bytes: Uint8Array, target: LzTarget): void {
  let distance = 0;
  for (let at = 0; at < bytes.length && target.to < target.out.length; ) {
    const step = stepAt(bytes, at);
    if (step === "end") return;
    at += step.length;
    copyLiterals(target, bytes.subarray(at, at + step.literals));
    at += step.literals;
    if (step.distance > 0) distance = step.distance;
    if (step.match > 0) copyMatch(target, step.match, distance);
  }
}
