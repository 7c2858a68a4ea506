const PAGE_BITS = 1 << 16;

/** A set of cluster numbers that costs memory only where numbers stand (8 KiB for every 65,536 of them). */
export interface ClusterSet {
  has(cluster: number): boolean;
  /** @returns whether it was new. */
  add(cluster: number): boolean;
}

/** An empty set of numbers from 0 to 2^32. */
export function clusterSet(): ClusterSet {
  const pages = new Map<number, Uint8Array>();
  return {
    has: (cluster) => {
      const page = pages.get(Math.floor(cluster / PAGE_BITS));
      const bit = cluster % PAGE_BITS;
      return page !== undefined && ((page[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
    },
    add: (cluster) => {
      const number = Math.floor(cluster / PAGE_BITS);
      const bit = cluster % PAGE_BITS;
      let page = pages.get(number);
      if (page === undefined) {
        page = new Uint8Array(PAGE_BITS / 8);
        pages.set(number, page);
      }
      const old = page[bit >> 3] ?? 0;
      page[bit >> 3] = old | (1 << (bit & 7));
      return (old & (1 << (bit & 7))) === 0;
    },
  };
}
