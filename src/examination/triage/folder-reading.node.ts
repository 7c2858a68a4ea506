import { fromHex, toHex } from "#base/values";
import type { RunRecord, UnreadRange } from "#examination/evidence";
import { type DigestAlgorithm, probeOffsets } from "#examination/filters";
import { ALL_PHASES, type JobResult } from "./engine-message.ts";
import { type FileLosses, type FileUnread, fileLosses } from "./file-losses.ts";
import type { FileTable } from "./file-table.ts";
import type { Listing } from "./folder-listing.node.ts";
import type { Plan } from "./plan.ts";
import type { Ended } from "./raw-reading.node.ts";
import { type Intervals, intervalsFrom, newIntervals, type Run } from "./reading.ts";
import type { HitRecord } from "./record.node.ts";
import { JUMP } from "./thresholds.ts";
import type { Task, WorkDesk } from "./work-desk.node.ts";

const PROBE_BYTES = 4096;
const SIZES_AT_ONCE = 2000;
/** One file went, not the medium. */
const FILE_GONE = new Set(["ENOENT", "ENOTDIR", "ENDED", "ESTALE"]);
/** Reads in a row that never ended: the medium does not answer any more. */
const TIMEOUTS_IN_A_ROW = 3;

/** Hit files that are read once more for the annex: so many, of at most so many bytes. */
const DIGEST_MOST_FILES = 1000;
const DIGEST_MOST_BYTES = 2 ** 30;

/** What is known of a file, as bits. */
const PROBED = 1;
const WHOLE = 2;
const LISTED_SIZE = 4;
const HIT = 8;
const UNREAD = 16;

/** What of a checkpoint belongs to reading a folder. */
export interface FolderState {
  listing: string;
  /** One byte a file, base64. */
  marks: string;
  /** Files of which a part was read. */
  parts: Record<string, string>;
  unread: FileUnread[];
  blankBytes: number;
  changed: number;
}

export interface FolderReadingOptions {
  plan: Plan;
  desk: WorkDesk;
  hits: HitRecord;
  table: FileTable;
  listing: Listing;
  addRun(run: RunRecord): void;
  tick(): void;
  state?: FolderState;
}

/** Reads the files of a folder: three places of each, then whole files where something speaks for it, then all. */
export interface FolderReading {
  readonly filesProbed: number;
  readonly filesRead: number;
  readonly filesUnread: number;
  readonly bytesRead: number;
  readonly blankBytes: number;
  readonly filesChanged: number;
  readonly losses: FileLosses;
  /** Digests of files that were hit, in memory alone: for the sealed annex. */
  readonly digests: ReadonlyMap<number, Partial<Record<DigestAlgorithm, string>>>;
  /** Read bytes within [from, to) of all files laid end to end. */
  readWithin(fromBytes: number, toBytes: number): number;
  /** Files with a hit, on the same line. */
  foundRuns(): Run[];
  run(): Promise<Ended>;
  /** Digests of hit files that were not read whole in one go. */
  digestHits(): Promise<void>;
  state(): FolderState;
}

interface FileTask extends Task {
  fileIndex: number;
}

class Reading implements FolderReading {
  readonly #options: FolderReadingOptions;
  readonly #marks: Uint8Array;
  readonly #parts = new Map<number, Intervals>();
  readonly #probesLeft = new Map<number, number>();
  readonly digests = new Map<number, Partial<Record<DigestAlgorithm, string>>>();
  readonly losses: FileLosses;
  filesProbed = 0;
  filesRead = 0;
  filesUnread = 0;
  bytesRead = 0;
  blankBytes: number;
  filesChanged: number;
  #again: FileTask[] = [];
  #gone: Ended | undefined;
  #timeouts = 0;

  constructor(options: FolderReadingOptions) {
    this.#options = options;
    const { state, table } = options;
    this.#marks = new Uint8Array(table.count);
    this.losses = fileLosses(state?.unread);
    this.blankBytes = state?.blankBytes ?? 0;
    this.filesChanged = state?.changed ?? 0;
    if (state === undefined) return;
    this.#marks.set(Buffer.from(state.marks, "base64").subarray(0, table.count));
    for (const [index, text] of Object.entries(state.parts)) this.#parts.set(Number(index), intervalsFrom(text));
    for (const [index, mark] of this.#marks.entries()) {
      if (mark & PROBED) this.filesProbed++;
      if (mark & WHOLE) this.filesRead++;
      if (mark & UNREAD) this.filesUnread++;
      this.bytesRead += this.#readOf(index);
    }
  }

  async run(): Promise<Ended> {
    const { plan, table } = this.#options;
    const steps: (() => Promise<void>)[] = [
      () => this.#do(this.#sizeTasks(), (task, result) => this.#sized(task, result)),
      () => this.#do(this.#probeTasks(), (task, result) => this.#probed(task, result)),
      () => this.#do(this.#wholeTasks(), (task, result) => this.#whole(task, result)),
    ];
    if (plan.mode !== "quick")
      steps.push(() => this.#do(this.#readTasks(), (task, result) => this.#read(task, result)));
    for (const step of steps) {
      if (table.count > 0) await step();
      if (this.#options.desk.stopped) return this.#gone ?? "stopped";
    }
    return "done";
  }

  async digestHits(): Promise<void> {
    const { table, desk } = this.#options;
    const missing = [...this.#marks.keys()].filter((index) => this.#mark(index) & HIT && !this.digests.has(index));
    const small = missing.filter((index) => table.sizeBytes(index) <= DIGEST_MOST_BYTES).slice(0, DIGEST_MOST_FILES);
    const tasks = small.map((index): FileTask => {
      const run = { offsetBytes: 0, lengthBytes: table.sizeBytes(index) };
      return { ...this.#task(index, run, 1), kind: "whole" };
    });
    await desk.run(tasks, ({ fileIndex }, { digests }) => {
      if (digests !== undefined) this.digests.set(fileIndex, digests);
    });
  }

  state(): FolderState {
    return {
      listing: this.#options.listing.digest,
      marks: Buffer.from(this.#marks).toString("base64"),
      parts: Object.fromEntries([...this.#parts].map(([index, set]) => [String(index), set.toText()])),
      unread: [...this.losses.places],
      blankBytes: this.blankBytes,
      changed: this.filesChanged,
    };
  }

  readWithin(fromBytes: number, toBytes: number): number {
    const { table } = this.#options;
    let [low, high] = [0, table.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (table.startBytes(middle + 1) > fromBytes) high = middle;
      else low = middle + 1;
    }
    let sum = 0;
    for (let index = low; index < table.count && table.startBytes(index) < toBytes; index++) {
      const size = table.sizeBytes(index);
      const start = table.startBytes(index);
      const share = Math.min(toBytes, start + size) - Math.max(fromBytes, start);
      sum += size === 0 ? 0 : (this.#readOf(index) * share) / size;
    }
    return sum;
  }

  foundRuns(): Run[] {
    const { table } = this.#options;
    const runs: Run[] = [];
    for (const [index, mark] of this.#marks.entries()) {
      if (mark & HIT) runs.push({ offsetBytes: table.startBytes(index), lengthBytes: table.sizeBytes(index) });
    }
    return runs;
  }

  #mark(index: number): number {
    return this.#marks[index] ?? 0;
  }

  #set(index: number, bits: number): void {
    this.#marks[index] = this.#mark(index) | bits;
  }

  #readOf(index: number): number {
    const size = this.#options.table.sizeBytes(index);
    if (this.#mark(index) & WHOLE) return size;
    const part = this.#parts.get(index)?.bytes ?? 0;
    return Math.max(part, this.#mark(index) & PROBED ? probeOffsets(size).length * PROBE_BYTES : 0);
  }

  async #do(tasks: Iterable<FileTask>, answer: (task: FileTask, result: JobResult) => void): Promise<void> {
    const { desk, tick } = this.#options;
    const answered = (task: FileTask, result: JobResult): void => {
      answer(task, result);
      tick();
    };
    await desk.run(tasks, answered);
    while (this.#again.length > 0 && !desk.stopped) await desk.run(this.#again.splice(0), answered);
  }

  *#sizeTasks(): Generator<FileTask> {
    const { table } = this.#options;
    for (let from = 0; from < table.count; from += SIZES_AT_ONCE) {
      const count = Math.min(SIZES_AT_ONCE, table.count - from);
      const sizes = Array.from({ length: count }, (_, i) => table.sizeBytes(from + i));
      yield { kind: "sizes", fileIndex: from, sizes, offsetBytes: 0, lengthBytes: 0, phases: 1 };
    }
  }

  #sized({ fileIndex }: FileTask, { listedSizes = [] }: JobResult): void {
    for (const index of listedSizes) this.#set(fileIndex + index, LISTED_SIZE);
  }

  *#probeTasks(): Generator<FileTask> {
    const { table } = this.#options;
    for (let fileIndex = 0; fileIndex < table.count; fileIndex++) {
      if (this.#mark(fileIndex) & (PROBED | WHOLE)) continue;
      const offsets = probeOffsets(table.sizeBytes(fileIndex));
      if (offsets.length === 0) this.#probeDone(fileIndex);
      else this.#probesLeft.set(fileIndex, offsets.length);
      for (const offsetBytes of offsets) yield this.#task(fileIndex, { offsetBytes, lengthBytes: PROBE_BYTES }, 1);
    }
  }

  #task(fileIndex: number, run: Run, phases: number): FileTask {
    return { ...run, kind: "run", fileIndex, file: toHex(this.#options.table.path(fileIndex)), phases };
  }

  #probeDone(fileIndex: number): void {
    const before = this.#readOf(fileIndex);
    this.#set(fileIndex, PROBED);
    this.filesProbed++;
    this.bytesRead += this.#readOf(fileIndex) - before;
  }

  #probed(task: FileTask, result: JobResult): void {
    this.#take(task, result);
    if (result.error !== undefined) this.#failed(task, result, result.error);
    if (this.#gone !== undefined) return;
    const left = (this.#probesLeft.get(task.fileIndex) ?? 1) - 1;
    this.#probesLeft.set(task.fileIndex, left);
    if (left > 0) return;
    this.#probesLeft.delete(task.fileIndex);
    if ((this.#mark(task.fileIndex) & UNREAD) === 0) this.#probeDone(task.fileIndex);
  }

  *#wholeTasks(): Generator<FileTask> {
    const { table } = this.#options;
    for (let fileIndex = 0; fileIndex < table.count; fileIndex++) {
      const mark = this.#mark(fileIndex);
      if ((mark & (LISTED_SIZE | HIT)) === 0 || mark & (WHOLE | UNREAD)) continue;
      const run = { offsetBytes: 0, lengthBytes: table.sizeBytes(fileIndex) };
      yield { ...this.#task(fileIndex, run, this.#phases()), kind: "whole" };
    }
  }

  #whole(task: FileTask, result: JobResult): void {
    this.#take(task, result);
    if (result.digests !== undefined) this.digests.set(task.fileIndex, result.digests);
    this.#options.hits.takeFile(task.fileIndex, result);
    if ((result.listed?.length ?? 0) > 0) this.#set(task.fileIndex, HIT);
    if (result.error !== undefined) this.#failed(task, result, result.error);
    else if (task.lengthBytes > 0) this.#wholeDone(task.fileIndex, result);
  }

  #wholeDone(fileIndex: number, { blankBytes = 0 }: JobResult): void {
    const before = this.#readOf(fileIndex);
    this.#set(fileIndex, WHOLE);
    this.#parts.delete(fileIndex);
    this.filesRead++;
    this.blankBytes += blankBytes;
    this.bytesRead += this.#readOf(fileIndex) - before;
  }

  *#readTasks(): Generator<FileTask> {
    const { table, plan } = this.#options;
    for (let fileIndex = 0; fileIndex < table.count; fileIndex++) {
      if (this.#mark(fileIndex) & WHOLE) continue;
      const size = table.sizeBytes(fileIndex);
      if (size === 0) this.#wholeDone(fileIndex, { id: 0, readBytes: 0 });
      for (const gap of this.#left(fileIndex)) {
        for (let at = 0; at < gap.lengthBytes; at += plan.chunkBytes) {
          const lengthBytes = Math.min(plan.chunkBytes, gap.lengthBytes - at);
          yield this.#task(fileIndex, { offsetBytes: gap.offsetBytes + at, lengthBytes }, this.#phases());
        }
      }
    }
  }

  /** What of a file was neither read nor given up. */
  #left(fileIndex: number): Run[] {
    const size = this.#options.table.sizeBytes(fileIndex);
    const read = this.#parts.get(fileIndex) ?? newIntervals();
    const lost = this.losses.of(fileIndex) ?? newIntervals();
    return [...read.gaps(0, size)].flatMap((gap) => [...lost.gaps(gap.offsetBytes, gap.offsetBytes + gap.lengthBytes)]);
  }

  #read(task: FileTask, result: JobResult): void {
    this.#take(task, result);
    const { fileIndex } = task;
    const before = this.#readOf(fileIndex);
    const part = this.#parts.get(fileIndex) ?? newIntervals();
    part.add(task.offsetBytes, result.readBytes);
    this.#parts.set(fileIndex, part);
    if (result.error !== undefined) this.#failed(task, result, result.error);
    this.bytesRead += this.#readOf(fileIndex) - before;
    this.blankBytes += result.blankBytes ?? 0;
    if (part.bytes >= this.#options.table.sizeBytes(fileIndex)) {
      this.#wholeDone(fileIndex, { id: 0, readBytes: 0 });
    }
  }

  #phases(): number {
    return this.#options.plan.phases.length === 8 ? ALL_PHASES : 1;
  }

  #take(task: FileTask, result: JobResult): void {
    const { hits, addRun } = this.#options;
    const { fileIndex, offsetBytes } = task;
    if (result.digest !== undefined && result.readBytes > 0) {
      const digest = fromHex(result.digest);
      addRun({ offsetBytes, lengthBytes: result.readBytes, fileIndex, flags: 0, digest });
    }
    if (hits.take(fileIndex, result.hits ?? []).length > 0) this.#set(fileIndex, HIT);
    if (result.changed === true) this.filesChanged++;
  }

  /** The medium is gone, or a part of one file cannot be read: then the file goes on behind it. */
  #failed(task: FileTask, result: JobResult, { why, code }: { why: UnreadRange["why"]; code: string }): void {
    const { desk, table, plan } = this.#options;
    this.#timeouts = why === "timeout" ? this.#timeouts + 1 : 0;
    const left = why === "vanished" && !FILE_GONE.has(code);
    if (left || this.#timeouts >= TIMEOUTS_IN_A_ROW) {
      this.#gone = left ? "pulled" : "failed";
      desk.stop();
      return;
    }
    const { fileIndex } = task;
    const size = table.sizeBytes(fileIndex);
    const offsetBytes = why === "refused" ? 0 : task.offsetBytes + result.readBytes;
    const end = why === "refused" || task.kind === "whole" ? size : task.offsetBytes + task.lengthBytes;
    const jump = why === "input-error" ? Math.min(end, offsetBytes + JUMP.firstBytes) : end;
    this.#addUnread({ fileIndex, offsetBytes, lengthBytes: jump - offsetBytes, why });
    if (jump >= end) return;
    const run = { offsetBytes: jump, lengthBytes: Math.min(end - jump, plan.chunkBytes) };
    this.#again.push(this.#task(fileIndex, run, task.phases));
  }

  #addUnread(place: FileUnread): void {
    if (!this.losses.add(place)) return;
    if ((this.#mark(place.fileIndex) & UNREAD) === 0) this.filesUnread++;
    this.#set(place.fileIndex, UNREAD);
  }
}

/** Makes the reading, new or from a checkpoint. */
export function folderReading(options: FolderReadingOptions): FolderReading {
  return new Reading(options);
}
