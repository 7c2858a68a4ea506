// Reads memory and does nothing else: the speed limit the fingerprint kernel is measured against (benches/fingerprint.bench.ts).

/** ORs `length` bytes, a multiple of 128, into 64 bits. */
export function readOnly(at: usize, length: usize): u64 {
  let a = i64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = at + length;
  while (at < end) {
    a = v128.or(a, v128.load(at));
    b = v128.or(b, v128.load(at, 16));
    c = v128.or(c, v128.load(at, 32));
    d = v128.or(d, v128.load(at, 48));
    a = v128.or(a, v128.load(at, 64));
    b = v128.or(b, v128.load(at, 80));
    c = v128.or(c, v128.load(at, 96));
    d = v128.or(d, v128.load(at, 112));
    at += 128;
  }
  a = v128.or(v128.or(a, b), v128.or(c, d));
  return i64x2.extract_lane(a, 0) | i64x2.extract_lane(a, 1);
}

/** XORs `count` cells (u32) at random places among `cells` from `at`: the limit of a lookup, which waits for three such reads. */
export function randomReads(at: usize, cells: u32, count: u32, seed: u64): u32 {
  let all: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    all ^= load<u32>(at + (<usize>(((seed >> 32) * <u64>cells) >> 32) << 2));
  }
  return all;
}
