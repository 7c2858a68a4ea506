/** A queue that gives the item with the smallest key first; equal keys in the order they came. */
export interface EarliestFirst<T> {
  readonly size: number;
  push(item: T, key: number): void;
  first(): T | undefined;
  pop(): void;
}

/** An empty queue (a binary heap). */
export function earliestFirst<T>(): EarliestFirst<T> {
  const heap: { item: T; key: number; turn: number }[] = [];
  let turn = 0;
  const before = (a: number, b: number): boolean => {
    const [x, y] = [heap[a], heap[b]];
    if (x === undefined || y === undefined) return y === undefined && x !== undefined;
    return x.key < y.key || (x.key === y.key && x.turn < y.turn);
  };
  const swap = (a: number, b: number): void => {
    const [x, y] = [heap[a], heap[b]];
    if (x !== undefined && y !== undefined) [heap[a], heap[b]] = [y, x];
  };
  return {
    get size() {
      return heap.length;
    },
    push: (item, key) => {
      let at = heap.push({ item, key, turn: turn++ }) - 1;
      while (at > 0 && before(at, (at - 1) >> 1)) {
        swap(at, (at - 1) >> 1);
        at = (at - 1) >> 1;
      }
    },
    first: () => heap[0]?.item,
    pop: () => {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      for (let at = 0; ; ) {
        let least = at;
        for (const child of [at * 2 + 1, at * 2 + 2]) if (child < heap.length && before(child, least)) least = child;
        if (least === at) return;
        swap(at, least);
        at = least;
      }
    },
  };
}
