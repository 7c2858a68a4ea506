/** Clusters that follow each other. first: null where none are given (sparse), "lost" where they are gone or not told. */
export interface Run {
  first: number | "lost" | null;
  count: number;
}

export interface RunList {
  runs: Run[];
  /** Clusters of all runs together. */
  count: number;
  /** Whether every run could be read and lies in the volume. */
  whole: boolean;
}

/** No stream is in more pieces than this; a file system that says so is not believed. */
const RUNS_LIMIT = 1_000_000;
const COUNT_LIMIT = 2 ** 43;

/**
 * Reads mapping pairs: lengths and the distance of each start from the one before.
 *
 * @param clusters Clusters of the volume; a run that leaves it ends the list.
 * @param into Runs found so far, to which these are added.
 * @see NTFS on-disk layout: mapping pairs array
 */
export function readRuns(bytes: Uint8Array, clusters: number, into: RunList): void {
  let first = 0;
  for (let at = 0; ; ) {
    const head = bytes[at];
    if (head === 0) return;
    const lengthBytes = (head ?? 0) & 15;
    const startBytes = (head ?? 0) >> 4;
    if (head === undefined || lengthBytes === 0 || lengthBytes > 8 || startBytes > 8) break;
    if (at + 1 + lengthBytes + startBytes > bytes.length || into.runs.length >= RUNS_LIMIT) break;
    const count = signed(bytes, at + 1, lengthBytes);
    if (!(count > 0) || into.count + count > COUNT_LIMIT) break;
    const step = startBytes === 0 ? null : signed(bytes, at + 1 + lengthBytes, startBytes);
    if (step === null || first + step === -1) addRun(into, { first: null, count });
    else {
      first += step;
      if (!(first >= 0) || first + count > clusters) break;
      addRun(into, { first, count });
    }
    at += 1 + lengthBytes + startBytes;
  }
  into.whole = false;
}

/** Adds a run; joined to the last where it carries it on. */
export function addRun(list: RunList, run: Run): void {
  if (!(run.count > 0)) return;
  list.count += run.count;
  const last = list.runs[list.runs.length - 1];
  const joins =
    last !== undefined &&
    (typeof run.first === "number" && typeof last.first === "number"
      ? last.first + last.count === run.first
      : last.first === run.first);
  if (joins && last !== undefined) last.count += run.count;
  else list.runs.push({ ...run });
}

function signed(bytes: Uint8Array, at: number, length: number): number {
  let value = (bytes[at + length - 1] ?? 0) >= 0x80 ? -1 : 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
