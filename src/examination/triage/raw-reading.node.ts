import { PHASES } from "#base/hashing";
import { fromHex } from "#base/values";
import type { RunRecord, UnreadRange } from "#examination/evidence";
import { ALL_PHASES, type JobResult } from "./engine-message.ts";
import { type JumpAhead, jumpAhead } from "./jump-ahead.ts";
import { neighbourhoodOf, type Pass, passesOf } from "./passes.ts";
import type { Plan } from "./plan.ts";
import { type Intervals, intervalsFrom, newIntervals, type Run } from "./reading.ts";
import type { HitRecord } from "./record.node.ts";
import type { RegionTally } from "./region-counts.ts";
import { salvage } from "./salvage.node.ts";
import { type UnreadRanges, unreadRanges } from "./unread-ranges.ts";
import type { Task, WorkDesk } from "./work-desk.node.ts";

/** Reading around hits after one pass stops here: the rest of the plan reads on in any case. */
const NEAR_BYTES_A_PASS = 256 << 20;
/** Reads in a row that never ended: the device does not answer any more. */
const TIMEOUTS_IN_A_ROW = 3;

/** How a reading ended. */
export type Ended = "done" | "stopped" | "pulled" | "failed";

/** What of a checkpoint belongs to reading a device or image. */
export interface RawState {
  covered: string;
  jumped: string;
  near: string;
  nearChosen: string;
  nearDone: string;
  nearPass: number;
  /** What file systems name is known, and stands among the chosen. */
  guided?: true;
  /** Of these, what is read behind the others and was not begun. */
  guidedLater?: string;
  unread: Record<string, string>;
}

export interface RawReadingOptions {
  plan: Plan;
  desk: WorkDesk;
  hits: HitRecord;
  regions: RegionTally;
  addRun(run: RunRecord): void;
  /** After every result. */
  tick(): void;
  retrySeconds: number;
  /**
   * Read before the first pass, like what lies around hits: files that are there, then deleted ones; null: not known. Not given
   * again where they were known once.
   */
  guided?: Run[][] | null;
  state?: RawState;
}

/** Reads a device or image by its plan. */
export interface RawReading {
  /** Starts at which a block was looked for, by the plan; never what was read around a hit. */
  readonly covered: Intervals;
  unreadRanges(): (Run & { why: UnreadRange["why"] })[];
  /** Runs of the plan that were read, for the pace. */
  readonly runsRead: number;
  /** Seconds spent on trying again, where it was done. */
  readonly retriedSeconds: number;
  run(): Promise<Ended>;
  state(): RawState;
}

interface RawTask extends Task {
  kind: "run";
}

class Reading implements RawReading {
  readonly #options: RawReadingOptions;
  readonly covered: Intervals;
  readonly #unread: UnreadRanges;
  readonly #jumped: Intervals;
  readonly #near: Intervals;
  readonly #nearChosen: Intervals;
  readonly #nearDone: Intervals;
  #nearPass: number;
  readonly #guided: boolean;
  #guidedLater: Intervals;
  readonly #jump: JumpAhead = jumpAhead();
  #again: RawTask[] = [];
  #timeouts = 0;
  #gone: Ended | undefined;
  retriedSeconds = 0;
  runsRead = 0;

  constructor(options: RawReadingOptions) {
    const { state } = options;
    this.#options = options;
    const set = (text: string | undefined): Intervals => (text === undefined ? newIntervals() : intervalsFrom(text));
    this.covered = set(state?.covered);
    this.#jumped = set(state?.jumped);
    this.#near = set(state?.near);
    this.#nearChosen = set(state?.nearChosen);
    this.#nearDone = set(state?.nearDone);
    this.#nearPass = state?.nearPass ?? -1;
    this.#unread = unreadRanges(state?.unread);
    this.#guided = state?.guided === true || (options.guided ?? null) !== null;
    this.#guidedLater = set(state?.guidedLater);
    const [first = [], ...later] = options.guided ?? [];
    for (const { offsetBytes, lengthBytes } of first) this.#nearChosen.add(offsetBytes, lengthBytes);
    for (const { offsetBytes, lengthBytes } of later.flat()) this.#guidedLater.add(offsetBytes, lengthBytes);
  }

  /** What could not be read, with what was jumped over and has not been read since. */
  unreadRanges(): (Run & { why: UnreadRange["why"] })[] {
    const jumped = [...this.#jumped.runs()].map((run) => ({ ...run, why: "input-error" as const }));
    return [...this.#unread.ranges(), ...jumped].sort((a, b) => a.offsetBytes - b.offsetBytes);
  }

  async run(): Promise<Ended> {
    const { plan, desk } = this.#options;
    await this.#readChosen(); // what file systems name, or what a continued reading had chosen
    if (!desk.stopped && this.#guidedLater.count > 0) {
      for (const { offsetBytes, lengthBytes } of this.#guidedLater.runs())
        this.#nearChosen.add(offsetBytes, lengthBytes);
      this.#guidedLater = newIntervals();
      await this.#readChosen();
    }
    if (desk.stopped) return this.#end();
    for (const pass of passesOf(plan)) {
      await this.#pass(pass);
      if (desk.stopped) return this.#end();
      await this.#readNear(pass.index);
      if (desk.stopped) return this.#end();
    }
    await this.#retry();
    return this.#end();
  }

  state(): RawState {
    return {
      covered: this.covered.toText(),
      jumped: this.#jumped.toText(),
      near: this.#near.toText(),
      nearChosen: this.#nearChosen.toText(),
      nearDone: this.#nearDone.toText(),
      nearPass: this.#nearPass,
      ...(this.#guided ? { guided: true } : {}),
      ...(this.#guidedLater.count > 0 ? { guidedLater: this.#guidedLater.toText() } : {}),
      unread: this.#unread.toState(),
    };
  }

  async #pass(pass: Pass): Promise<void> {
    const { desk } = this.#options;
    const answer = (task: RawTask, result: JobResult): void => this.#answer(task, result);
    await desk.run(this.#tasks(pass.runs), answer);
    while (this.#again.length > 0 && !desk.stopped) await desk.run(this.#again.splice(0), answer);
  }

  /** What of the runs is neither read, nor jumped over, nor given up. Asked late, so that a jump takes what lies ahead. */
  *#tasks(runs: Iterable<Run>): Generator<RawTask> {
    for (const run of runs) {
      for (const left of this.#left(run)) yield this.#task(left);
    }
  }

  #left({ offsetBytes, lengthBytes }: Run): Run[] {
    if (this.covered.has(offsetBytes, lengthBytes)) return [];
    return [...this.covered.gaps(offsetBytes, offsetBytes + lengthBytes)]
      .flatMap((gap) => [...this.#jumped.gaps(gap.offsetBytes, gap.offsetBytes + gap.lengthBytes)])
      .flatMap((gap) => [...this.#unread.all.gaps(gap.offsetBytes, gap.offsetBytes + gap.lengthBytes)]);
  }

  #task(run: Run): RawTask {
    const { plan, regions } = this.#options;
    const phases = plan.phases.length === PHASES ? ALL_PHASES : regions.phasesAt(run);
    return { kind: "run", offsetBytes: run.offsetBytes, lengthBytes: run.lengthBytes, phases };
  }

  #answer(task: RawTask, result: JobResult): void {
    const { regions, hits, plan, tick } = this.#options;
    this.#note(task, result, 0);
    if (result.readBytes > 0) {
      this.runsRead++;
      this.covered.add(task.offsetBytes, result.readBytes);
      regions.add(task, { blankBytes: result.blankBytes ?? 0, chiSquare: result.chiSquare });
    }
    for (const offsetBytes of hits.take(0, result.hits ?? [])) {
      const near = neighbourhoodOf(offsetBytes, plan.sizeBytes);
      this.#near.add(near.offsetBytes, near.lengthBytes);
    }
    if (result.error !== undefined) this.#failed(task, result, result.error);
    else this.#timeouts = 0;
    tick();
  }

  #note({ offsetBytes }: Run, { readBytes, digest }: JobResult, flags: number): void {
    if (digest === undefined || readBytes === 0) return;
    this.#options.addRun({ offsetBytes, lengthBytes: readBytes, fileIndex: 0, flags, digest: fromHex(digest) });
  }

  #failed(task: RawTask, result: JobResult, { why }: { why: UnreadRange["why"] }): void {
    const at = task.offsetBytes + result.readBytes;
    const end = task.offsetBytes + task.lengthBytes;
    if (this.#isGone(why)) return;
    if (why === "timeout") this.#unread.add(why, { offsetBytes: at, lengthBytes: end - at });
    const skip = Math.min(this.#jump.after(at), this.#options.plan.sizeBytes - at);
    const landed = why === "timeout" ? Math.max(at + skip, end) : at + skip;
    for (const gap of [...this.covered.gaps(at, landed)]) this.#jumped.add(gap.offsetBytes, gap.lengthBytes);
    for (const run of this.#unread.all.runs()) this.#jumped.remove(run.offsetBytes, run.lengthBytes);
    if (landed < end) this.#again.push({ ...task, offsetBytes: landed, lengthBytes: end - landed });
  }

  #isGone(why: UnreadRange["why"]): boolean {
    if (why === "vanished") this.#gone = "pulled";
    else if (why === "timeout" && ++this.#timeouts >= TIMEOUTS_IN_A_ROW) this.#gone = "failed";
    if (this.#gone !== undefined) this.#options.desk.stop();
    return this.#gone !== undefined;
  }

  /** Reads around the hits of all passes so far, at all phases: the same places whatever came first. */
  async #readNear(pass: number): Promise<void> {
    if (this.#nearPass < pass) {
      this.#chooseNear();
      this.#nearPass = pass;
    }
    await this.#readChosen();
  }

  async #readChosen(): Promise<void> {
    const { plan, desk, hits, tick } = this.#options;
    const tasks: RawTask[] = [];
    for (const run of [...this.#nearChosen.runs()]) {
      for (const gap of this.#nearDone.gaps(run.offsetBytes, run.offsetBytes + run.lengthBytes)) {
        for (let at = gap.offsetBytes; at < gap.offsetBytes + gap.lengthBytes; at += plan.chunkBytes) {
          const lengthBytes = Math.min(plan.chunkBytes, gap.offsetBytes + gap.lengthBytes - at);
          tasks.push({ kind: "run", offsetBytes: at, lengthBytes, phases: ALL_PHASES });
        }
      }
    }
    await desk.run(tasks, (task, result) => {
      this.#note(task, result, 1);
      hits.take(0, result.hits ?? []);
      const gone = result.error !== undefined && this.#isGone(result.error.why);
      if (!gone) this.#nearDone.add(task.offsetBytes, task.lengthBytes);
      tick();
    });
  }

  #chooseNear(): void {
    let left = NEAR_BYTES_A_PASS;
    for (const run of this.#near.runs()) {
      for (const gap of this.#notSeenAtAllPhases(run)) {
        if (left <= 0) return;
        const lengthBytes = Math.min(gap.lengthBytes, left);
        this.#nearChosen.add(gap.offsetBytes, lengthBytes);
        left -= lengthBytes;
      }
    }
  }

  #notSeenAtAllPhases({ offsetBytes, lengthBytes }: Run): Run[] {
    const gaps = [...this.#nearChosen.gaps(offsetBytes, offsetBytes + lengthBytes)];
    if (this.#options.plan.phases.length < PHASES) return gaps;
    return gaps.flatMap((gap) => [...this.covered.gaps(gap.offsetBytes, gap.offsetBytes + gap.lengthBytes)]);
  }

  /** Goes back to what was jumped over, from both edges, as long as the time for it lasts; the rest is unread. */
  async #retry(): Promise<void> {
    const { desk, retrySeconds } = this.#options;
    if (this.#jumped.count === 0) return;
    const answer = (task: RawTask, result: JobResult): void => {
      const { regions, hits, tick } = this.#options;
      this.#note(task, result, 2);
      if (result.readBytes > 0) {
        this.covered.add(task.offsetBytes, result.readBytes);
        this.#jumped.remove(task.offsetBytes, result.readBytes);
        regions.add(task, { blankBytes: result.blankBytes ?? 0, chiSquare: result.chiSquare });
      }
      hits.take(0, result.hits ?? []);
      if (result.error !== undefined) this.#isGone(result.error.why);
      tick();
    };
    const places = [...this.#jumped.runs()];
    const read = (run: Run): Promise<number> => readOnce(desk, this.#task(run), answer);
    this.retriedSeconds = await salvage(places, { read, seconds: retrySeconds, isOver: () => desk.stopped });
  }

  #end(): Ended {
    return this.#gone ?? (this.#options.desk.stopped ? "stopped" : "done");
  }
}

/** Reads one task by itself. @returns bytes read from its front. */
export async function readOnce<T extends Task>(
  desk: WorkDesk,
  task: T,
  answer: (task: T, result: JobResult) => void,
): Promise<number> {
  let readBytes = 0;
  await desk.run([task], (asked, result) => {
    readBytes = result.readBytes;
    answer(asked, result);
  });
  return readBytes;
}

/** The state of a reading that has not begun. @param unread What is known to be unreadable, as unreadRanges keeps it. */
export function newRawState(unread: Record<string, string>): RawState {
  return { covered: "", jumped: "", near: "", nearChosen: "", nearDone: "", nearPass: -1, unread };
}

/** Makes the reading, new or from a checkpoint. */
export function rawReading(options: RawReadingOptions): RawReading {
  return new Reading(options);
}
