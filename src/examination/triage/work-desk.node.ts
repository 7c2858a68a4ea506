import { Fault } from "#base/faults";
import type { EngineLine, FileRow, Job, JobResult, RefusedRow } from "./engine-message.ts";
import { type EngineLaunch, type EngineProcess, launchEngine } from "./engine-process.node.ts";
import { triageFault } from "./faults.ts";

/** Work given out and not yet answered, a thread: enough to keep it busy over a message's way. */
const AHEAD_CHUNKS = 8;
const AHEAD_JOBS = 160;
/** An engine that says nothing for so long is as stuck as one that says so: a beat comes every half second. */
const SILENT_MS = 30_000;
/** A job that was under way at so many sudden ends is blamed for them. */
const ENDS_PER_JOB = 2;
const ENDS_IN_ALL = 8;
/** Held, an engine has so long to end what it was given; then it is ended itself, and its work given to the next one. */
const HELD_MS = 1500;
/** What is nearly done when an examination is stopped may still be told. */
const LAST_WORD_MS = 700;

/** A job without its number. */
export type Task = Omit<Job, "id">;

/** What the desk tells besides results. */
export interface DeskEvents {
  ready(engine: { memoryBytes: number; direct: boolean }): void;
  files(files: FileRow[], refused: RefusedRow[]): void;
  /** The engine was given up and a new one started. */
  replaced(why: "stuck" | "ended", errorText: string): void;
}

/** Gives work to one engine, and to a new one where that one hangs or ends. */
export interface WorkDesk {
  /**
   * Does the tasks in order of being asked for, several at once.
   *
   * @param tasks Asked for one at a time, as late as possible: what was learnt from results can still change what is left.
   * @param answer Called once a task, in the order in which they end.
   * @returns When all are answered, or when stop() was called.
   * @throws {Fault} What the engine said before it was ready; triage/engine when it ends again and again.
   */
  run<T extends Task>(tasks: Iterable<T>, answer: (task: T, result: JobResult) => void): Promise<void>;
  /** No more tasks; run() returns within a second, whatever the engine does. */
  stop(): void;
  readonly stopped: boolean;
  /** True: gives out no new task, run() waits, and within two seconds nothing is read any more; false: goes on. */
  hold(held: boolean): void;
  /** Tasks that an engine has and has not answered; 0: nothing is read. */
  readonly underWay: number;
  /** Ends the engine; waits a moment for its end. */
  close(): Promise<void>;
}

interface Pending {
  job: Job;
  ends: number;
  answer(result: JobResult): void;
}

class Desk implements WorkDesk {
  readonly #launch: EngineLaunch;
  readonly #events: DeskEvents;
  readonly #window: { bytes: number; jobs: number };
  #engine: EngineProcess | undefined;
  #everReady = false;
  #ends = 0;
  #nextId = 1;
  #heardMs = performance.now();
  /** Given out; by number. */
  readonly #out = new Map<number, Pending>();
  #outBytes = 0;
  #failure: unknown;
  #wake: () => void = () => undefined;
  stopped = false;
  #held = false;
  #ending = false;
  #patience: NodeJS.Timeout | undefined;
  readonly #watch: NodeJS.Timeout;

  constructor(launch: EngineLaunch, events: DeskEvents) {
    this.#launch = launch;
    this.#events = events;
    const { workers, chunkBytes } = launch.start;
    this.#window = { bytes: AHEAD_CHUNKS * workers * chunkBytes, jobs: AHEAD_JOBS * workers };
    this.#watch = setInterval(() => {
      if (this.#engine !== undefined && this.#out.size > 0 && performance.now() - this.#heardMs > SILENT_MS)
        this.#replace("stuck", "");
    }, 1000);
    this.#watch.unref();
  }

  async run<T extends Task>(tasks: Iterable<T>, answer: (task: T, result: JobResult) => void): Promise<void> {
    const iterator = tasks[Symbol.iterator]();
    let exhausted = false;
    while (!this.stopped) {
      if (this.#failure !== undefined) throw this.#failure;
      const batch: Job[] = [];
      while (!exhausted && !this.#held && this.#out.size < this.#window.jobs && this.#outBytes < this.#window.bytes) {
        const next = iterator.next();
        exhausted = next.done === true;
        if (next.done !== true) batch.push(this.#enter(next.value, answer));
      }
      if (batch.length > 0) {
        this.#engine ??= this.#start();
        this.#engine.send(batch);
      }
      if (this.#out.size === 0 && (exhausted || (batch.length === 0 && !this.#held))) break;
      await this.#change();
    }
    if (this.stopped) await this.#lastWord();
    if (this.#failure !== undefined) throw this.#failure;
  }

  stop(): void {
    this.stopped = true;
    this.#wake();
  }

  hold(held: boolean): void {
    this.#held = held;
    clearTimeout(this.#patience);
    if (held) this.#patience = setTimeout(() => this.#takeBack(), HELD_MS);
    else if (this.#engine === undefined && this.#out.size > 0) this.#giveAgain();
    this.#wake();
  }

  get underWay(): number {
    return this.#engine === undefined && !this.#ending ? 0 : this.#out.size;
  }

  #takeBack(): void {
    if (this.#out.size === 0) return;
    const engine = this.#engine;
    this.#engine = undefined;
    this.#ending = true;
    void engine?.kill().finally(() => {
      this.#ending = false;
    });
  }

  #giveAgain(): void {
    this.#engine = this.#start();
    this.#engine.send([...this.#out.values()].map(({ job }) => job));
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    clearTimeout(this.#patience);
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.kill();
  }

  #enter<T extends Task>(task: T, answer: (task: T, result: JobResult) => void): Job {
    const { kind, file, offsetBytes, lengthBytes, phases, sizes, files, carried, more } = task;
    const id = this.#nextId++;
    const job: Job = { id, kind, offsetBytes, lengthBytes, phases };
    if (file !== undefined) job.file = file;
    if (sizes !== undefined) job.sizes = sizes;
    if (files !== undefined) job.files = files;
    if (carried !== undefined) job.carried = carried;
    if (more !== undefined) job.more = more;
    this.#out.set(id, { job, ends: 0, answer: (result) => answer(task, result) });
    this.#outBytes += lengthBytes;
    return job;
  }

  #start(): EngineProcess {
    this.#heardMs = performance.now();
    const engine: EngineProcess = launchEngine(this.#launch, {
      line: (line) => {
        this.#heardMs = performance.now();
        this.#hear(line);
      },
      ended: ({ errorText, cause }) => {
        this.#engine = undefined;
        if (cause instanceof Fault) this.#fail(cause);
        else this.#replace("ended", errorText);
      },
    });
    return engine;
  }

  #hear(line: EngineLine): void {
    if (line.kind === "ready") {
      this.#everReady = true;
      this.#events.ready(line);
    } else if (line.kind === "done") {
      for (const result of line.results) this.#settle(result);
      this.#wake();
    } else if (line.kind === "files") this.#events.files(line.files, line.refused);
    else if (line.kind === "stuck") this.#stuck(line.id);
    else if (line.kind === "fault") this.#faulty(line);
  }

  #faulty({ code, message, values, place }: EngineLine & { kind: "fault" }): void {
    void this.#engine?.kill();
    this.#engine = undefined;
    if (code === "triage/engine") this.#replace("ended", message);
    else this.#fail(new Fault(code, message, place === undefined ? { values } : { values, place }));
  }

  /** Before the first engine was ready nothing was read: the Fault is the answer. Later the source is what went. */
  #fail(fault: Fault): void {
    if (!this.#everReady) {
      this.#failure = fault;
      this.#wake();
      return;
    }
    for (const { job } of [...this.#out.values()]) {
      this.#settle({ id: job.id, readBytes: 0, error: { why: "vanished", code: fault.code } });
    }
    this.#wake();
  }

  #settle(result: JobResult): void {
    const pending = this.#out.get(result.id);
    if (pending === undefined) return;
    this.#out.delete(result.id);
    this.#outBytes -= pending.job.lengthBytes;
    try {
      pending.answer(result);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #stuck(id: number): void {
    this.#settle({ id, readBytes: 0, error: { why: "timeout", code: "STUCK" } });
    this.#replace("stuck", "");
  }

  #replace(why: "stuck" | "ended", errorText: string): void {
    void this.#engine?.kill();
    this.#engine = undefined;
    if (!this.stopped) this.#goOn(why, errorText);
    this.#wake();
  }

  #goOn(why: "stuck" | "ended", errorText: string): void {
    if (why === "ended" && ++this.#ends > ENDS_IN_ALL) {
      this.#failure = triageFault("triage/engine", `The reading process ended ${this.#ends} times: ${errorText}`);
      return;
    }
    if (why === "ended") {
      for (const pending of [...this.#out.values()]) {
        if (++pending.ends < ENDS_PER_JOB) continue;
        this.#settle({ id: pending.job.id, readBytes: 0, error: { why: "input-error", code: "ENGINE" } });
      }
    }
    this.#events.replaced(why, errorText);
    if (this.#out.size > 0 && !this.#held) this.#giveAgain();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Hears what is on its way, for a moment, and then hears no more. */
  async #lastWord(): Promise<void> {
    const untilMs = performance.now() + LAST_WORD_MS;
    while (this.#out.size > 0 && this.#engine !== undefined && performance.now() < untilMs) {
      const timer = setTimeout(() => this.#wake(), untilMs - performance.now());
      await this.#change();
      clearTimeout(timer);
    }
    this.#out.clear();
    this.#outBytes = 0;
    await this.close();
  }
}

/** Opens a desk; the engine starts with the first task. */
export function openDesk(launch: EngineLaunch, events: DeskEvents): WorkDesk {
  return new Desk(launch, events);
}
