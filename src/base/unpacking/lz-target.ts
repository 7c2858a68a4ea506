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
