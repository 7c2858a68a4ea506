import { fromHex, toHex } from "#base/values";
import type { RunRecord, UnreadRange } from "#examination/evidence";
import { type DigestAlgorithm, probeOffsets } from "#examination/filters";
import { ALL_PHASES, type JobResult } from "./engine-message.ts";
import type { FileLosses } from "./file-losses.ts";
import { FileProgress, MARK, PROBE_BYTES, type ProgressState } from "./file-progress.ts";
import type { FileTable } from "./file-table.ts";
import type { Listing } from "./folder-listing.node.ts";
import type { Plan } from "./plan.ts";
import { type Ended, readOnce } from "./raw-reading.node.ts";
import { newIntervals, type Run } from "./reading.ts";
import type { HitRecord } from "./record.node.ts";
import { salvage } from "./salvage.node.ts";
import { JUMP } from "./thresholds.ts";
import type { Task, WorkDesk } from "./work-desk.node.ts";

const SIZES_AT_ONCE = 2000;
/** One file went, not the medium. */
const FILE_GONE = new Set(["ENOENT", "ENOTDIR", "ENDED", "ESTALE"]);
/** Reads in a row that never ended: the medium does not answer any more. */
const TIMEOUTS_IN_A_ROW = 3;

/** Files up to this size are read whole by one job: 3 s at 20 MB/s. Larger ones in parts, so that a kill loses no more than one. */
const WHOLE_AT_ONCE = 64 << 20;
const PART_BYTES = 32 << 20;
/** Hit files that are read once more for the annex: so many, of at most so many bytes. */
const DIGEST_MOST_FILES = 1000;
const DIGEST_MOST_BYTES = 2 ** 30;

type Digests = Partial<Record<DigestAlgorithm, string>>;

/** What of a checkpoint belongs to reading a folder. */
export interface FolderState extends ProgressState {
  listing: string;
  changed: number;
  /** Digests of hit files and of parts of files, sealed: only the officer's identity opens it. */
  sealed: string;
}

export interface FolderReadingOptions {
  plan: Plan;
  desk: WorkDesk;
  hits: HitRecord;
  table: FileTable;
  listing: Listing;
  addRun(run: RunRecord): void;
  tick(): void;
  retrySeconds: number;
  seal: { close(text: string): string; open(sealed: string): string };
  state?: FolderState;
}

/** Reads the files of a folder: three places of each, then whole files where something speaks for it, then all. */
export interface FolderReading {
  readonly filesProbed: number;
  readonly filesRead: number;
  readonly filesUnread: number;
  readonly filesDue: number;
  readonly bytesRead: number;
  readonly blankBytes: number;
  readonly filesChanged: number;
  readonly losses: FileLosses;
  /** Seconds spent on trying again, where it was done. */
  readonly retriedSeconds: number;
  /** Digests of files that were hit: for the sealed annex. */
  readonly digests: ReadonlyMap<number, Digests>;
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

type Answer = (task: FileTask, result: JobResult) => void;

class Reading extends FileProgress implements FolderReading {
  readonly #options: FolderReadingOptions;
  readonly #probesLeft = new Map<number, number>();
  readonly digests = new Map<number, Digests>();
  /** Large files whose digests are under way: where the next part begins, and what the last one carried. */
  readonly #begun = new Map<number, { at: number; carried: string }>();
  filesChanged: number;
  retriedSeconds = 0;
  #again: FileTask[] = [];
  #gone: Ended | undefined;
  #timeouts = 0;

  constructor(options: FolderReadingOptions) {
    const { state, table } = options;
    super(table, state);
    this.#options = options;
    this.filesChanged = state?.changed ?? 0;
    if (state === undefined) return;
    const { digests, begun } = JSON.parse(options.seal.open(state.sealed));
    for (const [index, found] of digests) this.digests.set(index, found);
    for (const [index, place] of begun) this.#begun.set(index, place);
  }

  async run(): Promise<Ended> {
    const { plan, table } = this.#options;
    const damaged = (index: number): boolean =>
      this.is(index, MARK.unread) && this.is(index, MARK.hit | MARK.listedSize);
    const read: Answer = (task, result) => this.#read(task, result);
    const steps: (() => Promise<void>)[] = [
      () => this.#do(this.#sizeTasks(), (task, result) => this.#sized(task, result)),
      () => this.#do(this.#probeTasks(), (task, result) => this.#probed(task, result)),
      () => this.#do(this.#wholeTasks(), (task, result) => this.#whole(task, result)),
      () => this.#do(this.#readTasks(damaged), read),
    ];
    if (plan.mode !== "quick")
      steps.push(() =>
        this.#do(
          this.#readTasks(() => true),
          read,
        ),
      );
    steps.push(() => this.#retry());
    for (const step of steps) {
      if (table.count > 0) await step();
      if (this.#options.desk.stopped) return this.#gone ?? "stopped";
    }
    return "done";
  }

  async digestHits(): Promise<void> {
    const { table } = this.#options;
    const missing = this.hitFiles().filter((index) => !this.digests.has(index));
    const small = missing.filter((index) => table.sizeBytes(index) <= DIGEST_MOST_BYTES).slice(0, DIGEST_MOST_FILES);
    await this.#digest(small);
  }

  override state(): FolderState {
    const secret = JSON.stringify({ digests: [...this.digests], begun: [...this.#begun] });
    return {
      ...super.state(),
      listing: this.#options.listing.digest,
      changed: this.filesChanged,
      sealed: this.#options.seal.close(secret),
    };
  }

  async #do(tasks: Iterable<FileTask>, answer: Answer): Promise<void> {
    const { desk, tick } = this.#options;
    const answered: Answer = (task, result) => {
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
    for (const index of listedSizes) this.set(fileIndex + index, MARK.listedSize);
  }

  *#probeTasks(): Generator<FileTask> {
    const { table } = this.#options;
    for (let fileIndex = 0; fileIndex < table.count; fileIndex++) {
      if (this.is(fileIndex, MARK.probed | MARK.whole)) continue;
      const offsets = probeOffsets(table.sizeBytes(fileIndex));
      if (offsets.length === 0) this.probed(fileIndex);
      else this.#probesLeft.set(fileIndex, offsets.length);
      for (const offsetBytes of offsets) yield this.#task(fileIndex, { offsetBytes, lengthBytes: PROBE_BYTES }, 1);
    }
  }

  #task(fileIndex: number, run: Run, phases: number): FileTask {
    return { ...run, kind: "run", fileIndex, file: toHex(this.#options.table.path(fileIndex)), phases };
  }

  #probed(task: FileTask, result: JobResult): void {
    this.#take(task, result, 0);
    if (result.error !== undefined) this.#failed(task, result, result.error);
    if (this.#gone !== undefined) return;
    const left = (this.#probesLeft.get(task.fileIndex) ?? 1) - 1;
    this.#probesLeft.set(task.fileIndex, left);
    if (left > 0) return;
    this.#probesLeft.delete(task.fileIndex);
    if (!this.is(task.fileIndex, MARK.unread)) this.probed(task.fileIndex);
  }

  /** Files that were begun to be read in parts for another reason have no digest that could still be made on the way. */
  *#wholeTasks(): Generator<FileTask> {
    const { table } = this.#options;
    for (let fileIndex = 0; fileIndex < table.count; fileIndex++) {
      yield* this.#again.splice(0);
      if (!this.is(fileIndex, MARK.listedSize | MARK.hit) || this.is(fileIndex, MARK.whole | MARK.unread)) continue;
      if (!this.hasPart(fileIndex) || this.#begun.has(fileIndex)) yield this.#wholeTask(fileIndex, this.#phases());
    }
  }

  /** A file as one job, or the next part of a large one. */
  #wholeTask(fileIndex: number, phases: number): FileTask {
    const size = this.#options.table.sizeBytes(fileIndex);
    if (size <= WHOLE_AT_ONCE) {
      return { ...this.#task(fileIndex, { offsetBytes: 0, lengthBytes: size }, phases), kind: "whole" };
    }
    const { at, carried } = this.#begun.get(fileIndex) ?? { at: 0, carried: "" };
    const lengthBytes = Math.min(PART_BYTES, size - at);
    const task = this.#task(fileIndex, { offsetBytes: at, lengthBytes }, phases);
    return { ...task, kind: "whole", carried, ...(at + lengthBytes < size ? { more: true } : {}) };
  }

  #whole(task: FileTask, result: JobResult): void {
    const { fileIndex, offsetBytes } = task;
    const { readBytes, blankBytes = 0 } = result;
    this.#take(task, result, 0);
    if (result.error === undefined && task.carried === undefined) this.whole(fileIndex, blankBytes);
    else this.part(fileIndex, { offsetBytes, lengthBytes: readBytes }, blankBytes);
    if (result.error !== undefined) {
      this.#begun.delete(fileIndex);
      this.#failed(task, result, result.error);
    } else this.#digested(task, result);
  }

  /** Takes the digests of a file, or gives out its next part. */
  #digested(task: FileTask, result: JobResult): void {
    const { fileIndex, offsetBytes, lengthBytes, phases } = task;
    if (result.error !== undefined) {
      this.#begun.delete(fileIndex);
    } else if (task.more === true) {
      this.#begun.set(fileIndex, { at: offsetBytes + lengthBytes, carried: result.carried ?? "" });
      this.#again.push(this.#wholeTask(fileIndex, phases));
    } else {
      this.#begun.delete(fileIndex);
      this.#options.hits.takeFile(fileIndex, result);
      if ((result.listed?.length ?? 0) > 0) this.set(fileIndex, MARK.hit);
      if (result.digests !== undefined) this.digests.set(fileIndex, result.digests);
      if (!this.is(fileIndex, MARK.hit)) this.digests.delete(fileIndex);
    }
  }

  /** Whole files once more, for their digests alone: nothing is counted. */
  async #digest(files: readonly number[]): Promise<void> {
    const tasks = files.map((index) => this.#wholeTask(index, 1));
    await this.#do(tasks, (task, result) => this.#digested(task, result));
  }

  *#readTasks(chosen: (fileIndex: number) => boolean): Generator<FileTask> {
    const { table, plan } = this.#options;
    for (let fileIndex = 0; fileIndex < table.count; fileIndex++) {
      if (this.is(fileIndex, MARK.whole) || !chosen(fileIndex)) continue;
      const size = table.sizeBytes(fileIndex);
      if (size === 0) this.whole(fileIndex, 0);
      for (const gap of this.left(fileIndex)) {
        for (let at = 0; at < gap.lengthBytes; at += plan.chunkBytes) {
          const lengthBytes = Math.min(plan.chunkBytes, gap.lengthBytes - at);
          yield this.#task(fileIndex, { offsetBytes: gap.offsetBytes + at, lengthBytes }, this.#phases());
        }
      }
    }
  }

  #read(task: FileTask, result: JobResult): void {
    const { fileIndex, offsetBytes } = task;
    this.#take(task, result, 0);
    this.part(fileIndex, { offsetBytes, lengthBytes: result.readBytes }, result.blankBytes ?? 0);
    if (result.error !== undefined) this.#failed(task, result, result.error);
  }

  #phases(): number {
    return this.#options.plan.phases.length === 8 ? ALL_PHASES : 1;
  }

  #take(task: FileTask, result: JobResult, flags: number): void {
    const { hits, addRun } = this.#options;
    const { fileIndex, offsetBytes } = task;
    if (result.digest !== undefined && result.readBytes > 0) {
      const digest = fromHex(result.digest);
      addRun({ offsetBytes, lengthBytes: result.readBytes, fileIndex, flags, digest });
    }
    if (hits.take(fileIndex, result.hits ?? []).length > 0) this.set(fileIndex, MARK.hit);
    if (result.changed === true) this.filesChanged++;
  }

  #isGone(why: UnreadRange["why"], code: string): boolean {
    this.#timeouts = why === "timeout" ? this.#timeouts + 1 : 0;
    const left = why === "vanished" && !FILE_GONE.has(code);
    if (left || this.#timeouts >= TIMEOUTS_IN_A_ROW) {
      this.#gone = left ? "pulled" : "failed";
      this.#options.desk.stop();
    }
    return this.#gone !== undefined;
  }

  /** The medium is gone, or a part of one file cannot be read: then the file goes on behind it. */
  #failed(task: FileTask, result: JobResult, { why, code }: { why: UnreadRange["why"]; code: string }): void {
    const { table, plan } = this.#options;
    if (this.#isGone(why, code)) return;
    const { fileIndex } = task;
    const size = table.sizeBytes(fileIndex);
    const offsetBytes = why === "refused" ? 0 : task.offsetBytes + result.readBytes;
    const end = why === "refused" || task.kind === "whole" ? size : task.offsetBytes + task.lengthBytes;
    const jump = why === "input-error" ? Math.min(end, offsetBytes + JUMP.firstBytes) : end;
    this.unread({ fileIndex, offsetBytes, lengthBytes: jump - offsetBytes, why });
    // What lies behind in a whole file is read by the next step.
    if (jump >= end || task.kind === "whole") return;
    const run = { offsetBytes: jump, lengthBytes: Math.min(end - jump, plan.chunkBytes) };
    this.#again.push(this.#task(fileIndex, run, task.phases));
  }

  /** Goes back to damaged places, from both edges, as long as the time for it lasts; the rest is unread. */
  async #retry(): Promise<void> {
    const { desk, retrySeconds } = this.#options;
    const damaged = new Map<number, Run[]>();
    for (const { fileIndex, offsetBytes, lengthBytes, why } of this.losses.places) {
      if (why === "input-error")
        damaged.set(fileIndex, [...(damaged.get(fileIndex) ?? []), { offsetBytes, lengthBytes }]);
    }
    const whole: number[] = [];
    for (const [fileIndex, places] of damaged) {
      const read = (run: Run): Promise<number> =>
        readOnce(desk, this.#task(fileIndex, run, this.#phases()), (task, result) => this.#recovered(task, result));
      const seconds = retrySeconds - this.retriedSeconds;
      if (desk.stopped || seconds <= 0) break;
      this.retriedSeconds += await salvage(mergedRuns(places), { read, seconds, isOver: () => desk.stopped });
      if (this.is(fileIndex, MARK.whole) && this.is(fileIndex, MARK.listedSize)) whole.push(fileIndex);
    }
    await this.#digest(whole);
  }

  #recovered(task: FileTask, result: JobResult): void {
    const { offsetBytes, fileIndex } = task;
    this.#take(task, result, 2);
    const { readBytes, blankBytes = 0, error } = result;
    if (readBytes > 0) this.recovered(fileIndex, { offsetBytes, lengthBytes: readBytes }, blankBytes);
    if (error !== undefined) this.#isGone(error.why, error.code);
    this.#options.tick();
  }
}

function mergedRuns(runs: readonly Run[]): Run[] {
  const merged = newIntervals();
  for (const { offsetBytes, lengthBytes } of runs) merged.add(offsetBytes, lengthBytes);
  return [...merged.runs()];
}

/** Makes the reading, new or from a checkpoint. */
export function folderReading(options: FolderReadingOptions): FolderReading {
  return new Reading(options);
}
