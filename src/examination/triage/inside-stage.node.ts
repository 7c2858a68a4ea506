import { Fault } from "#base/faults";
import { fromHex } from "#base/values";
import { type Notice, notice } from "#examination/evidence";
import { isHoldingName } from "#examination/opening";
import {
  type CarvedTaker,
  evidenceFileOf,
  evidenceOf,
  lookCarved,
  lookInsideMedium,
  lookInsidePlainFiles,
  type PlainFiles,
  plainFile,
} from "#examination/opening/node";
import { type FolderSpec, placeNames } from "#examination/sources";
import { carvedTaker } from "./carved-taker.node.ts";
import { type ExaminationSetup, setsOf } from "./examination-setup.node.ts";
import type { FileTable } from "./file-table.ts";
import type { HitPlace } from "./hit-place.ts";
import type { InnerLikeness } from "./inner-likeness.node.ts";
import { innerMatcher } from "./inner-matcher.node.ts";
import { type InsideBook, type InsideEnd, type InsideSeen, insideBook } from "./inside-book.ts";
import { insideTaker } from "./inside-taker.node.ts";
import { type LazyMatcher, lazyMatcher } from "./lazy-matcher.node.ts";
import type { Mode } from "./plan.ts";
import type { StageGate } from "./stage-gate.ts";
import { INSIDE_WORK } from "./thresholds.ts";
import { workClock } from "./work-clock.node.ts";

const MINUTE_MS = 60_000;

/** After the exact checks: files in archives, documents, mails, databases and stores of thumbnails are compared. */
export interface InsideStage {
  setup: ExaminationSetup;
  mode: Mode;
  /** A folder that was listed. */
  folder?: { table: FileTable; placeOf(fileIndex: number): HitPlace; lost: ReadonlySet<number> };
  /** Pictures and videos are compared by likeness, too; absent: no list asks for it. */
  likeness?: InnerLikeness;
  /** Holds it, or ends it. */
  gate: StageGate;
  /** After something was written to the journal. */
  tick(): void;
}

type Work = Parameters<typeof lookInsidePlainFiles>[1];

/** Looks into the files of a source. Never throws for what they hold; lists that do not fit into memory are told. */
export async function insideStage(stage: InsideStage): Promise<InsideSeen> {
  const { setup, mode, gate, likeness } = stage;
  const { filters, nowMs } = setup;
  const minutes = mode === "quick" ? INSIDE_WORK.quickMinutes : INSIDE_WORK.mostMinutes;
  const clock = workClock(gate, { budgetMs: minutes * MINUTE_MS, counts: () => likeness?.line.isWaiting !== true });
  const short = new AbortController();
  const matcher = lazyMatcher(
    () => innerMatcher(filters, nowMs()),
    () => short.abort(),
  );
  const book = insideBook();
  let [course, carved]: [Outcome, Notice[]] = [{ how: "stopped", lost: 0 }, []];
  try {
    const signal = AbortSignal.any([clock.signal, short.signal]);
    [course, carved] = await lookedAt(stage, { book, matcher, signal });
    await likeness?.line.settled();
  } finally {
    clock.end();
    matcher.close();
  }
  const { failure } = matcher;
  const isShort = failure instanceof Fault && failure.code === "triage/memory";
  if (failure !== undefined && !isShort) throw failure;
  const ended = endOf(course, { stopped: gate.signal.aborted, late: isShort || clock.ended() === "time" });
  const seen = told(stage, book, { ended, lost: course.lost });
  return { ...seen, notices: [...seen.notices, ...carved] };
}

async function lookedAt(
  stage: InsideStage,
  { book, matcher, signal }: { book: InsideBook; matcher: LazyMatcher; signal: AbortSignal },
): Promise<[Outcome, Notice[]]> {
  const { setup, mode, gate, likeness, tick } = stage;
  const { evidence, contentKey, mediumLimits: limits } = setup;
  const journal = (body: Record<string, unknown>): void => {
    evidence.append("hits", body);
    tick();
  };
  const ground = { matcher, book, contentKey, journal, ...(likeness && { likeness }) };
  const work: Work = {
    ...{ taker: insideTaker(ground), signal, ...(limits && { limits }) },
    passed() {
      const waits = [gate.held ? gate.passed() : undefined, matcher.wait(), likeness?.line.wait()];
      return waits.every((wait) => wait === undefined) ? undefined : Promise.all(waits).then(() => undefined);
    },
    onDeath: ({ why, place }, said) => evidence.append("reader", { why, inside: place, said }),
  };
  const course = await lookAll(stage, work);
  if (mode === "quick" || course.how !== "done") return [course, []];
  const sets = setsOf(setup.filters);
  const taker = carvedTaker(ground, (set) => sets[set]?.category !== "related");
  return [course, await carvedIn(stage, taker, work)];
}

/** Searches what no folder names of an image or device; says how much of it. */
async function carvedIn(
  { setup: { look, asked, evidence, mediumFault }, tick }: InsideStage,
  taker: CarvedTaker,
  { signal, passed, onDeath, limits }: Work,
): Promise<Notice[]> {
  const { spec, name } = look;
  const medium = spec.kind === "folder" ? null : evidenceOf(spec, { name, elevate: asked.elevate });
  if (medium === null) return [];
  try {
    const fault = mediumFault === undefined ? {} : { fault: mediumFault };
    const work = {
      taker,
      signal,
      ...fault,
      ...(passed && { passed }),
      ...(onDeath && { onDeath }),
      ...(limits && { limits }),
    };
    const { how, found, searchedBytes, totalBytes } = await lookCarved(medium, name, work);
    evidence.append("notice", { code: "carved-looked", how, found, searchedBytes, totalBytes });
    tick();
    return totalBytes === 0 ? [] : [notice("carved-looked", { found, searchedBytes, totalBytes })];
  } finally {
    medium.close();
  }
}

interface Outcome {
  how: "done" | "stopped" | "given-up";
  lost: number;
}

function endOf({ how }: Outcome, { stopped, late }: { stopped: boolean; late: boolean }): InsideEnd {
  if (how === "done") return "all";
  if (stopped) return "stopped";
  return late ? "time" : "reader";
}

function told({ setup, tick }: InsideStage, book: InsideBook, how: { ended: InsideEnd; lost: number }): InsideSeen {
  const { outer, inner } = book;
  setup.evidence.append("notice", { code: "inside-looked", outer, inner, ...how });
  tick();
  return book.seen(setsOf(setup.filters), how);
}

async function lookAll(stage: InsideStage, work: Work): Promise<Outcome> {
  const { setup, mode, folder } = stage;
  const { look, asked, mediumFault } = setup;
  const { spec, name } = look;
  const isAll = mode !== "quick";
  if (spec.kind === "folder" && spec.container === undefined) {
    if (folder === undefined) throw new TypeError("Cannot look into a folder: it was not listed");
    return lookFolder(spec, { ...folder, isAll, work });
  }
  const { elevate } = asked;
  const medium = spec.kind === "folder" ? evidenceFileOf(fromHex(spec.pathBytes)) : evidenceOf(spec, { name, elevate });
  if (medium === null) return { how: "given-up", lost: 0 };
  try {
    const fault = mediumFault === undefined ? {} : { fault: mediumFault };
    const { how, lost } = await lookInsideMedium(medium, { name, all: isAll }, { ...work, ...fault });
    return { how, lost: lost.length };
  } finally {
    medium.close();
  }
}

type Folder = NonNullable<InsideStage["folder"]> & { isAll: boolean; work: Work };

async function lookFolder(spec: FolderSpec, { work, ...folder }: Folder): Promise<Outcome> {
  const { how, lost } = await lookInsidePlainFiles(filesIn(spec, folder), work);
  // What cannot be opened was told when everything was read.
  return { how, lost: lost.filter(({ why }) => why !== "unread").length };
}

function* filesIn(spec: FolderSpec, { table, placeOf, lost, isAll }: Omit<Folder, "work">): PlainFiles {
  for (let i = 0; i < table.count; i++) {
    const path = table.path(i);
    if (!lost.has(i) && (isAll || isHoldingName(path))) yield plainFile(spec, path, placeNames(placeOf(i).place));
  }
}
