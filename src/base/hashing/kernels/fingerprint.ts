// Block fingerprints over a shared memory, in 128-bit SIMD. The readable reference is ../fingerprint.ts; both give the same
// numbers for the same memory (fingerprint-kernel.test.ts). No static data, so that several kernels share one memory.
// Layout at `keys`: 136 u32 sector key, then 40 u32 block key. See docs/design/0002-fingerprint.md for why it looks like this.

const SECTOR: usize = 512;
const HASH: usize = 16;
const SECTOR_GROUPS: usize = 16;
const BLOCK_KEY: usize = 544;
const SIP_LENGTH: u64 = 0x1000000000000000; // 16 bytes, in the last message word's top byte
const ALL_BLANK: u64 = 0x0101010101010101;

// One group: eight words a0-a3 b0-b3, word ai against word bi. On x64 an extmul is two unpacks and one pmuludq; the 20
// vector operations of the two passes are the limit, not the loads, so wider unrolling over sectors gains nothing.
// @ts-ignore: decorator
@inline
function pass(sum: v128, a: v128, b: v128, key: usize): v128 {
  const x = i32x4.add(a, v128.load(key));
  const y = i32x4.add(b, v128.load(key, 16));
  return i64x2.add(i64x2.add(sum, i64x2.extmul_low_i32x4_u(x, y)), i64x2.extmul_high_i32x4_u(x, y));
}

// Sums the two lanes of each pass: (pass 1, pass 2) in one vector.
// @ts-ignore: decorator
@inline
function folded(one: v128, two: v128): v128 {
  return i64x2.add(v128.shuffle<u64>(one, two, 0, 2), v128.shuffle<u64>(one, two, 1, 3));
}

// NH in two Toeplitz passes over an even number of groups; the second pass reads the key one group further on.
// @ts-ignore: decorator
@inline
function nh(at: usize, groups: usize, key: usize): v128 {
  let one = i64x2.splat(0);
  let two = i64x2.splat(0);
  const end = at + (groups << 5);
  while (at < end) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    one = pass(one, a, b, key);
    two = pass(two, a, b, key + 32);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    one = pass(one, c, d, key + 32);
    two = pass(two, c, d, key + 64);
    at += 64;
    key += 64;
  }
  return folded(one, two);
}

// The same over the eight sector hashes of a block, without a loop.
// @ts-ignore: decorator
@inline
function nhBlock(at: usize, key: usize): v128 {
  let one = i64x2.splat(0);
  let two = i64x2.splat(0);
  let a = v128.load(at);
  let b = v128.load(at, 16);
  one = pass(one, a, b, key);
  two = pass(two, a, b, key + 32);
  a = v128.load(at, 32);
  b = v128.load(at, 48);
  one = pass(one, a, b, key + 32);
  two = pass(two, a, b, key + 64);
  a = v128.load(at, 64);
  b = v128.load(at, 80);
  one = pass(one, a, b, key + 64);
  two = pass(two, a, b, key + 96);
  a = v128.load(at, 96);
  b = v128.load(at, 112);
  one = pass(one, a, b, key + 96);
  two = pass(two, a, b, key + 128);
  return folded(one, two);
}

// SipHash-2-4 of two 16-byte messages at once (Aumasson, Bernstein 2012): one alone waits for its own results.
// @ts-ignore: decorator
@inline
function sipPair(a: v128, b: v128, k0: u64, k1: u64): v128 {
  const m0: u64 = i64x2.extract_lane(a, 0);
  const m1: u64 = i64x2.extract_lane(a, 1);
  const n0: u64 = i64x2.extract_lane(b, 0);
  const n1: u64 = i64x2.extract_lane(b, 1);
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  let w0 = v0;
  let w1 = v1;
  let w2 = v2;
  let w3 = v3 ^ n0;
  v3 ^= m0;
  for (let round = 0; round < 10; round++) {
    if (round == 2) {
      v0 ^= m0;
      w0 ^= n0;
      v3 ^= m1;
      w3 ^= n1;
    } else if (round == 4) {
      v0 ^= m1;
      w0 ^= n1;
      v3 ^= SIP_LENGTH;
      w3 ^= SIP_LENGTH;
    } else if (round == 6) {
      v0 ^= SIP_LENGTH;
      w0 ^= SIP_LENGTH;
      v2 ^= 0xff;
      w2 ^= 0xff;
    }
    v0 += v1;
    w0 += w1;
    v2 += v3;
    w2 += w3;
    v1 = rotl<u64>(v1, 13) ^ v0;
    w1 = rotl<u64>(w1, 13) ^ w0;
    v3 = rotl<u64>(v3, 16) ^ v2;
    w3 = rotl<u64>(w3, 16) ^ w2;
    v0 = rotl<u64>(v0, 32);
    w0 = rotl<u64>(w0, 32);
    v2 += v1;
    w2 += w1;
    v0 += v3;
    w0 += w3;
    v1 = rotl<u64>(v1, 17) ^ v2;
    w1 = rotl<u64>(w1, 17) ^ w2;
    v3 = rotl<u64>(v3, 21) ^ v0;
    w3 = rotl<u64>(w3, 21) ^ w0;
    v2 = rotl<u64>(v2, 32);
    w2 = rotl<u64>(w2, 32);
  }
  return i64x2.replace_lane(i64x2.splat(v0 ^ v1 ^ v2 ^ v3), 1, w0 ^ w1 ^ w2 ^ w3);
}

// Whether all 32 lanes of a sector equal `first`; the caller has already seen that the second one does.
function restIsBlank(at: usize, first: v128): bool {
  const end = at + SECTOR;
  while (at < end) {
    const ab = v128.or(v128.xor(first, v128.load(at)), v128.xor(first, v128.load(at, 16)));
    const cd = v128.or(v128.xor(first, v128.load(at, 32)), v128.xor(first, v128.load(at, 48)));
    if (v128.any_true(v128.or(ab, cd))) return false;
    at += 64;
  }
  return true;
}

/** Hashes `count` sectors: 16 bytes each to `hashes`, one byte each (1 = blank) to `flags`. */
export function sectors(at: usize, count: usize, keys: usize, hashes: usize, flags: usize): void {
  let blankLane = i64x2.splat(0);
  let blankHash: usize = 0; // where the hash of the last blank sector stands: runs of one fill are hashed once
  const end = hashes + count * HASH;
  while (hashes < end) {
    const first = v128.load(at);
    let blank = false;
    if (!v128.any_true(v128.xor(first, v128.load(at, 16)))) blank = restIsBlank(at, first);
    store<u8>(flags, u8(blank));
    if (!blank) {
      v128.store(hashes, nh(at, SECTOR_GROUPS, keys));
    } else if (blankHash != 0 && !v128.any_true(v128.xor(first, blankLane))) {
      v128.store(hashes, v128.load(blankHash));
    } else {
      v128.store(hashes, nh(at, SECTOR_GROUPS, keys));
      blankLane = first;
      blankHash = hashes;
    }
    at += SECTOR;
    hashes += HASH;
    flags++;
  }
}

/** 16-byte block hashes at starts 0, step, … below `count`, and the starts (u32); all-blank blocks are left out. @returns how many. */
export function blockHashes(hashes: usize, count: u32, step: u32, keys: usize, flags: usize, out: usize, starts: usize): u32 {
  const from = starts;
  for (let start: u32 = 0; start < count; start += step) {
    if (load<u64>(flags + start) == ALL_BLANK) continue;
    v128.store(out, nhBlock(hashes + (<usize>start << 4), keys + BLOCK_KEY));
    store<u32>(starts, start);
    out += HASH;
    starts += 4;
  }
  return u32((starts - from) >> 2);
}

/** SipHash-2-4 of `count` 16-byte block hashes: u64 each to `out`. */
export function sip(hashes: usize, count: u32, key: usize, out: usize): void {
  const k0 = load<u64>(key);
  const k1 = load<u64>(key, 8);
  for (let left = count; left > 0; ) {
    const first = v128.load(hashes);
    if (left == 1) {
      v128.store64_lane(out, sipPair(first, first, k0, k1), 0);
      return;
    }
    v128.store(out, sipPair(first, v128.load(hashes, 16), k0, k1));
    hashes += 2 * HASH;
    out += 16;
    left -= 2;
  }
}

/** blockHashes and sip in one pass: u64 each to `out`. @returns how many. */
export function fingerprints(hashes: usize, count: u32, step: u32, keys: usize, flags: usize, key: usize, out: usize, starts: usize): u32 {
  const k0 = load<u64>(key);
  const k1 = load<u64>(key, 8);
  const from = starts;
  keys += BLOCK_KEY;
  for (let start: u32 = 0; start < count; ) {
    if (load<u64>(flags + start) == ALL_BLANK) {
      start += step;
      continue;
    }
    const next = start + step;
    const first = nhBlock(hashes + (<usize>start << 4), keys);
    store<u32>(starts, start);
    if (next < count && load<u64>(flags + next) != ALL_BLANK) {
      v128.store(out, sipPair(first, nhBlock(hashes + (<usize>next << 4), keys), k0, k1));
      store<u32>(starts, next, 4);
      out += 16;
      starts += 8;
    } else {
      v128.store64_lane(out, sipPair(first, first, k0, k1), 0);
      out += 8;
      starts += 4;
    }
    start = next + step;
  }
  return u32((starts - from) >> 2);
}

/** Adds the byte counts of `length` bytes to 256 u32 at `counts`. */
export function histogram(at: usize, length: usize, counts: usize): void {
  const end = at + length;
  while (at < end) {
    const cell = counts + (<usize>load<u8>(at++) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}
