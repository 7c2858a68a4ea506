import { equalBytes, fromHex, toHex } from "#base/values";
import type { FileStream } from "#examination/filesystems";
import type { ChildVoice } from "./child-says.node.ts";
import { entryChain } from "./entry-place.ts";
import { isCarvedPlace, tellCarved } from "./extract-carved.node.ts";
import { tellInside } from "./extract-inside.node.ts";
import { asFarAsThere } from "./kept-stream.ts";
import type { Medium } from "./medium.ts";
import { readThrough } from "./read-through.node.ts";
import type {
  ChoiceMessage,
  ExtractChoice,
  ExtractTask,
  StreamEndMessage,
  StreamMessage,
} from "./reader-message.node.ts";
import { tellPiece } from "./tell-piece.node.ts";
import type { GuardedEntry, WalkGuard } from "./walk-guard.node.ts";
import { lostRanges, treesOf } from "./walk-medium.ts";

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
  if (choice.what === "carved") {
    tellCarved(medium, { names, guard, voice });
    return;
  }
  const deleted = task.deleted || choice.what !== "below";
  for (const found of guard.walk(treesOf(medium), { deleted })) {
    const { entry, position, closed, given } = found;
    if (given || closed) continue;
    if (choice.what !== "below") {
      if (position.tree !== choice.at.tree || position.entries !== choice.at.entries) continue;
      if (choice.what === "inside") tellInside(found, { names, stream: choice.stream, voice });
      else tellStreams(found, entry.streams.slice(choice.stream, choice.stream + 1), voice);
      return;
    }
    if (entry.kind === "directory" || (task.id !== null && entry.id !== task.id)) continue;
    if (begins(entryChain(found, entry, null), names)) tellStreams(found, entry.streams, voice);
  }
}

/**
 * The one stream whose place is the wanted one, or all below where the place is a folder's (or a medium's …), or the file within which
 * the place stands, or what is found by its structure where the place says so. What is deleted is looked for only where it is wanted, or nothing present has the place: that may read all free space.
 */
function choose(medium: Medium, { task, guard, voice }: Extracting): ExtractChoice | null {
  const names = task.names.map((name) => fromHex(name));
  const first = matches(medium, { names, id: task.id, deleted: task.deleted, guard });
  const isFound = first.files.length > 0 || first.folder || first.outer.length > 0 || task.deleted;
  const { files, folder, outer } = isFound ? first : matches(medium, { names, id: task.id, deleted: true, guard });
  const [only] = files;
  const one: ExtractChoice | null =
    files.length !== 1 || only === undefined ? null : { what: "one", at: only.at, stream: only.stream };
  const [around] = files.length === 0 && !folder && outer.length === 1 ? outer : [];
  const inside = around === undefined ? null : { what: "inside" as const, at: around.at, stream: around.stream };
  const isCarved = files.length === 0 && !folder && isCarvedPlace(names);
  const carved: ExtractChoice | null = isCarved ? { what: "carved" } : null;
  const choice = one ?? carved ?? (files.length === 0 && folder ? { what: "below" as const } : inside);
  const several = files.length === 0 && !folder && !isCarved ? outer : files;
  const message: ChoiceMessage = { kind: "choice", choice, ids: several.map(({ id }) => id).slice(0, 1000) };
  voice.json(message);
  return choice;
}

interface Match {
  id: number;
  at: GuardedEntry["position"];
  stream: number;
}

/** Streams that have a place, whether it is (also) a folder's, and streams within which it would stand. */
function matches(
  medium: Medium,
  { names, id, deleted, guard }: { names: Uint8Array[]; id: number | null; deleted: boolean; guard: WalkGuard },
): { files: Match[]; folder: boolean; outer: Match[] } {
  const files: Match[] = [];
  const outer: Match[] = [];
  let folder = false;
  for (const found of guard.walk(treesOf(medium), { deleted })) {
    const { entry, position } = found;
    if (id !== null && entry.id !== id) continue;
    const chain = entryChain(found, entry, null);
    const inside = begins(chain, names);
    if (inside && (chain.length > names.length || entry.kind === "directory")) folder = true;
    if (entry.kind === "directory" || chain.length > names.length) continue;
    for (const [index, stream] of entry.streams.entries()) {
      if (!begins(names, entryChain(found, entry, stream))) continue;
      (chain.length === names.length ? files : outer).push({ id: entry.id, at: position, stream: index });
    }
  }
  return { files, folder, outer };
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
