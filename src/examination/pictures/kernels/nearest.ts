// Takes pixels of given columns out of rows, in 128-bit SIMD. The readable reference is nearestPixels in ../reduce-pixels.ts; both give
// the same bytes (nearest-pixels.test.ts). No static data.
// Groups of neighbouring outputs lie within 16 bytes of a row: `bases` (i32 each) says where these begin, `masks` (16 bytes each) which
// of them are taken. Bytes are read and written up to 16 past the end of a row; the next row, or room left free, lies there.

// `rows`: where each row begins, from `pixels` on (i32 each). `step`: bytes that a group writes.
export function take(pixels: usize, rows: usize, count: i32, bases: usize, masks: usize, groups: i32, step: i32, out: usize, outRow: i32): void {
  for (let y = 0; y < count; y++) {
    const from = pixels + <usize>load<i32>(rows + (<usize>y << 2));
    let to = out + <usize>(y * outRow);
    for (let group = 0; group < groups; group++) {
      const base = from + <usize>load<i32>(bases + (<usize>group << 2));
      v128.store(to, i8x16.swizzle(v128.load(base), v128.load(masks + (<usize>group << 4))));
      to += <usize>step;
    }
  }
}
