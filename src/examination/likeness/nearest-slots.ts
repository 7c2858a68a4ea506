const HALF_BITS = 128;
const HASH_BITS = 256;

/** One substring of the hashes in the index's order. */
export interface Slot {
  /** 0: the first half of the hash. 1: the second. */
  plane: 0 | 1;
  firstBit: number;
  bits: number;
}

/** Under so many hashes looking at all is faster than any index. */
const SCANNED_MOST = 4096;

/**
 * How an index of so many hashes is cut: many short slots for few hashes, fewer and longer ones for many, so that a slot's value leads
 * to a handful of hashes.
 *
 * @returns Slots that cover all 256 bits; none where an index does not pay.
 * @see Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing", arXiv 1307.2982
 */
export function slotsFor(count: number): Slot[] {
  if (count <= SCANNED_MOST) return [];
  return slotsOf(count < 300_000 ? 16 : count < 3_000_000 ? 14 : 12);
}

/** So many slots, half of them in each half of the hash, the wide ones first. @param slots Even. */
export function slotsOf(slots: number): Slot[] {
  const perPlane = slots / 2;
  const [narrow, wide] = [Math.floor(HALF_BITS / perPlane), HALF_BITS % perPlane];
  return Array.from({ length: slots }, (_, i): Slot => {
    const [plane, at] = i < perPlane ? ([0, i] as const) : ([1, i - perPlane] as const);
    return { plane, firstBit: at * narrow + Math.min(at, wide), bits: narrow + (at < wide ? 1 : 0) };
  });
}

/**
 * How many bits each slot's value may be off, so that no hash within a distance is missed: were every slot off by more than its radius,
 * the hash would be off by the sum of radii and ones, which is over the distance.
 *
 * @returns A radius for each slot; −1: it need not be looked at. undefined where radii over two were needed: then all is scanned.
 */
export function slotRadii(slots: readonly Slot[], distanceBits: number): number[] | undefined {
  const [each, more] = [Math.floor((distanceBits + 1) / slots.length), (distanceBits + 1) % slots.length];
  if (slots.length === 0 || each - 1 + (more > 0 ? 1 : 0) > 2) return undefined;
  // The wider a slot, the fewer hashes share a value of it: those are given the larger radius.
  const order = slots.map((_, i) => i).sort((a, b) => (slots[b]?.bits ?? 0) - (slots[a]?.bits ?? 0) || a - b);
  const radii = slots.map(() => each - 1);
  for (const i of order.slice(0, more)) radii[i] = each;
  return radii;
}

/**
 * The index's order of bits. Neighbouring bits of PDQ are of neighbouring frequencies and tend to change together; dealt out to the
 * slots in turn they do not crowd into one.
 *
 * @returns For each bit of a hash (bit k of byte k div 8) where it stands in the index.
 */
export function bitOrder(slots: readonly Slot[]): Uint8Array {
  const order = Uint8Array.from({ length: HASH_BITS }, (_, i) => i);
  if (slots.length === 0) return order;
  const filled = slots.map(() => 0);
  for (let bit = 0, turn = 0; bit < HASH_BITS; turn++) {
    const at = turn % slots.length;
    const slot = slots[at];
    if (slot === undefined || (filled[at] ?? 0) >= slot.bits) continue;
    order[bit++] = slot.plane * HALF_BITS + slot.firstBit + (filled[at] ?? 0);
    filled[at] = (filled[at] ?? 0) + 1;
  }
  return order;
}

/** For each byte of a hash and each of its values the 32 bytes that it gives in an order of bits: 256 KiB. */
export function arrangeTables(order: Uint8Array): Uint8Array {
  const tables = new Uint8Array(32 * 256 * 32);
  for (let byte = 0; byte < 32; byte++) {
    for (let value = 1; value < 256; value++) {
      const row = (byte * 256 + value) * 32;
      for (let bit = 0; bit < 8; bit++) {
        const to = order[byte * 8 + bit] ?? 0;
        if ((value >> bit) & 1) tables[row + (to >> 3)] = (tables[row + (to >> 3)] ?? 0) | (1 << (to & 7));
      }
    }
  }
  return tables;
}

/** A hash back from the index's order. */
export function rearranged(arranged: Uint8Array, order: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  for (let bit = 0; bit < HASH_BITS; bit++) {
    const from = order[bit] ?? 0;
    if (((arranged[from >> 3] ?? 0) >> (from & 7)) & 1) hash[bit >> 3] = (hash[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return hash;
}
