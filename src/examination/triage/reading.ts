/** Bytes of a source: [offsetBytes, offsetBytes + lengthBytes). */
export interface Run {
  offsetBytes: number;
  lengthBytes: number;
}

/**
 * A set of bytes kept as maximal intervals. Triage keeps two: the *covered* starts (every sector at which a block was
 * looked for) and the *unread* bytes. Any order of adding gives the same set.
 */
export interface Intervals {
  /** Maximal intervals held. */
  readonly count: number;
  /** Bytes held, kept up to date. */
  readonly bytes: number;
  add(offsetBytes: number, lengthBytes: number): void;
  remove(offsetBytes: number, lengthBytes: number): void;
  /** Whether every byte of the run is in the set; true for an empty run. */
  has(offsetBytes: number, lengthBytes: number): boolean;
  /** Bytes of the set inside a run. */
  bytesWithin(offsetBytes: number, lengthBytes: number): number;
  /** The intervals, ascending. The set must not change meanwhile. */
  runs(): Iterable<Run>;
  /** What is missing from [fromBytes, toBytes), ascending. The set must not change meanwhile. */
  gaps(fromBytes: number, toBytes: number): Iterable<Run>;
  /** Compact text for a checkpoint; `intervalsFrom` reads it. */
  toText(): string;
}

/** Makes an empty set. Adding in ascending order costs a few steps each, in any order a move of at most the whole table. */
export function newIntervals(): Intervals {
  const table = new EdgeTable();
  const set: Intervals = {
    get count() {
      return table.count;
    },
    get bytes() {
      return table.bytes;
    },
    add(offsetBytes, lengthBytes) {
      check(offsetBytes, lengthBytes);
      if (lengthBytes > 0) addRun(table, offsetBytes, offsetBytes + lengthBytes);
    },
    remove(offsetBytes, lengthBytes) {
      check(offsetBytes, lengthBytes);
      if (lengthBytes > 0) removeRun(table, offsetBytes, offsetBytes + lengthBytes);
    },
    has: (offsetBytes, lengthBytes) => set.bytesWithin(offsetBytes, lengthBytes) === lengthBytes,
    bytesWithin(offsetBytes, lengthBytes) {
      check(offsetBytes, lengthBytes);
      const end = offsetBytes + lengthBytes;
      let sum = 0;
      for (let i = table.firstEndingAfter(offsetBytes); i < table.count && table.start(i) < end; i++) {
        sum += Math.min(end, table.end(i)) - Math.max(offsetBytes, table.start(i));
      }
      return sum;
    },
    *runs() {
      for (let i = 0; i < table.count; i++) {
        yield { offsetBytes: table.start(i), lengthBytes: table.end(i) - table.start(i) };
      }
    },
    *gaps(fromBytes, toBytes) {
      let at = fromBytes;
      for (let i = table.firstEndingAfter(fromBytes); i < table.count && table.start(i) < toBytes; i++) {
        if (table.start(i) > at) yield { offsetBytes: at, lengthBytes: table.start(i) - at };
        at = table.end(i);
      }
      if (at < toBytes) yield { offsetBytes: at, lengthBytes: toBytes - at };
    },
    toText: () => textOf(set.runs()),
  };
  return set;
}

/** What a text may stand for at most: ten times what any plan makes. */
const INTERVALS_MOST = 2 ** 24;

/**
 * Reads what `toText` wrote.
 *
 * @throws {RangeError} When the text is none of ours.
 */
export function intervalsFrom(text: string): Intervals {
  const set = newIntervals();
  let at = 0;
  for (const part of text === "" ? [] : text.split(",")) {
    const match = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})(?:\*([1-9][0-9]{0,8}))?$/.exec(part);
    if (match === null) throw new RangeError(`Cannot read intervals: "gap-length" expected, current part is "${part}"`);
    const [, gap = "", length = "", times = "1"] = match;
    if (set.count + Number(times) > INTERVALS_MOST)
      throw new RangeError(`Cannot read intervals: more than ${INTERVALS_MOST}, current part is "${part}"`);
    for (let i = Number(times); i > 0; i--) {
      set.add(at + Number.parseInt(gap, 36), Number.parseInt(length, 36));
      at += Number.parseInt(gap, 36) + Number.parseInt(length, 36);
    }
  }
  return set;
}

/** gap-length pairs in base 36, equal neighbours folded: a whole grid is one pair. */
function textOf(runs: Iterable<Run>): string {
  const parts: string[] = [];
  let [at, last, times] = [0, "", 0];
  const flush = (): void => {
    if (times > 0) parts.push(times === 1 ? last : `${last}*${times}`);
  };
  for (const { offsetBytes, lengthBytes } of runs) {
    const pair = `${(offsetBytes - at).toString(36)}-${lengthBytes.toString(36)}`;
    at = offsetBytes + lengthBytes;
    if (pair === last) {
      times++;
      continue;
    }
    flush();
    [last, times] = [pair, 1];
  }
  flush();
  return parts.join(",");
}

function check(offsetBytes: number, lengthBytes: number): void {
  const whole = Number.isSafeInteger(offsetBytes) && Number.isSafeInteger(lengthBytes);
  if (!whole || offsetBytes < 0 || lengthBytes < 0) {
    throw new RangeError(
      `Cannot use a run: offset and length must be whole and not negative, current values are ${offsetBytes} and ${lengthBytes}`,
    );
  }
}

function addRun(table: EdgeTable, from: number, to: number): void {
  const first = table.firstEndingAtOrAfter(from);
  let [start, end, last] = [from, to, first];
  for (; last < table.count && table.start(last) <= to; last++) {
    start = Math.min(start, table.start(last));
    end = Math.max(end, table.end(last));
  }
  table.replace(first, last, [start, end]);
}

function removeRun(table: EdgeTable, from: number, to: number): void {
  const first = table.firstEndingAfter(from);
  const kept: number[] = [];
  let last = first;
  for (; last < table.count && table.start(last) < to; last++) {
    if (table.start(last) < from) kept.push(table.start(last), from);
    if (table.end(last) > to) kept.push(to, table.end(last));
  }
  if (last > first) table.replace(first, last, kept);
}

/** Sorted intervals in one array with a hole where the last change was: passes ascend, so the hole moves little. */
class EdgeTable {
  bytes = 0;
  #edges = new Float64Array(256);
  #front = 0;
  #back = 0;

  get count(): number {
    return (this.#front + this.#back) / 2;
  }

  start(i: number): number {
    return this.#edges[this.#at(i)] ?? 0;
  }

  end(i: number): number {
    return this.#edges[this.#at(i) + 1] ?? 0;
  }

  firstEndingAfter(offset: number): number {
    return this.firstEndingAtOrAfter(offset + 1);
  }

  firstEndingAtOrAfter(offset: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.end(middle) >= offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Puts the pairs of `edges` in the place of intervals first … last-1. */
  replace(first: number, last: number, edges: number[]): void {
    for (let i = first; i < last; i++) this.bytes -= this.end(i) - this.start(i);
    this.#moveHole(first * 2);
    this.#back -= (last - first) * 2;
    if (this.#front + this.#back + edges.length > this.#edges.length) this.#grow();
    for (const [i, edge] of edges.entries()) {
      this.#edges[this.#front++] = edge;
      this.bytes += i % 2 === 0 ? -edge : edge;
    }
  }

  #at(i: number): number {
    return i * 2 < this.#front ? i * 2 : this.#edges.length - this.#back + (i * 2 - this.#front);
  }

  #moveHole(to: number): void {
    const back = this.#edges.length - this.#back;
    if (to < this.#front) this.#edges.copyWithin(back - (this.#front - to), to, this.#front);
    else this.#edges.copyWithin(this.#front, back, back + (to - this.#front));
    this.#back += this.#front - to;
    this.#front = to;
  }

  #grow(): void {
    const grown = new Float64Array(this.#edges.length * 2);
    grown.set(this.#edges.subarray(0, this.#front));
    grown.set(this.#edges.subarray(this.#edges.length - this.#back), grown.length - this.#back);
    this.#edges = grown;
  }
}
