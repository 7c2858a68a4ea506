import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { equalBytes } from "#base/values";
import { writeAllAt, writing } from "./durable-file.node.ts";
import type { RunRecord } from "./run-record.ts";
import { decodeRun, encodeRun, RUN_BYTES, runsHeader } from "./runs-record.node.ts";

const BATCH_RECORDS = 16_384;

/** runs.bin, open for appending. */
export interface RunsFile {
  /** Records so far. */
  readonly count: number;
  /** SHA-256 over all records so far, in order; what checkpoints sign. */
  digest(): string;
  add(runs: readonly RunRecord[]): void;
  sync(): void;
  /** The first `count` records. */
  records(count: number): Iterable<Uint8Array>;
  close(): void;
}

/** What the last checkpoint signed of the runs. */
export interface KeptRuns {
  records: number;
  /** SHA-256 over them; undefined without a checkpoint. */
  digest?: string;
}

/**
 * Opens runs.bin, keeping what was signed; what stands after that is cut off.
 *
 * @returns undefined, with nothing changed, when the signed records are not there as they were.
 */
export function openRuns(path: string, keep: KeptRuns): { runs: RunsFile; discarded: number } | undefined {
  const fd = writing(path, () => openSync(path, existsSync(path) ? "r+" : "wx+", 0o600));
  const before = Math.max(0, Math.floor(fstatSync(fd).size / RUN_BYTES) - 1);
  const hash = createHash("sha256");
  let count = 0;
  for (const record of readRecords(fd, keep.records)) {
    hash.update(record);
    count++;
  }
  const whole = keep.records === 0 || hasRunsHeader(fd);
  if (!whole || count < keep.records || (keep.digest !== undefined && hash.copy().digest("hex") !== keep.digest)) {
    closeSync(fd);
    return undefined;
  }
  writing(path, () => {
    writeAllAt(fd, runsHeader(), 0);
    ftruncateSync(fd, (count + 1) * RUN_BYTES);
  });
  return { runs: openFile({ path, fd, hash, count }), discarded: before - count };
}

function openFile(open: { path: string; fd: number; hash: ReturnType<typeof createHash>; count: number }): RunsFile {
  const { path, fd, hash } = open;
  let count = open.count;
  return {
    get count() {
      return count;
    },
    digest: () => hash.copy().digest("hex"),
    add: (added) => {
      if (added.length === 0) return;
      const bytes = new Uint8Array(added.length * RUN_BYTES);
      added.forEach((run, i) => {
        bytes.set(encodeRun(run), i * RUN_BYTES);
      });
      writing(path, () => writeAllAt(fd, bytes, (count + 1) * RUN_BYTES));
      hash.update(bytes);
      count += added.length;
    },
    sync: () => writing(path, () => fsyncSync(fd)),
    records: (wanted) => readRecords(fd, wanted),
    close: () => closeSync(fd),
  };
}

/** The first `count` records of an open runs.bin as raw bytes; fewer where the file is shorter. */
export function* readRecords(fd: number, count: number): Generator<Uint8Array> {
  const batch = new Uint8Array(BATCH_RECORDS * RUN_BYTES);
  for (let from = 0; from < count; ) {
    const wanted = Math.min(BATCH_RECORDS, count - from) * RUN_BYTES;
    let got = 0;
    while (got < wanted) {
      const read = readSync(fd, batch, got, wanted - got, (from + 1) * RUN_BYTES + got);
      if (read === 0) break;
      got += read;
    }
    const records = Math.floor(got / RUN_BYTES);
    for (let i = 0; i < records; i++) yield batch.subarray(i * RUN_BYTES, (i + 1) * RUN_BYTES);
    if (got < wanted) return;
    from += records;
  }
}

/** Whether the file begins as runs.bin of this version does. */
export function hasRunsHeader(fd: number): boolean {
  const header = new Uint8Array(RUN_BYTES);
  return readSync(fd, header, 0, RUN_BYTES, 0) === RUN_BYTES && equalBytes(header, runsHeader());
}

/** Records as values, up to the first that is damaged. */
export function* decodedRuns(records: Iterable<Uint8Array>): Generator<Required<RunRecord>> {
  for (const bytes of records) {
    const run = decodeRun(bytes);
    if (run === undefined) return;
    yield run;
  }
}
