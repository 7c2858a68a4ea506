import type { Bound } from "#examination/evidence";
import { boundOf, folderBoundOf, withoutLost } from "./bound.ts";
import type { ExaminationSetup } from "./examination-setup.node.ts";
import type { FolderReading } from "./folder-reading.node.ts";
import { liveFacts, openPace } from "./pace.ts";
import { passesOf } from "./passes.ts";
import type { Plan } from "./plan.ts";
import type { RawReading } from "./raw-reading.node.ts";
import type { HitRecord } from "./record.node.ts";

const LIVE_MS = 500;
/** The bound is exact and not free: it is computed anew this often, and never for longer than a tenth of the time. */
const BOUND_MS = 2000;

export interface LiveWatch {
  end(): void;
}

/** Shows twice a second how far an examination is. */
export function liveWatch(
  setup: ExaminationSetup,
  { plan, hits, reading }: { plan: Plan; hits: HitRecord; reading: RawReading | FolderReading },
): LiveWatch {
  const pace = openPace(plan);
  const passes = plan.medium === "folder" ? [] : [...passesOf(plan)];
  const gridRuns = passes.reduce((sum, { kind, runCount }) => sum + (kind === "grid" ? runCount : 0), 0);
  const planned = plan.medium === "folder" ? plan.sizeBytes : passes.reduce((sum, { bytes }) => sum + bytes, 0);
  const gridBytes = passes.reduce((sum, { kind, bytes }) => sum + (kind === "grid" ? bytes : 0), 0);
  let bound: Bound | undefined;
  let boundAgainMs = 0;
  const show = (): void => {
    const nowMs = performance.now();
    const raw = "covered" in reading ? reading : undefined;
    const bytesRead = "covered" in reading ? reading.covered.bytes : reading.bytesRead;
    const count = hits.ledger.count;
    if (bound === undefined || nowMs >= boundAgainMs) {
      bound = boundNow(plan, reading, count);
      boundAgainMs = nowMs + Math.max(BOUND_MS, 10 * (performance.now() - nowMs));
    }
    pace.note({ nowMs, bytesRead, runsRead: raw?.runsRead ?? 0 });
    const runsLeft = Math.max(0, gridRuns - (raw?.runsRead ?? 0));
    const restBytes = Math.max(0, planned - Math.max(bytesRead, gridBytes));
    const secondsLeft = pace.secondsLeft({ gridRuns: bytesRead < gridBytes ? runsLeft : 0, restBytes });
    const totals = { bytesRead, bytesTotal: plan.sizeBytes, hits: count };
    setup.live(liveFacts(totals, { bytesPerSecond: pace.bytesPerSecond, secondsLeft }, bound));
  };
  const timer = setInterval(show, LIVE_MS);
  timer.unref();
  return {
    end: () => {
      clearInterval(timer);
      show();
    },
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
