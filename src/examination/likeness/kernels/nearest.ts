// Finds the fingerprints that differ in few bits: by an index of substrings (multi-index hashing) and by looking at all. The readable
// reference is ../nearest-twin.ts. No static data.
//
// A hash of 256 bits is kept in the index's own order of bits, in two planes of 16 bytes a hash: the first half of nearly every other hash
// is too far away, so the second is hardly ever read. Each plane is cut into slots; for a slot, `offsets` (2^bits + 1 u32) says where in
// `ids` (count u32) the hashes stand that have a given value in it.
// Layout at `layout`, u32 each: count, first plane, second plane, number of slots; then for each slot: plane (0, 1), first bit, bits,
// offsets, ids, radius (signed; under 0: not looked at).

const SLOT_BYTES: usize = 24;
// Bytes of ids that are not worth copying.
const MANY: usize = 1024;

// @ts-ignore: decorator
@inline
function slotValue(hash: usize, firstBit: u32, bits: u32): u32 {
  return (load<u32>(hash + <usize>(firstBit >> 3)) >> (firstBit & 7)) & ((1 << bits) - 1);
}

// Brings hashes into the index's order of bits. `tables`: for each of the 32 bytes and each of its 256 values the 32 bytes it gives.
export function arrange(from: usize, count: u32, tables: usize, first: usize, second: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    let low = i64x2.splat(0);
    let high = i64x2.splat(0);
    for (let byte: usize = 0; byte < 32; byte++) {
      const row = tables + (byte << 13) + (<usize>load<u8>(from + byte) << 5);
      low = v128.or(low, v128.load(row));
      high = v128.or(high, v128.load(row, 16));
    }
    v128.store(first + (<usize>i << 4), low);
    v128.store(second + (<usize>i << 4), high);
    from += 32;
  }
}

// Fills one slot's offsets and ids.
export function fillSlot(plane: usize, count: u32, firstBit: u32, bits: u32, offsets: usize, ids: usize): void {
  const values: u32 = 1 << bits;
  memory.fill(offsets, 0, (<usize>values + 1) << 2);
  for (let i: u32 = 0; i < count; i++) {
    const at = offsets + (<usize>slotValue(plane + (<usize>i << 4), firstBit, bits) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let sum: u32 = 0;
  for (let value: u32 = 0; value <= values; value++) {
    const at = offsets + (<usize>value << 2);
    sum += load<u32>(at);
    store<u32>(at, sum);
  }
  // Backwards, so that every offset ends at its first id and ids ascend.
  for (let i: u32 = count; i > 0; i--) {
    const at = offsets + (<usize>slotValue(plane + (<usize>(i - 1) << 4), firstBit, bits) << 2);
    const next = load<u32>(at) - 1;
    store<u32>(at, next);
    store<u32>(ids + (<usize>next << 2), i - 1);
  }
}

// @ts-ignore: decorator
@inline
function halfDistance(a: usize, low: u64, high: u64): u32 {
  return <u32>(popcnt<u64>(load<u64>(a) ^ low) + popcnt<u64>(load<u64>(a, 8) ^ high));
}

// Whether an earlier slot finds the same hash too: it then counts there.
function foundEarlier(query: usize, id: u32, layout: usize, slot: u32): bool {
  for (let s: u32 = 0; s < slot; s++) {
    const at = layout + 16 + <usize>s * SLOT_BYTES;
    const radius = load<i32>(at, 20);
    if (radius < 0) continue;
    const plane = load<u32>(at);
    const hash = <usize>load<u32>(layout + 4 + (<usize>plane << 2)) + (<usize>id << 4);
    const own = slotValue(query + (<usize>plane << 4), load<u32>(at, 4), load<u32>(at, 8));
    const other = slotValue(hash, load<u32>(at, 4), load<u32>(at, 8));
    if (<i32>popcnt<u32>(own ^ other) <= radius) return true;
  }
  return false;
}

// Found so far. WASM has no references: this is the kernel's only state, valid within one call.
let found: u32 = 0;

// Looks at gathered hashes, one after the other: their places in memory are known ahead, so the processor fetches many at once.
function verify(query: usize, candidates: usize, end: usize, layout: usize, slot: u32, distance: u32, out: usize, most: u32): void {
  const first = <usize>load<u32>(layout, 4);
  const low = load<u64>(query);
  const high = load<u64>(query, 8);
  for (let next = candidates; next < end; next += 4) {
    const id = load<u32>(next);
    const near = halfDistance(first + (<usize>id << 4), low, high);
    if (near > distance) continue;
    const second = <usize>load<u32>(layout, 8) + (<usize>id << 4);
    const all = near + halfDistance(second, load<u64>(query, 16), load<u64>(query, 24));
    if (all > distance || foundEarlier(query, id, layout, slot)) continue;
    if (found < most) {
      store<u32>(out + (<usize>found << 3), id);
      store<u32>(out + (<usize>found << 3), all, 4);
    }
    found++;
  }
}

// Adds the hashes of one value to those gathered: four at a time without asking how many there are, as most values have fewer.
// What many hashes share is looked at where it stands, and so is what was gathered when the room is used up.
// @ts-ignore: decorator
@inline
function gather(value: u32, end: usize, query: usize, candidates: usize, full: usize, layout: usize, slot: u32, distance: u32, out: usize, most: u32): usize {
  const at = layout + 16 + <usize>slot * SLOT_BYTES;
  const offsets = <usize>load<u32>(at, 12) + (<usize>value << 2);
  const ids = <usize>load<u32>(at, 16);
  const from = ids + (<usize>load<u32>(offsets) << 2);
  const bytes = ids + (<usize>load<u32>(offsets, 4) << 2) - from;
  if (bytes > MANY) {
    verify(query, from, from + bytes, layout, slot, distance, out, most);
    return end;
  }
  if (end > full) {
    verify(query, candidates, end, layout, slot, distance, out, most);
    end = candidates;
  }
  v128.store(end, v128.load(from));
  for (let more: usize = 16; more < bytes; more += 16) v128.store(end + more, v128.load(from + more));
  return end + bytes;
}

// All hashes within a distance of an arranged query, if the slots' radii plus one add up to more than the distance.
// `candidates`: room for `room` ids, at least 2 x MANY bytes. Writes (id, distance), u32 each.
// @returns how many there are; at most `most` are written.
export function search(query: usize, distance: u32, layout: usize, candidates: usize, room: u32, out: usize, most: u32): u32 {
  found = 0;
  const slots = load<u32>(layout, 12);
  const full = candidates + (<usize>room << 2) - 2 * MANY;
  for (let slot: u32 = 0; slot < slots; slot++) {
    const at = layout + 16 + <usize>slot * SLOT_BYTES;
    const radius = load<i32>(at, 20);
    if (radius < 0) continue;
    const bits = load<u32>(at, 8);
    const own = slotValue(query + (<usize>load<u32>(at) << 4), load<u32>(at, 4), bits);
    let end = gather(own, candidates, query, candidates, full, layout, slot, distance, out, most);
    for (let i: u32 = 0; i < bits && radius > 0; i++) {
      const one = own ^ (1 << i);
      end = gather(one, end, query, candidates, full, layout, slot, distance, out, most);
      if (radius < 2) continue;
      for (let j: u32 = 0; j < i; j++) {
        end = gather(one ^ (1 << j), end, query, candidates, full, layout, slot, distance, out, most);
      }
    }
    verify(query, candidates, end, layout, slot, distance, out, most);
  }
  return found;
}

// Pairs found so far. The same holds for it as for `found`.
let pairs: u32 = 0;

// Looks at the second half of a hash whose first half is near.
function pair(queries: usize, q: u32, id: u32, near: u32, layout: usize, distance: u32, out: usize, most: u32): void {
  const query = queries + (<usize>q << 5);
  const second = <usize>load<u32>(layout, 8) + (<usize>id << 4);
  const all = near + halfDistance(second, load<u64>(query, 16), load<u64>(query, 24));
  if (all > distance) return;
  if (pairs < most) {
    const at = out + <usize>pairs * 12;
    store<u32>(at, q);
    store<u32>(at, id, 4);
    store<u32>(at, all, 8);
  }
  pairs++;
}

// Every pair of an arranged query and a hash within a distance, block by block of hashes that stay in the processor's cache, and two
// queries for each hash that is loaded. With an odd number of queries the last is taken alone.
// Writes (query, id, distance), u32 each. @returns how many there are; at most `most` are written.
export function scan(queries: usize, queryCount: u32, layout: usize, distance: u32, out: usize, most: u32): u32 {
  pairs = 0;
  const count = load<u32>(layout);
  const first = <usize>load<u32>(layout, 4);
  for (let from: u32 = 0; from < count; from += 1024) {
    const to = min(count, from + 1024);
    let q: u32 = 0;
    for (; q + 1 < queryCount; q += 2) {
      const query = queries + (<usize>q << 5);
      const low = load<u64>(query);
      const high = load<u64>(query, 8);
      const nextLow = load<u64>(query, 32);
      const nextHigh = load<u64>(query, 40);
      for (let id = from; id < to; id++) {
        const at = first + (<usize>id << 4);
        const a = load<u64>(at);
        const b = load<u64>(at, 8);
        const near = <u32>(popcnt<u64>(a ^ low) + popcnt<u64>(b ^ high));
        const next = <u32>(popcnt<u64>(a ^ nextLow) + popcnt<u64>(b ^ nextHigh));
        if (near <= distance) pair(queries, q, id, near, layout, distance, out, most);
        if (next <= distance) pair(queries, q + 1, id, next, layout, distance, out, most);
      }
    }
    for (; q < queryCount; q++) {
      const query = queries + (<usize>q << 5);
      const low = load<u64>(query);
      const high = load<u64>(query, 8);
      for (let id = from; id < to; id++) {
        const near = halfDistance(first + (<usize>id << 4), low, high);
        if (near <= distance) pair(queries, q, id, near, layout, distance, out, most);
      }
    }
  }
  return pairs;
}

// @ts-ignore: decorator
@inline
function summed(lanes: v128, words: v128): v128 {
  const sum = i32x4.add(lanes, i32x4.mul(words, i32x4.splat(0x85ebca77)));
  return i32x4.mul(v128.or(i32x4.shl(sum, 13), i32x4.shr_u(sum, 19)), i32x4.splat(0x9e3779b1));
}

// The sixteen lanes of ../snapshot-sum.ts (u32 each) over bytes, a multiple of 64.
export function sumLanes(at: usize, bytes: usize, out: usize): void {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (const end = at + bytes; at < end; at += 64) {
    a = summed(a, v128.load(at));
    b = summed(b, v128.load(at, 16));
    c = summed(c, v128.load(at, 32));
    d = summed(d, v128.load(at, 48));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}
