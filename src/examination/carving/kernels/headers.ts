// Beginnings of pictures and films at any byte, in 128-bit SIMD: three bytes of each are compared at sixteen places at once, and
// only where one of them fits is it looked at closer. The readable twin is ../header-twin.ts; both give the same places
// (header-finder.test.ts). No static data.

// @ts-ignore: decorator
@inline
function is(at: usize, byte: u8): bool {
  return load<u8>(at) == byte;
}

// What stands at a place: 0 JPEG, 1 PNG, 2 GIF, 3 RIFF, 4 ftyp; 7 for none.
function kindAt(at: usize): u32 {
  const first = load<u8>(at);
  if (first == 0xff) {
    if (load<u16>(at + 1) != 0xffd8) return 7;
    const next = load<u8>(at + 3);
    const isSegment = (next >= 0xc0 && next <= 0xc4) || (next >= 0xdb && next <= 0xdd) || (next >= 0xe0 && next <= 0xef);
    return isSegment || next == 0xfe ? 0 : 7;
  }
  if (first == 0x89) return load<u64>(at) == 0x0a1a0a0d474e5089 ? 1 : 7;
  if (first == 0x47) {
    const isGif = load<u32>(at) == 0x38464947 && is(at + 5, 0x61) && (is(at + 4, 0x37) || is(at + 4, 0x39));
    return isGif ? 2 : 7;
  }
  if (first == 0x52) {
    const kind = load<u32>(at + 8);
    return load<u32>(at) == 0x46464952 && (kind == 0x50424557 || kind == 0x20495641) ? 3 : 7;
  }
  return load<u32>(at) == 0x70797466 ? 4 : 7;
}

// Writes place × 8 + kind of what begins in [from, to) to `hits`, at most `most`; 32 bytes behind `to` must be readable.
// Returns how many; where that is `most`, there may be more behind the last.
export function headers(dataAt: usize, from: u32, to: u32, hits: usize, most: u32): u32 {
  let found: u32 = 0;
  const ff = i8x16.splat(-1);
  const d8 = i8x16.splat(-0x28);
  const x89 = i8x16.splat(-0x77);
  const p = i8x16.splat(0x50);
  const n = i8x16.splat(0x4e);
  const g = i8x16.splat(0x47);
  const i = i8x16.splat(0x49);
  const f = i8x16.splat(0x46);
  const r = i8x16.splat(0x52);
  const lf = i8x16.splat(0x66);
  const lt = i8x16.splat(0x74);
  const ly = i8x16.splat(0x79);
  for (let at: u32 = from; at < to; at += 16) {
    const a = v128.load(dataAt + at);
    const b = v128.load(dataAt + at + 1);
    const c = v128.load(dataAt + at + 2);
    const jpeg = v128.and(v128.and(i8x16.eq(a, ff), i8x16.eq(b, d8)), i8x16.eq(c, ff));
    const png = v128.and(v128.and(i8x16.eq(a, x89), i8x16.eq(b, p)), i8x16.eq(c, n));
    const text = v128.and(v128.and(v128.or(i8x16.eq(a, g), i8x16.eq(a, r)), i8x16.eq(b, i)), i8x16.eq(c, f));
    const boxes = v128.and(v128.and(i8x16.eq(a, lf), i8x16.eq(b, lt)), i8x16.eq(c, ly));
    const any = v128.or(v128.or(jpeg, png), v128.or(text, boxes));
    if (!v128.any_true(any)) continue;
    let mask = <u32>i8x16.bitmask(any);
    while (mask != 0) {
      const place = at + <u32>ctz<u32>(mask);
      mask &= mask - 1;
      if (place >= to) break;
      const kind = kindAt(dataAt + place);
      if (kind == 7) continue;
      store<u32>(hits + (<usize>found << 2), place * 8 + kind);
      if (++found == most) return found;
    }
  }
  return found;
}
