// Beginnings of pictures, films and files that hold files at any byte, in 128-bit SIMD: six tables of 16 (../header-kind.ts) sift sixteen
// places at once by their first three bytes, and only what is left is looked at closer. The readable twin is ../header-twin.ts;
// both give the same places (header-finder.test.ts). No static data.

// @ts-ignore: decorator
@inline
function is(at: usize, byte: u8): bool {
  return load<u8>(at) == byte;
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

const NONE: u32 = 31;

// What stands at a place, as ../header-kind.ts numbers it; NONE.
function kindAt(at: usize): u32 {
  const first = load<u8>(at);
  const four = load<u32>(at);
  if (first == 0xff) {
    if (load<u16>(at + 1) != 0xffd8) return NONE;
    const next = load<u8>(at + 3);
    const isSegment = (next >= 0xc0 && next <= 0xc4) || (next >= 0xdb && next <= 0xdd) || (next >= 0xe0 && next <= 0xef);
    return isSegment || next == 0xfe ? 0 : NONE;
  }
  if (first == 0x89) return load<u64>(at) == 0x0a1a0a0d474e5089 ? 1 : NONE;
  if (first == 0x47) {
    const isGif = four == 0x38464947 && is(at + 5, 0x61) && (is(at + 4, 0x37) || is(at + 4, 0x39));
    return isGif ? 2 : NONE;
  }
  if (first == 0x52) {
    if (four == 0x21726152) return load<u16>(at + 4) == 0x071a && load<u8>(at + 6) < 2 ? 13 : NONE;
    const kind = load<u32>(at + 8);
    return four == 0x46464952 && (kind == 0x50424557 || kind == 0x20495641) ? 3 : NONE;
  }
  if (first == 0x66) return four == 0x70797466 ? 4 : NONE;
  if (four == 0x002a4949 || four == 0x2a004d4d) return 6;
  if ((four & 0xffff) == 0x4d42) return isBmp(at) ? 5 : NONE;
  return holderAt(at, four);
}

function isBmp(at: usize): bool {
  if (load<u32>(at + 6) != 0) return false;
  const header = load<u32>(at + 14);
  return header == 12 ? load<u16>(at + 22) == 1 : header >= 40 && header < 128 && load<u16>(at + 26) == 1;
}

function holderAt(at: usize, four: u32): u32 {
  const first = load<u8>(at);
  if (first == 0x50) {
    const name = load<u16>(at + 26);
    return four == 0x04034b50 && load<u8>(at + 4) <= 90 && name > 0 && name <= 4096 ? 7 : NONE;
  }
  if (first == 0x37) {
    if (four == 0xafbc7a37) return load<u16>(at + 4) == 0x1c27 ? 8 : NONE;
    return (four & 0xfeffffff) == 0x82067f37 && load<u32>(at + 4) == 0x18e22d00 ? 18 : NONE;
  }
  if (first == 0x1f) {
    const system = load<u8>(at + 9);
    const isHead = (load<u8>(at + 8) & 0xf9) == 0 && (system < 14 || system == 255);
    return (four & 0xe0ffffff) == 0x00088b1f && isHead ? 9 : NONE;
  }
  if (first == 0x42) {
    const isMark = (four & 0xffffff) == 0x685a42 && isDigit(load<u8>(at + 3));
    return isMark && load<u32>(at + 4) == 0x26594131 && load<u16>(at + 8) == 0x5953 ? 10 : NONE;
  }
  if (first == 0xfd) return four == 0x587a37fd && load<u16>(at + 4) == 0x005a ? 11 : NONE;
  if (first == 0x28) return four == 0xfd2fb528 && (load<u8>(at + 4) & 8) == 0 ? 12 : NONE;
  if (first == 0x4d) return four == 0x4643534d && load<u32>(at + 4) == 0 ? 14 : NONE;
  if (first == 0xd0) return load<u64>(at) == 0xe11ab1a1e011cfd0 ? 15 : NONE;
  if (first == 0x25) return four == 0x46445025 && is(at + 4, 0x2d) && isDigit(load<u8>(at + 5)) ? 16 : NONE;
  if (first == 0x53) return load<u64>(at) == 0x66206574694c5153 && load<u64>(at + 8) == 0x00332074616d726f ? 17 : NONE;
  if (first == 0x43) return four == 0x4d4d4d43 && load<u32>(at + 4) < 48 && load<u32>(at + 8) < 32 ? 19 : NONE;
  return NONE;
}

// @ts-ignore: decorator
@inline
function groups(bytes: v128, lower: v128, upper: v128): v128 {
  const low = i8x16.swizzle(lower, v128.and(bytes, i8x16.splat(15)));
  return v128.and(low, i8x16.swizzle(upper, i8x16.shr_u(bytes, 4)));
}

// Writes place × 32 + kind of what begins in [from, to) to `hits`, at most `most`; 32 bytes behind `to` must be readable.
// Returns how many; where that is `most`, there may be more behind the last.
export function headers(dataAt: usize, from: u32, to: u32, hits: usize, most: u32, tablesAt: usize): u32 {
  let found: u32 = 0;
  const lower0 = v128.load(tablesAt);
  const upper0 = v128.load(tablesAt + 16);
  const lower1 = v128.load(tablesAt + 32);
  const upper1 = v128.load(tablesAt + 48);
  const lower2 = v128.load(tablesAt + 64);
  const upper2 = v128.load(tablesAt + 80);
  const zero = i8x16.splat(0);
  for (let at: u32 = from; at < to; at += 16) {
    const two = v128.and(
      groups(v128.load(dataAt + at), lower0, upper0),
      groups(v128.load(dataAt + at + 1), lower1, upper1),
    );
    const any = v128.and(two, groups(v128.load(dataAt + at + 2), lower2, upper2));
    if (!v128.any_true(any)) continue;
    let mask = ~(<u32>i8x16.bitmask(i8x16.eq(any, zero))) & 0xffff;
    while (mask != 0) {
      const place = at + <u32>ctz<u32>(mask);
      mask &= mask - 1;
      if (place >= to) break;
      const kind = kindAt(dataAt + place);
      if (kind == NONE) continue;
      store<u32>(hits + (<usize>found << 2), place * 32 + kind);
      if (++found == most) return found;
    }
  }
  return found;
}
