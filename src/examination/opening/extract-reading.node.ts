import { equalBytes, fromHex, toHex } from "#base/values";
import type { FileStream } from "#examination/filesystems";
import { slice } from "#examination/sources";
import type { ChildVoice } from "./child-says.node.ts";
import type { UnreadRange } from "./digests.ts";
import { entryChain } from "./entry-place.ts";
import type { Medium } from "./medium.ts";
import { readThrough } from "./read-through.node.ts";
import type {
  ChoiceMessage,
  ExtractChoice,
  ExtractTask,
  StreamEndMessage,
  StreamMessage,
  ZerosMessage,
} from "./reader-message.node.ts";
import type { GuardedEntry, WalkGuard } from "./walk-guard.node.ts";
import { type FoundEntry, lostRanges, treesOf } from "./walk-medium.ts";

const PIECE_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(1024 * 1024);

interface Extracting {
  task: ExtractTask;
  guard: WalkGuard;
  voice: ChildVoice;
}

/** Finds what is wanted and tells its bytes, stream by stream. */
export function readExtract(medium: Medium, { task, guard, voice }: Extracting): void {
  const choice = task.choice ?? choose(medium, { task, guard, voice });
  if (choice === null) return;
  const names = task.names.map((name) => fromHex(name));
  const deleted = task.deleted || choice.what === "one";
  for (const found of guard.walk(treesOf(medium), { deleted })) {
    const { entry, position, closed, given } = found;
    if (given || closed) continue;
    if (choice.what === "one") {
      if (position.tree !== choice.at.tree || position.entries !== choice.at.entries) continue;
      tellStreams(found, entry.streams.slice(choice.stream, choice.stream + 1), voice);
      return;
    }
    if (entry.kind === "directory" || (task.id !== null && entry.id !== task.id)) continue;
    if (begins(entryChain(found, entry, null), names)) tellStreams(found, entry.streams, voice);
  }
}

/**
 * The one stream whose place is the wanted one, or all below where the place is a folder's (or a medium's …). What is deleted is
 * looked for only where it is wanted, or nothing present has the place: that may read all free space.
 */
function choose(medium: Medium, { task, guard, voice }: Extracting): ExtractChoice | null {
  const names = task.names.map((name) => fromHex(name));
  const first = matches(medium, { names, id: task.id, deleted: task.deleted, guard });
  const isFound = first.files.length > 0 || first.folder || task.deleted;
  const { files, folder } = isFound ? first : matches(medium, { names, id: task.id, deleted: true, guard });
  const [only] = files;
  const one: ExtractChoice | null =
    files.length !== 1 || only === undefined ? null : { what: "one", at: only.at, stream: only.stream };
  const choice = one ?? (files.length === 0 && folder ? { what: "below" as const } : null);
  const message: ChoiceMessage = { kind: "choice", choice, ids: files.map(({ id }) => id).slice(0, 1000) };
  voice.json(message);
  return choice;
}

interface Match {
  id: number;
  at: GuardedEntry["position"];
  stream: number;
}

/** Streams that have a place, and whether it is (also) a folder's. */
function matches(
  medium: Medium,
  { names, id, deleted, guard }: { names: Uint8Array[]; id: number | null; deleted: boolean; guard: WalkGuard },
): { files: Match[]; folder: boolean } {
  const files: Match[] = [];
  let folder = false;
  for (const found of guard.walk(treesOf(medium), { deleted })) {
    const { entry, position } = found;
    if (id !== null && entry.id !== id) continue;
    const chain = entryChain(found, entry, null);
    const inside = begins(chain, names);
    if (inside && (chain.length > names.length || entry.kind === "directory")) folder = true;
    if (entry.kind === "directory" || chain.length !== names.length) continue;
    for (const [index, stream] of entry.streams.entries()) {
      if (begins(entryChain(found, entry, stream), names)) files.push({ id: entry.id, at: position, stream: index });
    }
  }
  return { files, folder };
}

function begins(chain: readonly Uint8Array[], names: readonly Uint8Array[]): boolean {
  return names.every((name, i) => chain[i] !== undefined && equalBytes(chain[i], name));
}

function tellStreams(found: GuardedEntry, streams: readonly FileStream[], voice: ChildVoice): void {
  const { tree, entries } = found.position;
  for (const [index, stream] of streams.entries()) {
    const reached = index === streams.length - 1 ? { tree, entries: entries + 1 } : null;
    tellStream(found, stream, { voice, reached });
  }
}

function tellStream(
  found: GuardedEntry,
  stream: FileStream,
  { voice, reached }: { voice: ChildVoice; reached: StreamEndMessage["reached"] },
): void {
  const { id, state, certainty, times } = found.entry;
  const { kept, beyond } = asFarAsThere(found, stream);
  const start: StreamMessage = {
    kind: "stream",
    chain: entryChain(found, found.entry, stream).map((name) => toHex(name)),
    entry: { id, state, certainty, times },
    sizeBytes: stream.read.sizeBytes,
    givenBytes: kept.read.sizeBytes,
  };
  voice.json(start);
  const unread = readThrough(kept.read, { holes: lostRanges(kept), onPiece: (piece) => tellPiece(piece, voice) });
  const end: StreamEndMessage = { kind: "stream-end", unread: [...unread, ...beyond], reached };
  voice.json(end);
}

/** Tells bytes in pieces; where all are zero, how many. */
export function tellPiece(piece: Uint8Array, voice: ChildVoice): void {
  if (Buffer.from(piece.buffer, piece.byteOffset, piece.length).equals(ZEROS.subarray(0, piece.length))) {
    const zeros: ZerosMessage = { kind: "zeros", lengthBytes: piece.length };
    voice.json(zeros);
    return;
  }
  for (let at = 0; at < piece.length; at += PIECE_BYTES) voice.bytes(piece.subarray(at, at + PIECE_BYTES));
}

/**
 * A stream that says it is more than twice its medium is taken up to its last byte that stands on it: what lies beyond is
 * holes or a lie, and would never end. A logical image has no disk to measure it by: its reader bounds its files itself.
 */
function asFarAsThere({ medium, volume }: FoundEntry, stream: FileStream): { kept: FileStream; beyond: UnreadRange[] } {
  const { sizeBytes } = stream.read;
  const { media, entries } = medium.image;
  if (entries !== undefined || sizeBytes <= 2 * media.sizeBytes) {
    return { kept: stream, beyond: rest(sizeBytes, stream.sizeBytes) };
  }
  let [at, end] = [0, 0];
  for (const { startByte, lengthBytes, lost } of stream.extents) {
    const there = startByte === null || lost === true ? 0 : Math.min(lengthBytes, volume.sizeBytes - startByte);
    if (there > 0) end = Math.min(at + there, sizeBytes);
    at += lengthBytes;
  }
  const kept = { ...stream, read: slice(stream.read, 0, end), extents: cutExtents(stream, end) };
  return { kept, beyond: rest(end, Math.max(sizeBytes, stream.sizeBytes)) };
}

/** What a stream says it has and cannot be had. */
function rest(endByte: number, sizeBytes: number): UnreadRange[] {
  return sizeBytes > endByte ? [{ startByte: endByte, lengthBytes: sizeBytes - endByte }] : [];
}

function cutExtents({ extents }: FileStream, end: number): FileStream["extents"] {
  const kept: FileStream["extents"] = [];
  let at = 0;
  for (const extent of extents) {
    if (at >= end) break;
    kept.push(extent);
    at += extent.lengthBytes;
  }
  return kept;
}
