const HASH_BYTES = 32;
const FREE = 0;

/** Different hashes of 32 bytes, in the order in which they came. */
export interface HashTable {
  readonly count: number;
  /** The hash's position; where it is new it takes the next one. */
  add(hash: Uint8Array): number;
  has(hash: Uint8Array): boolean;
  /** All of them, 32 bytes each. A copy. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** Makes an empty table: 32 bytes a hash and an open table of 4 bytes a slot, at most half full. */
export function hashTable(): HashTable {
  let hashes = new Uint8Array(HASH_BYTES * 64);
  let slots = new Uint32Array(256);
  let count = 0;
  const slotOf = (hash: Uint8Array): number => {
    for (let slot = startOf(hash) & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const held = slots[slot] ?? FREE;
      if (held === FREE || isAt(hash, HASH_BYTES * (held - 1))) return slot;
    }
  };
  const isAt = (hash: Uint8Array, at: number): boolean => {
    for (let i = 0; i < HASH_BYTES; i++) if (hashes[at + i] !== hash[i]) return false;
    return true;
  };
  const grow = (): void => {
    slots = new Uint32Array(2 * slots.length);
    for (let i = 0; i < count; i++) slots[slotOf(hashes.subarray(HASH_BYTES * i, HASH_BYTES * (i + 1)))] = i + 1;
  };
  const append = (hash: Uint8Array): void => {
    if (HASH_BYTES * (count + 1) > hashes.length) {
      const larger = new Uint8Array(2 * hashes.length);
      larger.set(hashes);
      hashes = larger;
    }
    hashes.set(hash, HASH_BYTES * count++);
  };
  return {
    get count() {
      return count;
    },
    add: (hash) => {
      if (hash.length !== HASH_BYTES) throw new RangeError(`A hash must be 32 bytes, current length is ${hash.length}`);
      if (2 * (count + 1) > slots.length) grow();
      const slot = slotOf(hash);
      const held = slots[slot] ?? FREE;
      if (held !== FREE) return held - 1;
      append(hash);
      slots[slot] = count;
      return count - 1;
    },
    has: (hash) => hash.length === HASH_BYTES && slots[slotOf(hash)] !== FREE,
    bytes: () => hashes.slice(0, HASH_BYTES * count),
  };
}

/** A hash's bits are even; two of its words, mixed, say where its search begins. */
function startOf(hash: Uint8Array): number {
  let mixed = 0;
  for (let i = 0; i < HASH_BYTES; i++) mixed = Math.imul(mixed ^ (hash[i] ?? 0), 0x01000193);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
