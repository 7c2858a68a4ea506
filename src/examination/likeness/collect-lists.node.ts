import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { likenessFault } from "./faults.ts";
import { fingerprintListReader } from "./fingerprint-list.ts";
import type { ListedFingerprint } from "./listed-fingerprint.ts";
import { type SetCollector, type Withdrawals, withdrawals } from "./set-collector.ts";
import { readVpdq } from "./vpdq-file.ts";

const PIECE_BYTES = 1 << 20;
const VPDQ_MOST_BYTES = 512 << 20;
/** As vpdq-hash-video begins its files. */
const VPDQ_FIRST = /^\d{1,9},\d{1,3},[0-9a-f]{64},\d{1,9}(?:\.\d{1,9})?\r?\n/i;

/** Lists to gather, as paths. */
export interface ListPaths {
  likeness: readonly string[];
  benign: readonly string[];
  withdraw: readonly string[];
}

/** What one list held. */
export interface ListRead {
  path: string;
  entries: number;
  /** Entries that are no fingerprint of a kind that is read, and where the first of them begin. */
  rejected: number;
  firstAtBytes: number[];
}

/**
 * Gathers lists into a set: first everything that is withdrawn, then what is left. What a list takes back counts for that list, what
 * `withdraw` names for all. Streams; a list that stops early refuses everything.
 *
 * @param pause Called between pieces; what it throws ends the gathering.
 * @throws {Fault} likeness/list-missing, likeness/list
 */
export async function collectLists(
  collector: SetCollector,
  paths: ListPaths,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<ListRead[]> {
  const reads: ListRead[] = [];
  const forAll = withdrawals();
  for (const path of paths.withdraw) {
    reads.push(await readList(path, { pause, entry: (entry) => forAll.note(entry), video: () => undefined }));
  }
  for (const kind of ["likeness", "benign"] as const) {
    for (const path of paths[kind]) reads.push(await takeList({ path, kind }, { collector, forAll, pause }));
  }
  return reads;
}

type Pause = () => Promise<void> | undefined;

async function takeList(
  { path, kind }: { path: string; kind: "likeness" | "benign" },
  { collector, forAll, pause }: { collector: SetCollector; forAll: Withdrawals; pause: Pause },
): Promise<ListRead> {
  const own = withdrawals();
  const nothing = (): void => undefined;
  await readList(path, {
    pause,
    entry: (entry) => (entry.standing === "withdrawn" ? own.note(entry) : undefined),
    video: nothing,
  });
  const take = kind === "benign" ? collector.benign : collector.known;
  return readList(path, {
    pause,
    video: kind === "benign" ? nothing : collector.video,
    entry: (entry) => {
      if (entry.standing === "withdrawn" || own.names(entry) || forAll.names(entry)) collector.withdrawn();
      else take(entry);
    },
  });
}

interface Taking {
  pause: Pause;
  entry(entry: ListedFingerprint): void;
  video: SetCollector["video"];
}

async function readList(path: string, { pause, entry, video }: Taking): Promise<ListRead> {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    throw likenessFault("likeness/list-missing", `Cannot open ${path}`, { values: { path }, cause });
  }
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    let length = readSync(fd, piece);
    if (VPDQ_FIRST.test(new TextDecoder().decode(piece.subarray(0, Math.min(length, 200))))) {
      return vpdqList(path, video);
    }
    const reader = fingerprintListReader();
    let entries = 0;
    const give = (found: ListedFingerprint[]): void => {
      entries += found.length;
      for (const one of found) entry(one);
    };
    for (; length > 0; length = readSync(fd, piece)) {
      give(reader.push(piece.subarray(0, length)));
      await pause();
    }
    give(reader.end());
    return { path, entries, rejected: reader.rejects.count, firstAtBytes: reader.rejects.firstAt };
  } catch (cause) {
    const broken = cause instanceof RangeError || (cause instanceof Error && "errno" in cause);
    if (!broken) throw cause;
    throw likenessFault("likeness/list", `Cannot read ${path}: ${cause.message}`, { values: { path }, cause });
  } finally {
    closeSync(fd);
  }
}

/** A vPDQ file is one video; its broken lines are told. */
function vpdqList(path: string, video: SetCollector["video"]): ListRead {
  const bytes = readFileSync(path);
  if (bytes.length > VPDQ_MOST_BYTES) throw new RangeError("Cannot read a vPDQ file of this size");
  const { frames, rejected } = readVpdq(bytes.toString("utf8"));
  video(frames);
  return { path, entries: 1, rejected: rejected.length, firstAtBytes: [] };
}
