import type { Bound, Coverage } from "#examination/evidence";
import { boundOf, folderBoundOf, withoutLost } from "./bound.ts";
import { asksForLikeness, type ExaminationSetup, setsOf } from "./examination-setup.node.ts";
import { findingsOf } from "./findings.ts";
import type { FolderReading } from "./folder-reading.node.ts";
import { type Comparing, type CourseFacts, type LiveFacts, liveFacts, openPace, type Pace } from "./pace.ts";
import { passesOf } from "./passes.ts";
import type { Plan } from "./plan.ts";
import type { RawReading } from "./raw-reading.node.ts";
import type { HitRecord } from "./record.node.ts";

const LIVE_MS = 500;
/** The bound is exact and not free: it is computed anew this often. */
const BOUND_MS = 2000;
/** Tape and findings are drawn anew at most so often. */
const DRAWN_MS = 200;
/** Whatever is computed while reading never takes more than a tenth of the time. */
const COST_TIMES = 10;

/** What is read, and how it looks. */
export interface WatchedCourse {
  plan: Plan;
  hits: HitRecord;
  reading: RawReading | FolderReading;
  drawn(): { tape: Coverage["tape"]; unreadBytes: number; unreadPlaces: number };
  readsUnderWay(): number;
  /** Reading is done, and it is compared. */
  comparing?(): Comparing;
}

export interface LiveWatch {
  /** How far it is now; as often as one likes. */
  look(): CourseFacts;
  end(): void;
}

/** Shows twice a second how far an examination is, and tells it whenever it is asked. Paused time is no time. */
export function liveWatch(setup: ExaminationSetup, course: WatchedCourse): LiveWatch {
  const { plan, hits, reading } = course;
  const pace = openPace(plan);
  const left = leftOf(plan);
  const bound = seldom(BOUND_MS, () => boundNow(plan, reading, hits.ledger.count));
  const drawn = seldom(DRAWN_MS, course.drawn);
  const found = foundSoFar(setup, hits);
  const isAfter = asksForLikeness(setup);
  let [lastMs, heldMs] = [performance.now(), 0];
  const facts = (): LiveFacts => {
    const nowMs = performance.now();
    if (setup.control?.paused) heldMs += nowMs - lastMs;
    lastMs = nowMs;
    const bytesRead = "covered" in reading ? reading.covered.bytes : reading.bytesRead;
    const runsRead = "covered" in reading ? reading.runsRead : 0;
    if (!setup.control?.paused) pace.note({ nowMs: nowMs - heldMs, bytesRead, runsRead });
    const totals = { bytesRead, bytesTotal: plan.sizeBytes, hits: hits.ledger.count };
    const comparing = course.comparing?.();
    if (comparing !== undefined) {
      const { secondsLeft } = comparing;
      return { ...liveFacts(totals, { bytesPerSecond: 0, secondsLeft }, bound()), comparing };
    }
    const secondsLeft = left(pace, bytesRead);
    const facts = liveFacts(totals, { bytesPerSecond: pace.bytesPerSecond, secondsLeft }, bound());
    return isAfter ? { ...facts, comparing: "after" } : facts;
  };
  const timer = setInterval(() => setup.live(facts()), LIVE_MS);
  timer.unref();
  return {
    look: () => ({ ...facts(), ...drawn(), ...found(), readsUnderWay: course.readsUnderWay() }),
    end: () => {
      clearInterval(timer);
      setup.live(facts());
    },
  };
}

/** Seconds for what of the plan is left. */
function leftOf(plan: Plan): (pace: Pace, bytesRead: number) => number | null {
  const passes = plan.medium === "folder" ? [] : [...passesOf(plan)];
  const gridRuns = passes.reduce((sum, { kind, runCount }) => sum + (kind === "grid" ? runCount : 0), 0);
  const planned = plan.medium === "folder" ? plan.sizeBytes : passes.reduce((sum, { bytes }) => sum + bytes, 0);
  const gridBytes = passes.reduce((sum, { kind, bytes }) => sum + (kind === "grid" ? bytes : 0), 0);
  return (pace, bytesRead) => {
    // By bytes: of what was read before an interruption the runs were not counted.
    const runsLeft = gridBytes > bytesRead ? Math.ceil(gridRuns * (1 - bytesRead / gridBytes)) : 0;
    const restBytes = Math.max(0, planned - Math.max(bytesRead, gridBytes));
    return pace.secondsLeft({ gridRuns: runsLeft, restBytes });
  };
}

/** Findings and red, counted anew when a hit came. */
function foundSoFar(setup: ExaminationSetup, hits: HitRecord): () => { places: number; red: boolean } {
  const sets = setsOf(setup.filters);
  const count = seldom(DRAWN_MS, () => {
    const findings = findingsOf(hits.ledger, sets);
    return { hits: hits.ledger.count, places: findings.length, red: findings.some(({ weight }) => weight === "red") };
  });
  let known = { hits: 0, places: 0, red: false };
  return () => {
    if (known.hits !== hits.ledger.count) known = count();
    return { places: known.places, red: known.red };
  };
}

/** The last value, computed anew at most every `leastMs` and never for longer than a tenth of the time. */
function seldom<T>(leastMs: number, compute: () => T): () => T {
  let last: { value: T; untilMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (last === undefined || nowMs >= last.untilMs) {
      const value = compute();
      last = { value, untilMs: nowMs + Math.max(leastMs, COST_TIMES * (performance.now() - nowMs)) };
    }
    return last.value;
  };
}

/** As the report will state it. */
export function boundNow(plan: Plan, reading: RawReading | FolderReading, hits: number): Bound {
  const { sizeBytes, phases, goal } = plan;
  if ("covered" in reading) {
    const covered = withoutLost(reading.covered, reading.unreadRanges());
    return boundOf({ sizeBytes, phases, goal, covered, hits });
  }
  const { filesProbed, filesUnread, filesDue, bytesRead } = reading;
  const filesTotal = filesProbed + (bytesRead < sizeBytes ? 1 : 0);
  return folderBoundOf({
    filesTotal,
    filesProbed,
    filesUnread,
    filesDue,
    bytesTotal: sizeBytes,
    bytesRead,
    goal,
    hits,
  });
}
