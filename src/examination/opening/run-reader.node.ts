import type { EvidenceMedium } from "./evidence-medium.node.ts";
import { type ChildEnd, type ChildLimits, type ChildMessage, startLimited } from "./limited-child.node.ts";
import type { HandedMedium } from "./reader-message.node.ts";
import type { PlantedFault } from "./walk-guard.node.ts";
import {
  afterDeath,
  type Death,
  isBefore,
  joinedLosses,
  type LostObject,
  newWalk,
  type WalkPosition,
  type WalkState,
  type WalkStep,
} from "./walk-state.ts";

/** More ends of readers than this, and the medium is given up where it stands. */
const DEATHS_MOST = 64;
const WANTS_MOST = 4096;

const SILENT_MS = 20_000;
const OBJECT_LEAST_MS = 120_000;
const TOTAL_LEAST_MS = 600_000;
/** An object may need all of a medium to be read once (the search of free space does), at the pace of a slow disk. */
const SLOW_BYTES_PER_MS = 20_000;
const READS_KEPT = 64;

/** One job for readers, as many as it takes. */
export interface ReaderJob {
  /** Entry file below the project; default: the reader of list, extract and verify. */
  entry?: string;
  medium: EvidenceMedium;
  /** What is asked, made anew for each reader. */
  task(walk: WalkState): object;
  signal: AbortSignal;
  limits?: ChildLimits;
  fault?: PlantedFault;
  /** Each reader, when it is started: how it is given orders. */
  onStart?(order: (order: object) => void): void;
  /** Results were handed on: the next reader goes on behind them. Absent: each reader begins anew. */
  goesOn: boolean;
  onText?(text: string): Promise<void> | void;
  onBytes?(piece: Uint8Array): Promise<void> | void;
  /** A message; a position where results up to there were given with it. */
  onMessage(message: ChildMessage): WalkPosition | null;
  /** Now and then: what the reader is at. */
  onStep?(step: WalkStep): void;
  /** A reader ended before its work was done. */
  onDeath?(death: Death, said: string): void;
}

/** What came of it. */
export interface ReaderOutcome {
  /** given-up: the rest is not known. */
  how: "done" | "stopped" | "given-up";
  lost: LostObject[];
}

/** Limits by the size of a medium. */
export function readerLimits(sizeBytes: number): ChildLimits {
  const onceMs = sizeBytes / SLOW_BYTES_PER_MS;
  const [objectMs, totalMs] = [OBJECT_LEAST_MS + onceMs, TOTAL_LEAST_MS + 20 * onceMs];
  return { silentMs: SILENT_MS, objectMs, totalMs };
}

/** Runs readers until one comes to the end: each leaves out what ended those before it. Never throws for what readers do. */
export async function runReader(job: ReaderJob): Promise<ReaderOutcome> {
  const losses: LostObject[] = [];
  let walk = newWalk();
  let [deaths, wants] = [0, 0];
  for (;;) {
    const heard = await oneReader(job, walk);
    const { end, wanted } = heard;
    walk = { ...walk, from: heard.from };
    if (end.why === "stopped") return { how: "stopped", lost: joinedLosses(losses) };
    if (end.why === "done") return { how: "done", lost: joinedLosses(losses) };
    if (wanted !== null && wants++ < WANTS_MOST) {
      job.medium.add(wanted);
      continue;
    }
    const death: Death = { ...heard.death, why: end.why };
    job.onDeath?.(death, end.said);
    const next = ++deaths > DEATHS_MOST ? null : afterDeath(walk, death);
    if (next === null) {
      losses.push({ what: "all", place: death.step.place || job.medium.place, why: death.why, lengthBytes: 0 });
      return { how: "given-up", lost: joinedLosses(losses) };
    }
    if (next.lost !== null) losses.push(next.lost);
    walk = next.state;
  }
}

interface Heard {
  end: ChildEnd;
  from: WalkPosition;
  wanted: string | null;
  death: Omit<Death, "why">;
}

async function oneReader(job: ReaderJob, walk: WalkState): Promise<Heard> {
  const { medium, signal, limits, fault, onText, onBytes, onMessage, goesOn } = job;
  let { from } = walk;
  let wanted: string | null = null;
  const step: WalkStep = { stage: "open", place: "", volume: "", tree: 0, entries: 0 };
  const { carefulFrom } = walk;
  const death: Heard["death"] = { step, exact: carefulFrom?.tree === 0 && carefulFrom.entries === 0, reads: [] };
  const reach = (position: WalkPosition | null): void => {
    if (goesOn && position !== null && isBefore(from, position)) from = position;
  };
  const note = (message: ChildMessage): void => {
    const { kind } = message;
    if (kind === "want") wanted = String(message["name"]);
    else if (kind === "read") death.reads = [...death.reads, message["range"] as [number, number]].slice(-READS_KEPT);
    else if (kind === "at") {
      death.step = message["step"] as WalkStep;
      death.exact = message["exact"] === true;
      death.reads = [];
      job.onStep?.(death.step);
    } else if (kind === "threw") {
      death.exact = true;
      if (message["step"] !== undefined) death.step = message["step"] as WalkStep;
      death.reads = (message["reads"] as Death["reads"] | undefined) ?? [];
    } else reach(onMessage(message));
  };
  const handed: HandedMedium = medium.handed();
  const child = startLimited({
    entry: job.entry ?? "src/examination/opening/medium-reader.child.node.ts",
    request: { medium: handed, walk, ...job.task(walk), ...(fault === undefined ? {} : { fault }) },
    fds: medium.fds,
    ...(medium.device === undefined ? {} : { device: medium.device }),
    limits: limits ?? readerLimits(medium.sizeBytes),
    signal,
    onJson: note,
    onText: (text, reached) => {
      const busy = onText?.(text);
      reach(reached);
      return busy;
    },
    ...(onBytes === undefined ? {} : { onBytes }),
  });
  job.onStart?.(child.order);
  const end = await child.ended;
  const isOpening = death.step.stage === "open" || death.step.stage === "volume";
  // A hang before the walk: which volume is known only where each was told.
  if (!death.exact && !isOpening && isBefore(death.step, from)) death.step = { ...death.step, ...from };
  return { end: wanted === null ? end : { ...end, why: "ended" }, from, wanted, death };
}
