const WORDS = 5;

/** Remembers files by what is in them. */
export interface CopyTable {
  /**
   * The first file with this identity; `file` itself where it is the first.
   *
   * @param identity Four words that are equal for equal files only.
   */
  firstOf(identity: Uint32Array, file: number): number;
  has(identity: Uint32Array): boolean;
}

/** Makes an empty table: an open hash table, 20 bytes a slot and at most half full. */
export function copyTable(): CopyTable {
  let slots = new Uint32Array(1024 * WORDS);
  let used = 0;
  /** Place of the identity, or of the free slot where it belongs. A slot is free when its file number, kept plus 1, is 0. */
  const placeOf = (table: Uint32Array, identity: Uint32Array): number => {
    const count = table.length / WORDS;
    let slot = (identity[0] ?? 0) % count;
    for (;;) {
      const at = slot * WORDS;
      if (table[at + 4] === 0) return at;
      if (identity.every((word, i) => table[at + i] === word)) return at;
      slot = (slot + 1) % count;
    }
  };
  const grow = (): void => {
    const larger = new Uint32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += WORDS) {
      if (slots[at + 4] === 0) continue;
      const slot = slots.subarray(at, at + WORDS);
      larger.set(slot, placeOf(larger, slot.subarray(0, 4)));
    }
    slots = larger;
  };
  return {
    firstOf: (identity, file) => {
      if (used * 2 * WORDS >= slots.length) grow();
      const at = placeOf(slots, identity);
      const known = slots[at + 4] ?? 0;
      if (known !== 0) return known - 1;
      slots.set(identity.subarray(0, 4), at);
      slots[at + 4] = file + 1;
      used++;
      return file;
    },
    has: (identity) => slots[placeOf(slots, identity) + 4] !== 0,
  };
}
