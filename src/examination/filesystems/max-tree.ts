/** Answers "the first place from here on whose number is above this one" in logarithmic time. */
export interface MaxTree {
  /** @returns Index of the first number at or after `from` that is greater than `bound`; the count where there is none. */
  firstAbove(from: number, bound: number): number;
}

/** A tree of maxima over numbers that stay as they are. */
export function maxTree(numbers: Float64Array): MaxTree {
  let width = 1;
  while (width < numbers.length) width *= 2;
  const tree = new Float64Array(width * 2).fill(Number.NEGATIVE_INFINITY);
  tree.set(numbers, width);
  for (let node = width - 1; node > 0; node--) {
    tree[node] = Math.max(tree[node * 2] ?? 0, tree[node * 2 + 1] ?? 0);
  }
  const above = (node: number, bound: number): boolean => (tree[node] ?? 0) > bound;
  return {
    firstAbove: (from, bound) => {
      if (from >= numbers.length) return numbers.length;
      let node = width + from;
      // Up to the first subtree to the right that holds one, then down to its leftmost.
      while (!above(node, bound)) {
        while (node % 2 === 1) node = node >> 1;
        if (node === 0) return numbers.length;
        node++;
      }
      while (node < width) node = above(node * 2, bound) ? node * 2 : node * 2 + 1;
      return Math.min(node - width, numbers.length);
    },
  };
}
