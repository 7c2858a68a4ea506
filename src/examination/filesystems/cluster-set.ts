const PAGE_BITS = 1 << 16;
const PAGE_BYTES = PAGE_BITS / 8;
/** Stands for every page that is wholly in the set. */
const FULL: Uint8Array = new Uint8Array(PAGE_BYTES).fill(0xff);

/** A set of cluster numbers: 8 KiB for every 65,536 numbers of which some but not all are in it. */
export interface ClusterSet {
  has(cluster: number): boolean;
  /** @returns whether it was new. */
  add(cluster: number): boolean;
  addRun(cluster: number, count: number): void;
  /** First number from `from` on that is in the set; `end` where there is none before it. */
  nextIn(from: number, end: number): number;
  /** First number from `from` on that is not in the set; `end` where there is none before it. */
  nextOut(from: number, end: number): number;
}

/** An empty set of numbers from 0 to 2^32. */
export function clusterSet(): ClusterSet {
  const pages = new Map<number, Uint8Array>();
  const own = (number: number): Uint8Array => {
    let page = pages.get(number);
    if (page === undefined) {
      page = new Uint8Array(PAGE_BYTES);
      pages.set(number, page);
    }
    return page;
  };
  const next = (from: number, end: number, wanted: boolean): number => {
    for (let at = from; at < end; ) {
      const number = Math.floor(at / PAGE_BITS);
      const page = pages.get(number);
      const pageEnd = Math.min(end, (number + 1) * PAGE_BITS);
      if (page === undefined || page === FULL) {
        if ((page === FULL) === wanted) return at;
      } else {
        const found = nextInPage(page, at - number * PAGE_BITS, { end: pageEnd - number * PAGE_BITS, wanted });
        if (found < pageEnd - number * PAGE_BITS) return number * PAGE_BITS + found;
      }
      at = pageEnd;
    }
    return end;
  };
  return {
    has: (cluster) => {
      const page = pages.get(Math.floor(cluster / PAGE_BITS));
      const bit = cluster % PAGE_BITS;
      return page !== undefined && ((page[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
    },
    add: (cluster) => {
      const page = own(Math.floor(cluster / PAGE_BITS));
      const bit = cluster % PAGE_BITS;
      const old = page[bit >> 3] ?? 0;
      if ((old & (1 << (bit & 7))) !== 0) return false;
      page[bit >> 3] = old | (1 << (bit & 7));
      return true;
    },
    addRun: (cluster, count) => {
      for (let at = cluster; at < cluster + count; ) {
        const number = Math.floor(at / PAGE_BITS);
        const end = Math.min(cluster + count, (number + 1) * PAGE_BITS);
        if (end - at === PAGE_BITS) pages.set(number, FULL);
        else if (pages.get(number) !== FULL) setBits(own(number), at - number * PAGE_BITS, end - number * PAGE_BITS);
        at = end;
      }
    },
    nextIn: (from, end) => next(from, end, true),
    nextOut: (from, end) => next(from, end, false),
  };
}

function setBits(page: Uint8Array, from: number, end: number): void {
  for (let bit = from; bit < end; ) {
    if ((bit & 7) === 0 && end - bit >= 8) {
      page.fill(0xff, bit >> 3, end >> 3);
      bit = (end >> 3) << 3;
    } else {
      page[bit >> 3] = (page[bit >> 3] ?? 0) | (1 << (bit & 7));
      bit++;
    }
  }
}

function nextInPage(page: Uint8Array, from: number, to: { end: number; wanted: boolean }): number {
  const none = to.wanted ? 0 : 0xff;
  for (let bit = from; bit < to.end; ) {
    const byte = page[bit >> 3] ?? 0;
    if (byte === none) bit = ((bit >> 3) + 1) << 3;
    else if (((byte & (1 << (bit & 7))) !== 0) === to.wanted) return bit;
    else bit++;
  }
  return to.end;
}
