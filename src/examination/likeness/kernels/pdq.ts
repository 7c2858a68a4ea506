// The 16 x 16 coefficients of PDQ from pixels, in 128-bit SIMD. The readable reference is ../pdq-twin.ts; both do the same float32
// operations in the same order, so they give the same bits (pdq-kernel.test.ts). No static data.
// Layout at `tables`: starts (64 i32) and weights (64 x 7 f32) down, the same across, DCT rows (16 x 64 f32), their transpose (64 x 16).
// Pixels are read up to 16 bytes past their end. `work`: a row (width + 4 f32), 64 x 64, 16 x 64.

const TAPS: i32 = 7;
const STARTS: usize = 256;
const WEIGHTS: usize = 1792;
const DCT: usize = 2 * (256 + 1792);
const TRANSPOSED: usize = DCT + 4096;
const ROW: usize = 516 * 4;
const SMALL: usize = 64 * 64 * 4;

// Adds the weighted brightness of a row of pixels, four at a time.
// @ts-ignore: decorator
@inline
function addGrey(row: usize, pixels: usize, width: i32, weight: f32): void {
  const scale = f32x4.splat(weight);
  for (let x = 0; x < width; x += 4) {
    const at = row + (<usize>x << 2);
    const luma = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixels + x))));
    v128.store(at, f32x4.add(v128.load(at), f32x4.mul(scale, luma)));
  }
}

// @ts-ignore: decorator
@inline
function addColour(row: usize, pixels: usize, width: i32, weight: f32): void {
  const scale = f32x4.splat(weight);
  const red = f32x4.splat(0.299);
  const green = f32x4.splat(0.587);
  const blue = f32x4.splat(0.114);
  for (let x = 0; x < width; x += 4) {
    const at = row + (<usize>x << 2);
    const rgb = v128.load(pixels + 3 * x);
    const r = f32x4.convert_i32x4_s(i8x16.swizzle(rgb, i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1)));
    const g = f32x4.convert_i32x4_s(i8x16.swizzle(rgb, i8x16(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1)));
    const b = f32x4.convert_i32x4_s(i8x16.swizzle(rgb, i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1)));
    const luma = f32x4.add(f32x4.add(f32x4.mul(red, r), f32x4.mul(green, g)), f32x4.mul(blue, b));
    v128.store(at, f32x4.add(v128.load(at), f32x4.mul(scale, luma)));
  }
}

// Luma and both Jarosz passes, folded, at the 64 x 64 places that are kept.
function reduce(pixels: usize, width: i32, height: i32, channels: i32, tables: usize, row: usize, small: usize): void {
  const across = tables + STARTS + WEIGHTS;
  const stride = <usize>(width * channels);
  for (let r = 0; r < 64; r++) {
    memory.fill(row, 0, ROW);
    const start = load<i32>(tables + (<usize>r << 2));
    for (let t = 0; t < TAPS; t++) {
      const weight = load<f32>(tables + STARTS + (<usize>(r * TAPS + t) << 2));
      if (weight == 0) continue;
      const from = pixels + <usize>(start + t) * stride;
      if (channels == 1) addGrey(row, from, width, weight);
      else addColour(row, from, width, weight);
    }
    for (let c = 0; c < 64; c++) {
      const from = row + (<usize>load<i32>(across + (<usize>c << 2)) << 2);
      let sum: f32 = 0;
      for (let t = 0; t < TAPS; t++) {
        const weight = load<f32>(across + STARTS + (<usize>(c * TAPS + t) << 2));
        if (weight != 0) sum += weight * load<f32>(from + (<usize>t << 2));
      }
      store<f32>(small + (<usize>(r * 64 + c) << 2), sum);
    }
  }
}

// Sum of the steps to the neighbours below and to the right, in hundredths of the range, each cut to a whole number.
function gradients(small: usize): i32 {
  const hundred = f32x4.splat(100);
  const range = f32x4.splat(255);
  let sums = i32x4.splat(0);
  for (let at: usize = 0; at < 63 * 64 * 4; at += 16) {
    const step = f32x4.sub(v128.load(small + at), v128.load(small + at + 256));
    sums = i32x4.add(sums, i32x4.trunc_sat_f32x4_s(f32x4.abs(f32x4.div(f32x4.mul(step, hundred), range))));
  }
  for (let r = 0; r < 64; r++) {
    for (let c = 0; c < 64; c += 4) {
      const at = small + (<usize>(r * 64 + c) << 2);
      const next = c < 60 ? v128.load(at + 4) : v128.shuffle<f32>(v128.load(at), v128.load(at), 1, 2, 3, 3);
      const step = f32x4.sub(v128.load(at), next);
      sums = i32x4.add(sums, i32x4.trunc_sat_f32x4_s(f32x4.abs(f32x4.div(f32x4.mul(step, hundred), range))));
    }
  }
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
}

function transform(small: usize, tables: usize, half: usize, out: usize): void {
  for (let i = 0; i < 16; i++) {
    const row = tables + DCT + (<usize>i << 8);
    for (let j: usize = 0; j < 256; j += 64) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      for (let k: usize = 0; k < 64; k++) {
        const weight = f32x4.splat(load<f32>(row + (k << 2)));
        const at = small + (k << 8) + j;
        a = f32x4.add(a, f32x4.mul(weight, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(at, 32)));
        d = f32x4.add(d, f32x4.mul(weight, v128.load(at, 48)));
      }
      const to = half + (<usize>i << 8) + j;
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
  }
  for (let i = 0; i < 16; i++) {
    const row = half + (<usize>i << 8);
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (let k: usize = 0; k < 64; k++) {
      const value = f32x4.splat(load<f32>(row + (k << 2)));
      const at = tables + TRANSPOSED + (k << 6);
      a = f32x4.add(a, f32x4.mul(value, v128.load(at)));
      b = f32x4.add(b, f32x4.mul(value, v128.load(at, 16)));
      c = f32x4.add(c, f32x4.mul(value, v128.load(at, 32)));
      d = f32x4.add(d, f32x4.mul(value, v128.load(at, 48)));
    }
    const to = out + (<usize>i << 6);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}

// Writes 16 x 16 f32 at `out`. @returns the quality, 0 to 100.
export function coefficients(pixels: usize, width: i32, height: i32, channels: i32, tables: usize, work: usize, out: usize): i32 {
  const small = work + ROW;
  reduce(pixels, width, height, channels, tables, work, small);
  transform(small, tables, small + SMALL, out);
  return min(100, gradients(small) / 90);
}

// One output row of a frame before it is reduced across: the weighted sum of rows of brightness, sixteen pixels at a time.
// @ts-ignore: decorator
@inline
function sumRows(row: usize, pixels: usize, width: i32, weights: usize, count: i32): void {
  for (let x = 0; x < width; x += 16) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let at = pixels + <usize>x;
    for (let t = 0; t < count; t++) {
      const weight = f32x4.splat(load<f32>(weights + (<usize>t << 2)));
      const luma = v128.load(at);
      const low = i16x8.extend_low_i8x16_u(luma);
      const high = i16x8.extend_high_i8x16_u(luma);
      a = f32x4.add(a, f32x4.mul(weight, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low))));
      b = f32x4.add(b, f32x4.mul(weight, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low))));
      c = f32x4.add(c, f32x4.mul(weight, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high))));
      d = f32x4.add(d, f32x4.mul(weight, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high))));
      at += <usize>width;
    }
    const to = row + (<usize>x << 2);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}

// Of a grey frame of any sides; the readable reference is ../frame-reduce.ts. `down` and `across`: starts (64 i32), firsts (65 i32), weights.
// `row`: width + 16 f32. `tables`, `work`, `out` and what is returned as in `coefficients`.
export function frameCoefficients(pixels: usize, width: i32, limited: i32, down: usize, across: usize, row: usize, tables: usize, work: usize, out: usize): i32 {
  const small = work + ROW;
  for (let r = 0; r < 64; r++) {
    const first = load<i32>(down + 256 + (<usize>r << 2));
    const count = load<i32>(down + 260 + (<usize>r << 2)) - first;
    const from = pixels + <usize>load<i32>(down + (<usize>r << 2)) * <usize>width;
    sumRows(row, from, width, down + 516 + (<usize>first << 2), count);
    for (let c = 0; c < 64; c++) {
      const from = row + (<usize>load<i32>(across + (<usize>c << 2)) << 2);
      const begin = load<i32>(across + 256 + (<usize>c << 2));
      const taps = load<i32>(across + 260 + (<usize>c << 2)) - begin;
      const weights = across + 516 + (<usize>begin << 2);
      let sum: f32 = 0;
      for (let t = 0; t < taps; t++) sum += load<f32>(weights + (<usize>t << 2)) * load<f32>(from + (<usize>t << 2));
      if (limited) sum = (sum - 16) * <f32>(255.0 / 219.0);
      store<f32>(small + (<usize>(r * 64 + c) << 2), sum);
    }
  }
  transform(small, tables, small + SMALL, out);
  return min(100, gradients(small) / 90);
}
