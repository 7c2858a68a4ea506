/** When a deleted file last had its clusters, as far as its record says. */
interface ClaimTime {
  /** Of the volume's log; 0: none kept. */
  logNumber: number;
  changedMs: number;
}

/** Which deleted file had free clusters last, where several name the same. */
export interface Claims {
  add(record: number, run: { first: number; count: number }, time: ClaimTime): void;
  /** Splits clusters a deleted record names into those that are its own and those that another had later, or may have. */
  split(record: number, run: { first: number; count: number }): { first: number; count: number; own: boolean }[];
}

const CLAIMS_LIMIT = 1_000_000;
/** Other claims looked at for one run; beyond, none of it is believed. */
const LOOKED_LIMIT = 50_000;

/** Claims as they come, one list for each field. */
type Rows = Record<"first" | "end" | "record" | "logNumber" | "changedMs", number[]>;

/** Claims in order of their first clusters. */
interface Columns {
  first: Float64Array;
  end: Float64Array;
  record: Float64Array;
  logNumber: Float64Array;
  changedMs: Float64Array;
  /** Greatest end of all claims up to here, in order of their starts. */
  reach: Float64Array;
}

/** A bounded book of what deleted records claim; beyond a million runs no claim is believed any more. */
export function claimBook(): Claims {
  const rows: Rows = { first: [], end: [], record: [], logNumber: [], changedMs: [] };
  let columns: Columns | null = null;
  let full = false;
  return {
    add: (record, { first, count }, time) => {
      if (rows.first.length >= CLAIMS_LIMIT) {
        full = true;
        return;
      }
      rows.first.push(first);
      rows.end.push(first + count);
      rows.record.push(record);
      rows.logNumber.push(time.logNumber);
      rows.changedMs.push(time.changedMs);
    },
    split: (record, run) => {
      if (full) return [{ ...run, own: false }];
      columns ??= sortClaims(rows);
      return splitRun(columns, record, run);
    },
  };
}

function sortClaims(rows: Rows): Columns {
  const order = Uint32Array.from(rows.first, (_, i) => i);
  order.sort((a, b) => (rows.first[a] ?? 0) - (rows.first[b] ?? 0));
  const column = (values: readonly number[]): Float64Array => Float64Array.from(order, (i) => values[i] ?? 0);
  const end = column(rows.end);
  const reach = new Float64Array(end.length);
  end.forEach((value, i) => {
    reach[i] = Math.max(value, reach[i - 1] ?? 0);
  });
  const { record, logNumber, changedMs } = rows;
  return {
    first: column(rows.first),
    end,
    record: column(record),
    logNumber: column(logNumber),
    changedMs: column(changedMs),
    reach,
  };
}

function splitRun(
  columns: Columns,
  record: number,
  run: { first: number; count: number },
): { first: number; count: number; own: boolean }[] {
  const end = run.first + run.count;
  const others = overlaps(columns, run.first, end);
  if (others === null) return [{ ...run, own: false }];
  const mine = others.find((i) => columns.record[i] === record);
  const taken = others
    .filter((i) => columns.record[i] !== record && !(mine !== undefined && isLater(columns, mine, i)))
    .map((i) => [Math.max(run.first, columns.first[i] ?? 0), Math.min(end, columns.end[i] ?? 0)] as const)
    .sort((a, b) => a[0] - b[0]);
  const pieces: { first: number; count: number; own: boolean }[] = [];
  let at = run.first;
  for (const [from, to] of taken) {
    if (to <= at) continue;
    if (from > at) pieces.push({ first: at, count: from - at, own: true });
    const start = Math.max(from, at);
    pieces.push({ first: start, count: to - start, own: false });
    at = to;
  }
  if (at < end) pieces.push({ first: at, count: end - at, own: true });
  return pieces;
}

/** Claims that touch [first, end); null where there are too many to look at. */
function overlaps(columns: Columns, first: number, end: number): number[] | null {
  let low = 0;
  let high = columns.first.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((columns.first[middle] ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let i = low - 1, looked = 0; i >= 0 && (columns.reach[i] ?? 0) > first; i--) {
    if (++looked > LOOKED_LIMIT) return null;
    if ((columns.end[i] ?? 0) > first) found.push(i);
  }
  return found;
}

/** Whether claim a is surely later than b: the log and the clock must not contradict each other. */
function isLater(columns: Columns, a: number, b: number): boolean {
  const byLog = both(columns.logNumber, a, b);
  const byClock = both(columns.changedMs, a, b);
  return byLog >= 0 && byClock >= 0 && byLog + byClock > 0;
}

function both(values: Float64Array, a: number, b: number): number {
  const first = values[a] ?? 0;
  const second = values[b] ?? 0;
  return first === 0 || second === 0 ? 0 : Math.sign(first - second);
}
