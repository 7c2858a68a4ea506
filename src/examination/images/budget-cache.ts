/** Keeps what was used last, up to a number of bytes. */
export interface BudgetCache<V> {
  get(key: number): V | undefined;
  set(key: number, value: V, bytes: number): void;
}

/**
 * A cache by least recent use that never holds more than its budget, except for one value larger than it.
 *
 * @param budgetBytes Sum of the sizes named in set().
 */
export function budgetCache<V>(budgetBytes: number): BudgetCache<V> {
  const held = new Map<number, { value: V; bytes: number }>();
  let sum = 0;
  return {
    get: (key) => {
      const found = held.get(key);
      if (found === undefined) return undefined;
      held.delete(key);
      held.set(key, found);
      return found.value;
    },
    set: (key, value, bytes) => {
      const old = held.get(key);
      if (old !== undefined) {
        held.delete(key);
        sum -= old.bytes;
      }
      held.set(key, { value, bytes });
      sum += bytes;
      for (const [oldest, { bytes: freed }] of held) {
        if (sum <= budgetBytes || oldest === key) break;
        held.delete(oldest);
        sum -= freed;
      }
    },
  };
}
