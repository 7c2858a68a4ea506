/** The output of a block, shared by all blocks of a stream: matches may reach into earlier ones. */
export interface LzTarget {
  out: Uint8Array;
  to: number;
}

/** Below this a loop is faster than the engine's copy. */
const SHORT_BYTES = 24;

/** Copies a match, which may overlap itself. Stops at the end of the output. */
export function copyMatch(target: LzTarget, length: number, distance: number): void {
  if (distance <= 0 || distance > target.to) {
    throw new RangeError(`Cannot unpack: a match must lie in what came before it, current distance is ${distance}`);
  }
  const { out, to } = target;
  const end = Math.min(out.length, to + length);
  target.to = end;
  if (end - to < SHORT_BYTES) for (let at = to; at < end; at++) out[at] = out[at - distance] as number;
  else {
    // What repeats itself doubles with every copy.
    for (let at = to, known = distance; at < end; ) {
      const count = Math.min(known, end - at);
      out.copyWithin(at, to - distance, to - distance + count);
      at += count;
      known += count;
    }
  }
}

/** Copies literals. Stops at the end of the output. */
export function copyLiterals(target: LzTarget, literals: Uint8Array): void {
  const count = Math.min(literals.length, target.out.length - target.to);
  if (count < SHORT_BYTES) for (let i = 0; i < count; i++) target.out[target.to + i] = literals[i] as number;
  else target.out.set(count === literals.length ? literals : literals.subarray(0, count), target.to);
  target.to += count;
}

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
