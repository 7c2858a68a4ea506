import { createHash } from "node:crypto";
import type { JournalEntry } from "#examination/evidence";
import { type ComparedFile, sameContent } from "./compared-file.node.ts";
import type { LikenessDesk } from "./likeness-desk.node.ts";
import { inLikenessOrder, type MediaFile, type MediaFiles, type OpenMedia } from "./media-files.ts";
import type { Comparing } from "./pace.ts";
import type { StageGate } from "./stage-gate.ts";
import { workClock } from "./work-clock.node.ts";

const PIECE_BYTES = 1 << 20;

/** Which files are compared, and for how long. */
export interface LikenessRequest {
  media: MediaFiles;
  desk: LikenessDesk;
  budgetMs: number;
  /** Whether files that are not named like pictures and videos are looked into, too. */
  all: boolean;
  gate: StageGate;
  onProgress(comparing: Comparing): void;
}

/** How far it came; the results are on the desk. */
export interface LikenessCourse {
  filesTotal: number;
  ended: "all" | "time" | "stopped" | "reader";
}

/** Compares a source's own pictures and videos with lists, those that are not on the desk yet. */
export async function compareByLikeness(request: LikenessRequest): Promise<LikenessCourse> {
  const { media, desk, all } = request;
  const { files, beyond, complete } = await media.list();
  const wanted = inLikenessOrder(files).filter(({ named }) => all || named);
  const queue = wanted.filter(({ key }) => desk.find(key) === undefined);
  media.ahead(queue.map(({ key }) => key));
  const compared = await compareAll(request, queue);
  const isShort = beyond > 0 || !complete;
  return { filesTotal: files.length + beyond, ended: compared === "all" && isShort ? "reader" : compared };
}

async function compareAll(request: LikenessRequest, queue: readonly MediaFile[]): Promise<"all" | "time" | "stopped"> {
  const { gate, budgetMs, desk, onProgress } = request;
  if (gate.signal.aborted) return "stopped";
  const clock = workClock(gate, { budgetMs });
  const before = desk.kept.length;
  const total = before + queue.length;
  let next = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      await gate.passed();
      const file = queue[next];
      if (clock.signal.aborted || file === undefined) return;
      next++;
      const found = await compareOne(request, file, clock.signal);
      if (clock.signal.aborted) return;
      desk.take(found);
      const done = desk.kept.length;
      onProgress({ done, total, secondsLeft: clock.secondsLeft(done - before, queue.length) });
    }
  };
  onProgress({ done: before, total, secondsLeft: null });
  try {
    // One more than there are decoders: the next file is read while they work.
    const works = Promise.all(Array.from({ length: desk.workers + 1 }, work));
    await Promise.race([works, clock.over]);
    return clock.ended();
  } finally {
    clock.end();
    desk.flush();
  }
}

async function compareOne(
  { media, gate, desk }: LikenessRequest,
  { key, sizeBytes, named }: MediaFile,
  signal: AbortSignal,
): Promise<ComparedFile> {
  const file = await media.open(key);
  // It is not known whether it is a picture at all.
  if (file === null) return named ? { key, is: "undecoded", why: "not-read", sizeBytes } : { key, is: "none" };
  const read: typeof file.read = async (offsetBytes, lengthBytes) => {
    await gate.passed();
    return file.read(offsetBytes, lengthBytes);
  };
  const held = { ...file, read };
  try {
    const sha256 = desk.hasSize(file.sizeBytes) ? await digestOf(held) : null;
    const known = sha256 === null ? undefined : desk.ofContent(sha256);
    if (known !== undefined) return sameContent(known, key, file);
    const found = await desk.compare(key, held, signal);
    return sha256 === null ? found : { ...found, sha256 };
  } finally {
    file.close();
  }
}

/** Null: it cannot be read to its end. */
async function digestOf({ sizeBytes, read }: OpenMedia): Promise<string | null> {
  const hash = createHash("sha256");
  for (let at = 0; at < sizeBytes; ) {
    const piece = await read(at, Math.min(PIECE_BYTES, sizeBytes - at));
    if (piece.length === 0) return null;
    hash.update(piece);
    at += piece.length;
  }
  return hash.digest("hex");
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
