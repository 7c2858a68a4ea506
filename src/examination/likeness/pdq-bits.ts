const KEPT = 16;
const COUNT = KEPT * KEPT;

/** A picture turned or mirrored; the names say what was done to it: turned clockwise, left and right exchanged (mirror), top and bottom (flip). */
export const TRANSFORMS = [
  ...(["none", "rotate90", "rotate180", "rotate270"] as const),
  ...(["mirror", "flip", "transpose", "transverse"] as const),
] as const;
export type Transform = (typeof TRANSFORMS)[number];

/** Which coefficients change place and sign: a mirrored side negates its odd frequencies, which stand at even indices here. */
const MOVES: Record<Transform, { transpose: boolean; rows: boolean; columns: boolean }> = {
  none: { transpose: false, rows: false, columns: false },
  rotate90: { transpose: true, rows: false, columns: true },
  rotate180: { transpose: false, rows: true, columns: true },
  rotate270: { transpose: true, rows: true, columns: false },
  mirror: { transpose: false, rows: false, columns: true },
  flip: { transpose: false, rows: true, columns: false },
  transpose: { transpose: true, rows: false, columns: false },
  transverse: { transpose: true, rows: true, columns: true },
};

/**
 * The hash of a picture from its 16 x 16 coefficients: a bit is set where a coefficient is over the lower median.
 *
 * @returns 32 bytes, most significant first, as the reference writes them in hexadecimal.
 */
export function hashOf(values: Float32Array, transform: Transform = "none"): Uint8Array<ArrayBuffer> {
  const moved = transform === "none" ? values : movedValues(values, transform);
  const median = lowerMedian(moved);
  const hash = new Uint8Array(32);
  for (let byte = 0; byte < 32; byte++) {
    let bits = 0;
    for (let bit = 7; bit >= 0; bit--) bits = bits * 2 + ((moved[byte * 8 + bit] ?? 0) > median ? 1 : 0);
    hash[31 - byte] = bits;
  }
  return hash;
}

function movedValues(values: Float32Array, transform: Transform): Float32Array {
  const { transpose, rows, columns } = MOVES[transform];
  const moved = new Float32Array(COUNT);
  for (let i = 0; i < KEPT; i++) {
    for (let j = 0; j < KEPT; j++) {
      const value = values[transpose ? j * KEPT + i : i * KEPT + j] ?? 0;
      const negative = (rows && i % 2 === 0) !== (columns && j % 2 === 0);
      moved[i * KEPT + j] = negative ? -value : value;
    }
  }
  return moved;
}

/** The 128th of 256 in order, by quickselect. */
function lowerMedian(values: Float32Array): number {
  const rest = values.slice();
  let [low, high] = [0, COUNT - 1];
  while (low < high) {
    const pivot = rest[(low + high) >> 1] ?? 0;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((rest[left] ?? 0) < pivot) left++;
      while ((rest[right] ?? 0) > pivot) right--;
      if (left > right) break;
      const kept = rest[left] ?? 0;
      rest[left++] = rest[right] ?? 0;
      rest[right--] = kept;
    }
    if (COUNT / 2 - 1 <= right) high = right;
    else if (COUNT / 2 - 1 >= left) low = left;
    else break;
  }
  return rest[COUNT / 2 - 1] ?? 0;
}
