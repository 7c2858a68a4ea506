import type { Category, JournalEntry } from "#examination/evidence";
import { openFilter } from "#examination/filters/node";
import { type LikenessJudge, likenessJudge, type NamedSet } from "#examination/likeness";
import { buildNearestIndex, fingerprintGiven, openFingerprints, readIndexedSet } from "#examination/likeness/node";
import { type ComparedFile, comparedFile } from "./compared-file.node.ts";
import type { ReadyFilter } from "./examination-setup.node.ts";
import type { KnownGood } from "./known-good.node.ts";
import { inLikenessOrder, type MediaFile, type MediaFiles } from "./media-files.ts";
import type { Comparing } from "./pace.ts";
import type { StageGate } from "./stage-gate.ts";
import { LIKENESS_WORK } from "./thresholds.ts";

/** Results are written down in pieces of so many, or after so long. */
const KEPT_AT_ONCE = 16;
const KEPT_MS = 2000;
const CLOCK_MS = 200;

/** A list's fingerprints, opened for the officer. */
export interface KnownSet extends NamedSet {
  category: Category;
}

/** What is compared, with what, and for how long. */
export interface LikenessRequest {
  media: MediaFiles;
  sets: readonly KnownSet[];
  /** Files that need not be looked into; null: no list says. */
  knownGood: KnownGood | null;
  /** What was compared before an interruption. */
  before: readonly ComparedFile[];
  /** Files that are decoded at once. */
  workers: number;
  budgetMs: number;
  /** Whether files that are not named like pictures and videos are looked into, too. */
  all: boolean;
  gate: StageGate;
  keep(files: readonly ComparedFile[]): void;
  onProgress(comparing: Comparing): void;
}

/** What came of it, in no order. */
export interface LikenessCourse {
  files: ComparedFile[];
  filesTotal: number;
  ended: "all" | "time" | "stopped" | "reader";
}

/** Opens the fingerprints that lie sealed in lists; their opening was written down with that of the lists. */
export async function likenessSetsOf(filters: readonly ReadyFilter[], nowMs: number): Promise<KnownSet[]> {
  const sets: KnownSet[] = [];
  for (const { path, verified, unlock } of filters) {
    if (verified.parts.every(({ header }) => header.likeness === undefined)) continue;
    const filter = await openFilter(path, unlock, nowMs);
    try {
      for (const { header, likeness } of filter.parts) {
        const { name, release, category } = header;
        if (likeness !== null) sets.push({ name, release, category, ...readIndexedSet(likeness) });
      }
    } finally {
      filter.close();
    }
  }
  return sets;
}

/**
 * Compares a source's pictures and videos with lists. Foreign bytes are decoded in children that are shut in; nothing of a picture is
 * kept but its fingerprint. What was compared is told to `keep` soon, so that a sudden end costs little.
 */
export async function compareByLikeness(request: LikenessRequest): Promise<LikenessCourse> {
  const { media, before, all } = request;
  const { files, beyond, complete } = await media.list();
  const wanted = inLikenessOrder(files).filter(({ named }) => all || named);
  const done = new Set(before.map(({ key }) => key));
  const queue = wanted.filter(({ key }) => !done.has(key));
  media.ahead(queue.map(({ key }) => key));
  const kept = [...before];
  const compared = await compareAll(request, queue, kept);
  const isShort = beyond > 0 || !complete;
  return { files: kept, filesTotal: files.length + beyond, ended: compared === "all" && isShort ? "reader" : compared };
}

async function compareAll(
  request: LikenessRequest,
  queue: readonly MediaFile[],
  kept: ComparedFile[],
): Promise<"all" | "time" | "stopped"> {
  if (request.gate.signal.aborted) return "stopped";
  const clock = workClock(request);
  const before = kept.length;
  const total = before + queue.length;
  const book = openBook(request, kept);
  const judge = likenessJudge(request.sets, buildNearestIndex);
  const { pictureMostBytes: bytes } = LIKENESS_WORK;
  const fingerprints = openFingerprints({ limits: { children: request.workers, bytes } });
  let next = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      await request.gate.passed();
      const file = queue[next];
      if (clock.signal.aborted || file === undefined) return;
      next++;
      const found = await compareOne({ request, judge, fingerprints, signal: clock.signal }, file);
      if (clock.signal.aborted) return;
      book.take(found);
      request.onProgress({
        done: kept.length,
        total,
        secondsLeft: clock.secondsLeft(kept.length - before, queue.length),
      });
    }
  };
  request.onProgress({ done: before, total, secondsLeft: null });
  try {
    // One more than there are decoders: the next file is read while they work.
    const works = Promise.all(Array.from({ length: request.workers + 1 }, work));
    await Promise.race([works, clock.over]);
    return clock.ended();
  } finally {
    clock.end();
    fingerprints.close();
    book.flush();
  }
}

interface Comparer {
  request: LikenessRequest;
  judge: LikenessJudge;
  fingerprints: ReturnType<typeof openFingerprints>;
  signal: AbortSignal;
}

async function compareOne(
  { request, judge, fingerprints, signal }: Comparer,
  { key, sizeBytes, named }: MediaFile,
): Promise<ComparedFile> {
  const file = await request.media.open(key);
  // It is not known whether it is a picture at all.
  if (file === null) return named ? { key, is: "undecoded", why: "not-read", sizeBytes } : { key, is: "none" };
  const { passed } = request.gate;
  const read: typeof file.read = async (offsetBytes, lengthBytes) => {
    await passed();
    return file.read(offsetBytes, lengthBytes);
  };
  try {
    if ((await request.knownGood?.holds({ ...file, read })) === true) return { key, is: "known-good" };
    const given = { sizeBytes: file.sizeBytes, read };
    const found = await fingerprintGiven(given, fingerprints, { most: LIKENESS_WORK.pictureMostBytes, signal });
    return comparedFile(judge, key, { file, found });
  } finally {
    file.close();
  }
}

/** Collects what was compared and hands it on to be written down. */
function openBook({ keep }: LikenessRequest, kept: ComparedFile[]): { take(file: ComparedFile): void; flush(): void } {
  let [fresh, sinceMs]: [ComparedFile[], number] = [[], performance.now()];
  const flush = (): void => {
    if (fresh.length > 0) keep(fresh);
    [fresh, sinceMs] = [[], performance.now()];
  };
  return {
    flush,
    take: (file) => {
      kept.push(file);
      fresh.push(file);
      if (fresh.length >= KEPT_AT_ONCE || performance.now() - sinceMs >= KEPT_MS) flush();
    },
  };
}

interface WorkClock {
  /** Aborted when the time is up, or it is stopped. */
  signal: AbortSignal;
  over: Promise<void>;
  secondsLeft(done: number, total: number): number | null;
  ended(): "all" | "time" | "stopped";
  end(): void;
}

/** Counts the time that is worked; held time is none. */
function workClock({ gate, budgetMs }: LikenessRequest): WorkClock {
  const late = new AbortController();
  const signal = AbortSignal.any([gate.signal, late.signal]);
  let [workedMs, lastMs] = [0, performance.now()];
  const tick = (): void => {
    const nowMs = performance.now();
    if (!gate.held) workedMs += nowMs - lastMs;
    lastMs = nowMs;
    if (workedMs >= budgetMs) late.abort();
  };
  const timer = setInterval(tick, CLOCK_MS);
  return {
    signal,
    over: new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    secondsLeft: (done, total) => {
      tick();
      if (done < 1) return null;
      return Math.ceil(Math.min(((total - done) * workedMs) / done, budgetMs - workedMs) / 1000);
    },
    ended: () => (gate.signal.aborted ? "stopped" : late.signal.aborted ? "time" : "all"),
    end: () => clearInterval(timer),
  };
}

/** What a journal keeps: sealed, since pictures can be rebuilt of fingerprints in part. */
export function comparedEntries(entries: readonly JournalEntry[], open: (sealed: string) => string): ComparedFile[] {
  const files = new Map<string, ComparedFile>();
  for (const { kind, body } of entries) {
    if (kind !== "likeness") continue;
    const opened: ComparedFile[] = JSON.parse(open(String(body["sealed"])));
    for (const file of opened) files.set(file.key, file);
  }
  return [...files.values()];
}
