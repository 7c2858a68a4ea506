import { Fault } from "#base/faults";
import { fromHex } from "#base/values";
import { isHoldingName } from "#examination/opening";
import {
  evidenceFileOf,
  evidenceOf,
  type HandedFile,
  lookInsideFiles,
  lookInsideMedium,
} from "#examination/opening/node";
import { type FolderSpec, placeNames, ReadError } from "#examination/sources";
import { openFolderFile } from "#examination/sources/node";
import { type ExaminationSetup, setsOf } from "./examination-setup.node.ts";
import type { FileTable } from "./file-table.ts";
import type { HitPlace } from "./hit-place.ts";
import { innerMatcher } from "./inner-matcher.node.ts";
import { type InsideBook, type InsideEnd, type InsideSeen, insideBook } from "./inside-book.ts";
import { insideTaker } from "./inside-taker.node.ts";
import type { Mode } from "./plan.ts";
import type { StageGate } from "./stage-gate.ts";
import { INSIDE_WORK } from "./thresholds.ts";

const MINUTE_MS = 60_000;
/** Files of a folder that one child is given. */
const FILES_AT_ONCE = 400;

/** After the exact checks: files in archives, documents, mails, databases and stores of thumbnails are compared. */
export interface InsideStage {
  setup: ExaminationSetup;
  mode: Mode;
  /** A folder that was listed. */
  folder?: { table: FileTable; placeOf(fileIndex: number): HitPlace; lost: ReadonlySet<number> };
  /** Holds it, or ends it. */
  gate: StageGate;
  /** After something was written to the journal. */
  tick(): void;
}

type Work = Parameters<typeof lookInsideFiles>[1];

/** Looks into the files of a source. Never throws for what they hold; lists that do not fit into memory are told. */
export async function insideStage(stage: InsideStage): Promise<InsideSeen> {
  const { setup, mode, gate, tick } = stage;
  const { filters, nowMs, evidence, contentKey } = setup;
  const minutes = mode === "quick" ? INSIDE_WORK.quickMinutes : INSIDE_WORK.mostMinutes;
  const inTime = AbortSignal.timeout(minutes * MINUTE_MS);
  const book = insideBook();
  let course: Outcome = { how: "stopped", lost: 0 };
  const matcher = await innerMatcher(filters, nowMs()).catch((error: unknown) => {
    if (error instanceof Fault && error.code === "triage/memory") return null;
    throw error;
  });
  if (matcher !== null) {
    const journal = (body: Record<string, unknown>): void => {
      evidence.append("hits", body);
      tick();
    };
    const taker = insideTaker({ matcher, book, contentKey, journal });
    const work: Work = {
      ...{ taker, signal: AbortSignal.any([gate.signal, inTime]) },
      passed: () => (gate.held ? gate.passed() : undefined),
      onDeath: ({ why, place }, said) => evidence.append("reader", { why, inside: place, said }),
    };
    try {
      course = await lookAll(stage, work);
    } finally {
      matcher.close();
    }
  }
  const ended = endOf(course, { isShort: matcher === null, stopped: gate.signal.aborted, late: inTime.aborted });
  return told(stage, book, { ended, lost: course.lost });
}

interface Outcome {
  how: "done" | "stopped" | "given-up";
  lost: number;
}

function endOf(
  { how }: Outcome,
  { isShort, stopped, late }: { isShort: boolean; stopped: boolean; late: boolean },
): InsideEnd {
  if (how === "done") return "all";
  if (stopped) return "stopped";
  return late || isShort ? "time" : "reader";
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

async function lookFolder(spec: FolderSpec, { table, placeOf, lost, isAll, work }: Folder): Promise<Outcome> {
  let ends = 0;
  for (let from = 0; from < table.count; ) {
    const open: (HandedFile & { close(): void })[] = [];
    for (; from < table.count && open.length < FILES_AT_ONCE; from++) {
      if (lost.has(from) || (!isAll && !isHoldingName(table.path(from)))) continue;
      const file = opened(spec, table.path(from));
      if (file !== null) open.push({ ...file, chain: namesOf(placeOf(from)) });
    }
    try {
      const outcome = await lookInsideFiles(open, work);
      ends += outcome.lost.length;
      if (outcome.how === "stopped") return { how: "stopped", lost: ends };
    } finally {
      for (const { close } of open) close();
    }
  }
  return { how: "done", lost: ends };
}

function opened(spec: FolderSpec, path: Uint8Array): { fd: number; sizeBytes: number; close(): void } | null {
  try {
    return openFolderFile(spec, path);
  } catch (error) {
    if (error instanceof ReadError) return null;
    throw error;
  }
}

function namesOf({ place }: HitPlace): Uint8Array[] {
  return placeNames(place);
}
