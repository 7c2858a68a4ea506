import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { fromHex, toHex } from "#base/values";
import { type FrameHash, hashOf, laySet, type SetCollector, type SetCounts, setCollector } from "#examination/likeness";
import {
  collectLists,
  type FileFingerprint,
  fingerprintFile,
  inOrder,
  type ListRead,
  openFingerprints,
} from "#examination/likeness/node";
import { openLineWriter, readLines } from "./build-lines.node.ts";
import type { Pause } from "./build-read.node.ts";
import type { InputLine } from "./build-reading.node.ts";
import type { FileRecord } from "./build-record.ts";
import type { BuiltWords } from "./build-words.node.ts";
import type { WorkFolder } from "./build-work.node.ts";
import { writeWhole } from "./build-write.node.ts";
import { filtersFault } from "./faults.ts";
import type { FilterDraft } from "./filter-draft.ts";
import type { LikenessWish } from "./likeness-wish.ts";

/** What became of it, in numbers. */
export interface BuiltLikeness {
  counts: SetCounts;
  lists: ListRead[];
  /** Inputs that were fingerprinted, and those that are no picture or video, or cannot be decoded. */
  fingerprinted: number;
  undecoded: number;
  /** Absent where there were none. */
  words?: BuiltWords;
}

/** One line of likeness.jsonl: what an input gave. `good`: it is known-good and benign. */
interface FingerprintLine {
  good?: true;
  /** PDQ hash and quality. */
  pdq?: [hash: string, quality: number];
  /** Of its parts, where they are listed too: hashes alone, each of enough quality. */
  parts?: string[];
  /** Frames: hash, quality, milliseconds. */
  vpdq?: [hash: string, quality: number, timestampMs: number][];
}

const PIECE_BYTES = 1 << 20;
/** Inputs under way in the children at once. */
const AHEAD = 4;

/** What gathering works with. */
export interface LikenessTools {
  work: WorkFolder;
  wish: LikenessWish;
  /** What officers said, where anything was given. */
  words?: BuiltWords | undefined;
  pause: Pause;
  signal: AbortSignal | undefined;
  /** Called for each input that was looked at. */
  onInput(): void;
}

/**
 * Gathers the release's perceptual fingerprints, of lists and of the inputs themselves, into likeness.set. Interrupted, it goes on behind
 * the last input that was fingerprinted.
 *
 * @throws {Fault} likeness/list, likeness/list-missing, filter/disk-full, and what `pause` throws.
 */
export async function gatherLikeness(tools: LikenessTools): Promise<BuiltLikeness> {
  const { work, wish, words, pause } = tools;
  const collector = setCollector(words?.standings, wish.robust);
  const lists = await collectLists(collector, wish, pause);
  const built = { lists, fingerprinted: 0, undecoded: 0, ...(words && { words }) };
  if (wish.fingerprint) {
    await fingerprintInputs(tools);
    for (const line of readLines<FingerprintLine>(work.path("likeness.jsonl"))) {
      if (takeLine(collector, line, words)) built.fingerprinted++;
      else built.undecoded++;
    }
  }
  writeSet(collector, work.path("likeness.set"));
  return { ...built, counts: collector.counts };
}

/** The set as a draft carries it. */
export function likenessDraft(path: string): NonNullable<FilterDraft["likeness"]> {
  const fd = openSync(path, "r");
  const { size: lengthBytes } = fstatSync(fd);
  closeSync(fd);
  return { lengthBytes, pieces: () => filePieces(path) };
}

/** A file in pieces, each its own. */
export function* filePieces(path: string): Generator<Uint8Array> {
  const fd = openSync(path, "r");
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) yield piece.slice(0, read);
  } finally {
    closeSync(fd);
  }
}

function writeSet(collector: SetCollector, path: string): void {
  const fd = openSync(path, "w");
  try {
    for (const piece of laySet(collector.entries()).pieces()) writeWhole(fd, piece, path);
  } finally {
    closeSync(fd);
  }
}

/** @returns whether the input had a fingerprint. */
function takeLine(
  collector: SetCollector,
  { good, pdq, parts = [], vpdq }: FingerprintLine,
  words: BuiltWords | undefined,
): boolean {
  if (pdq !== undefined) {
    const [hash, quality] = pdq;
    const entry = { kind: "pdq", hash: fromHex(hash), opaque: null, quality, id: "", standing: "active" } as const;
    if (good) {
      collector.benign(entry);
      return true;
    }
    const all = [entry, ...parts.map((part) => ({ ...entry, hash: fromHex(part), quality: null }))];
    // Whoever withdraws a part, or the whole, means the picture: then nothing of it is listed.
    const withdrawn = all.filter((one) => words?.standings.of("picture", one.hash)?.withdrawn);
    for (const one of withdrawn.length > 0 ? withdrawn : all) collector.known(one);
    return true;
  }
  if (vpdq === undefined) return false;
  const frames = vpdq.map(([hash, quality, timestampMs], frame): FrameHash => {
    return { frame, hash: fromHex(hash), quality, timestampMs };
  });
  if (!good) collector.video(frames);
  return true;
}

async function fingerprintInputs({ work, wish, signal, onInput }: LikenessTools): Promise<void> {
  const path = work.path("likeness.jsonl");
  const lines = openLineWriter(path, wholeLinesBytes(path));
  const fingerprints = openFingerprints({ robust: wish.robust === true && "entry" });
  let done = 0;
  for (const _ of readLines(path)) done++;
  try {
    const waiting = [...wanted(work)].slice(done);
    for (let i = 0; i < done; i++) onInput();
    const answers = inOrder(waiting, AHEAD, async ({ path: file, good }) => ({
      good,
      ...(await fingerprintFile({ file: "", path: file, signal }, fingerprints, "exact")),
    }));
    for await (const { good, found } of answers) {
      if (signal?.aborted) break;
      lines.add({ ...(good && { good }), ...lineOf(found) });
      lines.flush();
      onInput();
    }
  } finally {
    lines.sync();
    lines.close();
    fingerprints.close();
  }
  if (signal?.aborted) {
    throw filtersFault("filter/stopped", "The build was stopped", { values: { path: dirname(path) } });
  }
}

/** Inputs to be fingerprinted, copies once. */
function* wanted(work: WorkFolder): Generator<{ path: Buffer; good: boolean }> {
  const records = readLines<FileRecord>(work.path("files.jsonl"));
  for (const line of readLines<InputLine>(work.path("inputs.jsonl"))) {
    const { value: record } = records.next();
    if (line.trouble !== undefined || record?.copyOf !== undefined || line.sizeBytes === 0) continue;
    yield { path: Buffer.from(line.path, "hex"), good: line.good === true };
  }
}

function lineOf(found: FileFingerprint["found"]): FingerprintLine {
  if ("fault" in found) return {};
  if ("video" in found)
    return { vpdq: found.frames.map(({ hash, quality, timestampMs }) => [toHex(hash), quality, timestampMs]) };
  const parts = (found.parts?.entry ?? []).filter(({ part }) => part !== "whole");
  const hashes = parts.map(({ values }) => toHex(hashOf(values)));
  return { pdq: [toHex(found.hash), found.quality], ...(hashes.length > 0 && { parts: hashes }) };
}

/** Bytes up to the last whole line; a line that was being written when the machine stopped is written again. */
function wholeLinesBytes(path: string): number {
  if (!existsSync(path)) return 0;
  let [whole, at] = [0, 0];
  for (const piece of filePieces(path)) {
    const last = piece.lastIndexOf(0x0a);
    if (last >= 0) whole = at + last + 1;
    at += piece.length;
  }
  return whole;
}
