// Membership in a sharded 3-wise binary fuse set, and building one shard of it. Twin: ../fuse-*.ts.
// Shared imported memory, no static data: every address comes from the caller. Layouts: ../fuse-layout.ts.
// Graf and Lemire, Binary Fuse Filters: Fast and Smaller Than Xor Filters, JEA 27 (2022), with 32-bit range reduction.

// @ts-ignore: decorator
@inline const SET_BYTES: usize = 16;

// @ts-ignore: decorator
@inline
function mixed(fingerprint: u64, seed: u64): u64 {
  let h = fingerprint + seed;
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccd;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 33);
}

// @ts-ignore: decorator
@inline
function checkOf(h: u64): u64 {
  const c = h * 0x9e3779b97f4a7c15;
  return c ^ (c >> 32);
}

// @ts-ignore: decorator
@inline
function descriptorOf(fingerprint: u64, setAt: usize, shardBits: u32): usize {
  const high = <u32>(fingerprint >> 32);
  return setAt + SET_BYTES + (<usize>((high >> 1) >> (31 - shardBits)) << 5);
}

// @ts-ignore: decorator
@inline
function firstOf(h: u64, span: u32): u32 {
  return <u32>(((h >> 32) * <u64>span) >> 32);
}

/** Where the scratch of a lookup of `count` lies behind its hits; the same numbers stand in ../fuse-lookup.ts (lookupBytes). */
// @ts-ignore: decorator
@inline const BUCKETS: usize = 1024;

/** Bytes from the set's start to its last cell, from its last descriptor. */
function setSize(setAt: usize): usize {
  const last = setAt + SET_BYTES + ((<usize>load<u32>(setAt, 4) - 1) << 5);
  return <usize>load<u32>(last, 8) + (<usize>load<u32>(last, 20) << 2);
}

/**
 * Looks up `count` fingerprints; writes the ascending indexes of those whose 32 scanned check bits stand to hitsAt. @returns how many.
 *
 * First all places are computed, then sorted by the thousandth of the set in which they lie (three cells of a fingerprint
 * are neighbours), then read: the processor finds its way to neighbouring pages much faster than to random ones.
 */
export function lookup(fingerprintsAt: usize, count: u32, setAt: usize, hitsAt: usize): u32 {
  if (count == 0) return 0;
  const rawAt = (hitsAt + ((<usize>count) << 2) + 15) & ~15;
  const sortedAt = rawAt + ((<usize>count) << 4);
  const indexAt = sortedAt + ((<usize>count) << 4);
  const bucketsAt = indexAt + ((<usize>count) << 2);
  const flagsAt = bucketsAt + (BUCKETS << 2);
  const spareBits = <u32>clz<u32>(<u32>setSize(setAt));
  const shift: u32 = spareBits < 22 ? 22 - spareBits : 0;
  memory.fill(bucketsAt, 0, BUCKETS << 2);
  placeAll(fingerprintsAt, count, setAt, rawAt, bucketsAt, shift);
  let sum: u32 = 0;
  for (let at = bucketsAt; at < flagsAt; at += 4) {
    const held = load<u32>(at);
    store<u32>(at, sum);
    sum += held;
  }
  for (let i: u32 = 0; i < count; i++) {
    const places = v128.load(rawAt + (<usize>i << 4));
    const bucketAt = bucketsAt + (<usize>((<u32>i32x4.extract_lane(places, 0) - <u32>setAt) >> shift) << 2);
    const to = load<u32>(bucketAt);
    store<u32>(bucketAt, to + 1);
    v128.store(sortedAt + (<usize>to << 4), places);
    store<u32>(indexAt + (<usize>to << 2), i);
  }
  const mask = load<u32>(setAt, 8);
  let hits: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = sortedAt + (<usize>i << 4);
    const cells = load<u32>(load<u32>(at)) ^ load<u32>(load<u32>(at, 4)) ^ load<u32>(load<u32>(at, 8));
    if (((cells ^ load<u32>(at, 12)) & mask) == 0) {
      if (hits == 0) memory.fill(flagsAt, 0, count);
      store<u8>(flagsAt + load<u32>(indexAt + (<usize>i << 2)), 1);
      hits++;
    }
  }
  return hits == 0 ? 0 : gathered(flagsAt, count, hitsAt);
}

// Three cell addresses and the scanned check of each fingerprint, 16 bytes each; counts how many fall in each bucket.
function placeAll(fingerprintsAt: usize, count: u32, setAt: usize, rawAt: usize, bucketsAt: usize, shift: u32): void {
  const shardBits = load<u32>(setAt);
  const end = rawAt + ((<usize>count) << 4);
  for (let to = rawAt, from = fingerprintsAt; to < end; to += 16, from += 8) {
    const fingerprint = load<u64>(from);
    const descriptor = descriptorOf(fingerprint, setAt, shardBits);
    const h = mixed(fingerprint, load<u64>(descriptor));
    const cellsAt = setAt + load<u32>(descriptor, 8);
    const length = load<u32>(descriptor, 12);
    const first = firstOf(h, load<u32>(descriptor, 16));
    const firstAt = cellsAt + (<usize>first << 2);
    store<u32>(to, firstAt);
    store<u32>(to, cellsAt + (<usize>((first + length) ^ (<u32>(h >> 18) & (length - 1))) << 2), 4);
    store<u32>(to, cellsAt + (<usize>((first + 2 * length) ^ (<u32>h & (length - 1))) << 2), 8);
    store<u32>(to, <u32>checkOf(h), 12);
    const bucketAt = bucketsAt + (<usize>((<u32>firstAt - <u32>setAt) >> shift) << 2);
    store<u32>(bucketAt, load<u32>(bucketAt) + 1);
  }
}

function gathered(flagsAt: usize, count: u32, hitsAt: usize): u32 {
  let hits: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (!load<u8>(flagsAt + i)) continue;
    store<u32>(hitsAt + (<usize>hits << 2), i);
    hits++;
  }
  return hits;
}

// @ts-ignore: decorator
@inline
function place(h: u64, which: u32, length: u32, span: u32): u32 {
  const first = firstOf(h, span);
  if (which == 0) return first;
  if (which == 1) return (first + length) ^ (<u32>(h >> 18) & (length - 1));
  return (first + 2 * length) ^ (<u32>h & (length - 1));
}

// @ts-ignore: decorator
@inline
function counted(countAt: usize, hashAt: usize, position: u32, which: u8, h: u64): u8 {
  const c = <u8>(load<u8>(countAt + position) + 4) ^ which;
  store<u8>(countAt + position, c);
  const at = hashAt + (<usize>position << 3);
  store<u64>(at, load<u64>(at) ^ h);
  return c;
}

/** @returns 1 when the keys ascend without repetition, in unsigned order. */
export function ascending(keysAt: usize, keys: u32): u32 {
  for (let i: u32 = 1; i < keys; i++) {
    const at = keysAt + (<usize>i << 3);
    if (load<u64>(at - 8) >= load<u64>(at)) return 0;
  }
  return 1;
}

/**
 * Builds one shard. Planes come to lie at workAt: `cells` u32, then `cells` u16.
 * @returns 1, or 0 when this seed does not peel: try another.
 */
export function build(keysAt: usize, keys: u32, workAt: usize, seed: u64, length: u32, span: u32): u32 {
  const cells = span + 2 * length;
  const hashAt = workAt;
  const orderAt = hashAt + (<usize>cells << 3);
  const aloneAt = orderAt + (<usize>keys << 3);
  const startAt = aloneAt + (<usize>cells << 2);
  let blockBits: u32 = 1;
  while (<u32>1 << blockBits < span / length) blockBits++;
  const blocks = <u32>1 << blockBits;
  const countAt = startAt + (<usize>blocks << 2);
  const foundAt = countAt + <usize>cells;
  memory.fill(hashAt, 0, (<usize>cells << 3) + (<usize>keys << 3));
  memory.fill(countAt, 0, <usize>cells);
  for (let i: u32 = 0; i < blocks; i++) store<u32>(startAt + (<usize>i << 2), <u32>((<u64>i * <u64>keys) >> blockBits));
  // Roughly sorted by first segment, so that counting walks through memory.
  for (let i: u32 = 0; i < keys; i++) {
    const h = mixed(load<u64>(keysAt + (<usize>i << 3)), seed);
    if (h == 0) return 0;
    let block = <u32>(h >> (64 - blockBits));
    let start = load<u32>(startAt + (<usize>block << 2));
    while (start >= keys || load<u64>(orderAt + (<usize>start << 3)) != 0) {
      block = (block + 1) & (blocks - 1);
      start = load<u32>(startAt + (<usize>block << 2));
    }
    store<u64>(orderAt + (<usize>start << 3), h);
    store<u32>(startAt + (<usize>block << 2), start + 1);
  }
  for (let i: u32 = 0; i < keys; i++) {
    const h = load<u64>(orderAt + (<usize>i << 3));
    const a = counted(countAt, hashAt, place(h, 0, length, span), 0, h);
    const b = counted(countAt, hashAt, place(h, 1, length, span), 1, h);
    const c = counted(countAt, hashAt, place(h, 2, length, span), 2, h);
    if (a < 4 || b < 4 || c < 4) return 0;
  }
  if (peel(hashAt, orderAt, aloneAt, countAt, foundAt, cells, length, span) != keys) return 0;
  assign(hashAt, orderAt, foundAt, keys, cells, length, span);
  return 1;
}

// @ts-ignore: decorator
@inline
function peel(hashAt: usize, orderAt: usize, aloneAt: usize, countAt: usize, foundAt: usize, cells: u32, length: u32, span: u32): u32 {
  let alone: u32 = 0;
  for (let i: u32 = 0; i < cells; i++) {
    store<u32>(aloneAt + (<usize>alone << 2), i);
    alone += <u32>(load<u8>(countAt + i) >> 2 == 1);
  }
  let peeled: u32 = 0;
  while (alone > 0) {
    const position = load<u32>(aloneAt + (<usize>(--alone) << 2));
    const c = load<u8>(countAt + position);
    if (c >> 2 != 1) continue;
    const h = load<u64>(hashAt + (<usize>position << 3));
    const found = <u32>(c & 3);
    store<u64>(orderAt + (<usize>peeled << 3), h);
    store<u8>(foundAt + peeled, <u8>found);
    peeled++;
    for (let step: u32 = 1; step <= 2; step++) {
      let which = found + step;
      if (which > 2) which -= 3;
      const other = place(h, which, length, span);
      const before = load<u8>(countAt + other);
      store<u32>(aloneAt + (<usize>alone << 2), other);
      alone += <u32>(before >> 2 == 2);
      store<u8>(countAt + other, <u8>(before - 4) ^ <u8>which);
      const at = hashAt + (<usize>other << 3);
      store<u64>(at, load<u64>(at) ^ h);
    }
  }
  return peeled;
}

// @ts-ignore: decorator
@inline
function assign(cellsAt: usize, orderAt: usize, foundAt: usize, keys: u32, cells: u32, length: u32, span: u32): void {
  const checkAt = cellsAt + (<usize>cells << 2);
  memory.fill(cellsAt, 0, <usize>cells * 6);
  for (let i = keys; i-- > 0; ) {
    const h = load<u64>(orderAt + (<usize>i << 3));
    const p0 = <usize>place(h, 0, length, span);
    const p1 = <usize>place(h, 1, length, span);
    const p2 = <usize>place(h, 2, length, span);
    const check = checkOf(h);
    const found = load<u8>(foundAt + i);
    const to = found == 0 ? p0 : found == 1 ? p1 : p2;
    // The cell itself is still 0: it takes part without harm.
    store<u32>(
      cellsAt + (to << 2),
      <u32>check ^ load<u32>(cellsAt + (p0 << 2)) ^ load<u32>(cellsAt + (p1 << 2)) ^ load<u32>(cellsAt + (p2 << 2)),
    );
    store<u16>(
      checkAt + (to << 1),
      <u16>(check >> 32) ^ load<u16>(checkAt + (p0 << 1)) ^ load<u16>(checkAt + (p1 << 1)) ^ load<u16>(checkAt + (p2 << 1)),
    );
  }
}
