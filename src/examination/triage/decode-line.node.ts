import type { ComparedFile } from "./compared-file.node.ts";
import { type HeldUp, heldUp } from "./held-up.ts";
import type { LikenessDesk } from "./likeness-desk.node.ts";
import type { OpenMedia } from "./media-files.ts";
import type { StageGate } from "./stage-gate.ts";
import { INNER_LIKENESS } from "./thresholds.ts";
import { type WorkClock, workClock } from "./work-clock.node.ts";

/** Where the line is, and who decides about it. */
export interface LineGround {
  desk: LikenessDesk;
  gate: StageGate;
  /** Time for which whoever gives bytes may be held up in all; then nothing more is decoded. */
  budgetMs: number;
  /** After each file. */
  onProgress(): void;
}

/** Files in memory that wait to be decoded, several at a time; it holds up whoever gives more than may be held. */
export interface DecodeLine {
  /** So many more bytes are in memory; negative: fewer. */
  holds(moreBytes: number): void;
  /** Files that are not compared. */
  leave(files: number): void;
  /** Bytes that `holds` was told of; they are let go here. @param done What came of them, for one of their places. */
  add(sha256: string, bytes: Uint8Array, done: (found: ComparedFile) => void): void;
  /** Until when whoever gives bytes has to wait; undefined: it may go on. */
  wait(): Promise<void> | undefined;
  readonly isWaiting: boolean;
  /** For how long it was waited in all. */
  readonly waitedMs: number;
  /** Files that could not be compared any more. */
  readonly left: number;
  /** Files that wait, and are decoded. */
  readonly underWay: number;
  /** All that was given is compared, or left. @throws What ended it. */
  settled(): Promise<void>;
  close(): void;
}

/** The same bytes at one place or several, to be decoded once. */
interface Job {
  sha256: string;
  bytes: Uint8Array;
  done: ((found: ComparedFile) => void)[];
}

interface Line extends LineGround {
  clock: WorkClock;
  heldUp: HeldUp;
  jobs: Map<string, Job>;
  queue: Job[];
  heldBytes: number;
  left: number;
  running: number;
  failure: { error: unknown } | null;
}

/** Opens a line. */
export function decodeLine(ground: LineGround): DecodeLine {
  const waiters = heldUp();
  const clock = workClock(ground.gate, { budgetMs: ground.budgetMs, counts: () => waiters.isAny });
  const line: Line = {
    ...{ ...ground, clock, heldUp: waiters, jobs: new Map(), queue: [], heldBytes: 0, left: 0, running: 0 },
    failure: null,
  };
  clock.signal.addEventListener("abort", () => leaveAll(line), { once: true });
  return {
    holds: (moreBytes) => {
      line.heldBytes += moreBytes;
    },
    leave: (files) => {
      line.left += files;
    },
    add: (sha256, bytes, done) => add(line, { sha256, bytes, done: [done] }),
    wait: () => waiters.until(() => mayGoOn(line)),
    get isWaiting() {
      return waiters.isAny;
    },
    get waitedMs() {
      return clock.workedMs;
    },
    get left() {
      return line.left;
    },
    get underWay() {
      return line.jobs.size;
    },
    async settled() {
      await waiters.until(() => line.jobs.size === 0);
      if (line.failure !== null) throw line.failure.error;
    },
    close: clock.end,
  };
}

function isOver({ clock, failure }: Line): boolean {
  return clock.signal.aborted || failure !== null;
}

function mayGoOn(line: Line): boolean {
  const { queue, heldBytes, running } = line;
  const { waitingMost, heldMostBytes } = INNER_LIKENESS;
  return isOver(line) || (queue.length < waitingMost && (heldBytes <= heldMostBytes || running === 0));
}

function add(line: Line, job: Job): void {
  const { jobs, queue } = line;
  const same = jobs.get(job.sha256);
  if (same === undefined && !isOver(line)) {
    jobs.set(job.sha256, job);
    queue.push(job);
    runNext(line);
    return;
  }
  line.heldBytes -= job.bytes.length;
  if (same === undefined) line.left++;
  else same.done.push(...job.done);
}

function runNext(line: Line): void {
  while (line.running < line.desk.workers) {
    const next = line.queue.shift();
    if (next === undefined) return;
    line.running++;
    void run(line, next);
  }
}

async function run(line: Line, job: Job): Promise<void> {
  const { desk, gate, clock, jobs } = line;
  try {
    await gate.passed();
    const found = isOver(line) ? null : await desk.compare("", mediaOf(job), clock.signal);
    // It is not in the line any more where time was up meanwhile.
    if (found !== null && jobs.get(job.sha256) === job) for (const done of job.done) done(found);
  } catch (error) {
    line.failure ??= { error };
    leaveAll(line);
  }
  line.running--;
  line.heldBytes -= job.bytes.length;
  jobs.delete(job.sha256);
  runNext(line);
  line.heldUp.look();
  line.onProgress();
}

function leaveAll(line: Line): void {
  for (const { done } of line.jobs.values()) line.left += done.length;
  line.jobs.clear();
  for (const { bytes } of line.queue.splice(0)) line.heldBytes -= bytes.length;
  line.heldUp.look();
}

/** Bytes in memory, as a file that is open. */
function mediaOf({ bytes }: Job): OpenMedia {
  return {
    standing: { place: "" },
    sizeBytes: bytes.length,
    ranges: null,
    read: async (offsetBytes, lengthBytes) => bytes.subarray(offsetBytes, offsetBytes + lengthBytes),
    close: () => undefined,
  };
}
