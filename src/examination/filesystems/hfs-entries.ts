import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import type { Certainty, EntryState, FileEntry, FileStream } from "./file-entry.ts";
import { type HfsItem, hfsItem } from "./hfs-catalog.ts";
import { compressedHeads, unpackedStream } from "./hfs-compressed.ts";
import { formerItems } from "./hfs-former.ts";
import type { HfsExtent, HfsFork } from "./hfs-header.ts";
import { type HfsPiece, type HfsReading, hfsStream, piecesOf } from "./hfs-reading.ts";
import { leafNodes, leafRecords } from "./hfs-tree.ts";
import { type Claims, claimBook } from "./ntfs-claims.ts";

const ROOT = 2;
const DEEPEST = 512;
const MOST_ENTRIES = 10_000_000;
const FOLDERS_LIMIT = 1_000_000;
const LINK_LIMIT = 4096;
const decoder = new TextDecoder();

interface Folder {
  parent: number;
  name: Uint8Array;
}

/** Whose blocks are, and of how many it may still be asked: items that share one huge piece would make it endless. */
interface Asking {
  claims: Claims;
  blocksLeft: number;
}

/** What the first reading of the catalog gathers. */
interface Known {
  folders: Map<number, Folder>;
  ids: ClusterSet;
  /** Sums of what is live, sorted. */
  sums: Float64Array;
  /** Files several names lead to, by their number. */
  linked: Map<number, HfsItem>;
  compressed: Map<number, Uint8Array>;
}

/** All entries: allocated in the order of the catalog, then deleted, then those whose folder is not known. */
export function* hfsEntries(reading: HfsReading): Generator<FileEntry> {
  const known = gather(reading);
  let entries = 0;
  for (const item of liveItems(reading)) {
    if (item.id === ROOT) continue;
    if (++entries > MOST_ENTRIES) {
      reading.note("too-many-entries", null, { limit: MOST_ENTRIES });
      return;
    }
    const path = pathOf(reading, known.folders, item);
    const body = presentBody(reading, known, item);
    yield {
      path: path.names,
      id: item.id,
      kind: item.kind,
      state: path.whole ? "allocated" : "orphan",
      times: item.times,
      ...body,
    };
  }
  const former = formerItems(reading, (item) => isLive(known.sums, item));
  const folders = new Map(known.folders);
  for (const { kind, id, parent, name } of former)
    if (kind === "directory" && !folders.has(id)) folders.set(id, { parent, name });
  const asking: Asking = {
    claims: claimsOf(reading, known, former),
    blocksLeft: 4 * reading.layout.blocks + 1_000_000,
  };
  const rest: FileEntry[] = [];
  for (const item of former) {
    const path = pathOf(reading, folders, item);
    const state: EntryState = path.whole ? "deleted" : "orphan";
    const base = { path: path.names, id: item.id, kind: item.kind, state, times: item.times };
    const entry: FileEntry = known.ids.has(item.id)
      ? { ...base, certainty: "name-only", streams: [], renamed: true }
      : { ...base, ...formerBody(reading, item, asking) };
    if (path.whole) yield entry;
    else rest.push(entry);
  }
  yield* rest;
}

function* liveItems({ catalog, note }: HfsReading): Generator<HfsItem> {
  if (catalog === null) return;
  for (const bytes of leafNodes(catalog, note)) {
    for (const record of leafRecords(bytes)) {
      const item = hfsItem(record);
      if (item !== null) yield item;
    }
  }
}

function gather(reading: HfsReading): Known {
  const folders = new Map<number, Folder>();
  const ids = clusterSet();
  const linked = new Map<number, HfsItem>();
  const sums: number[] = [];
  for (const item of liveItems(reading)) {
    ids.add(item.id);
    if (sums.length < MOST_ENTRIES) sums.push(sumOf(item));
    if (item.kind === "directory" && folders.size < FOLDERS_LIMIT)
      folders.set(item.id, { parent: item.parent, name: item.name });
    const shared = /^iNode(\d{1,10})$/u.exec(decoder.decode(item.name))?.[1];
    if (shared !== undefined && linked.size < FOLDERS_LIMIT) linked.set(Number(shared), item);
  }
  return { folders, ids, linked, sums: Float64Array.from(sums).sort(), compressed: compressedHeads(reading) };
}

/** Names from the root; whole: false where the chain of folders does not reach it. */
function pathOf(
  reading: HfsReading,
  folders: Map<number, Folder>,
  item: HfsItem,
): { names: Uint8Array[]; whole: boolean } {
  const names = [item.name];
  const passed = new Set<number>();
  for (let parent = item.parent; parent !== ROOT; ) {
    const folder = folders.get(parent);
    if (folder === undefined) return { names, whole: false };
    if (passed.has(parent) || passed.size >= DEEPEST) {
      reading.note(passed.has(parent) ? "directory-loop" : "too-deep", null, { limit: DEEPEST });
      return { names, whole: false };
    }
    passed.add(parent);
    names.unshift(folder.name);
    parent = folder.parent;
  }
  return { names, whole: true };
}

type Body = Pick<FileEntry, "certainty" | "streams" | "target">;

function presentBody(reading: HfsReading, known: Known, item: HfsItem): Body {
  const own = item.linkTo === 0 ? item : (known.linked.get(item.linkTo) ?? item);
  const streams: FileStream[] = [];
  let broken = false;
  const add = (name: string | null, fork: HfsFork | null): void => {
    if (fork === null || (name !== null && fork.sizeBytes === 0)) return;
    const found = piecesOf(reading, fork, { file: own.id, isResources: name !== null });
    broken ||= found.broken;
    if (found.broken) reading.note("chain-broken", null, { inode: own.id });
    streams.push(hfsStream(reading, name, { sizeBytes: fork.sizeBytes, pieces: found.pieces }));
  };
  add("rsrc", own.resources);
  const head = own.compressed ? known.compressed.get(own.id) : undefined;
  if (own.compressed && head === undefined) reading.note("compression-unknown", null, { file: own.id });
  if (head === undefined) add(null, own.content);
  else {
    const unpacked = unpackedStream(head, streams[0]?.read ?? null);
    if (unpacked === null) reading.note("compression-unknown", null, { file: own.id });
    else streams.push(unpacked);
  }
  const certainty: Certainty = broken ? "partly-overwritten" : "proven";
  return {
    certainty,
    streams: streams.reverse(),
    ...targetOf(
      item,
      streams.find(({ name }) => name === null),
    ),
  };
}

function targetOf(item: HfsItem, stream: FileStream | undefined): { target?: Uint8Array } {
  if (item.kind !== "link" || stream === undefined) return {};
  const target = new Uint8Array(Math.min(stream.read.sizeBytes, LINK_LIMIT));
  try {
    return { target: target.subarray(0, stream.read.readSync(target, 0)) };
  } catch {
    // Where the link points cannot be read; the link is there.
    return {};
  }
}

function claimsOf(reading: HfsReading, known: Known, former: HfsItem[]): Claims {
  const claims = claimBook();
  for (const item of former) {
    if (known.ids.has(item.id)) continue;
    const time = { logNumber: 0, changedMs: item.times.changedMs ?? 0 };
    for (const [fork, isResources] of [
      [item.content, false],
      [item.resources, true],
    ] as const) {
      const { pieces } = fork === null ? { pieces: [] } : piecesOf(reading, fork, { file: item.id, isResources });
      for (const { start, count } of pieces) claims.add(item.id, { first: start, count }, time);
    }
  }
  return claims;
}

function formerBody(reading: HfsReading, item: HfsItem, asking: Asking): Body {
  const streams: FileStream[] = [];
  let whole = true;
  let any = false;
  for (const [name, fork] of [
    [null, item.content],
    ["rsrc", item.resources],
  ] as const) {
    if (fork === null || fork.sizeBytes === 0) continue;
    const found = piecesOf(reading, fork, { file: item.id, isResources: name !== null });
    const pieces = found.pieces.flatMap((piece) => ownPieces(reading, piece, { asking, id: item.id }));
    whole &&= !found.broken && pieces.every(({ lost }) => !lost);
    if (!pieces.some(({ lost }) => !lost)) continue;
    any = true;
    streams.push(hfsStream(reading, name, { sizeBytes: fork.sizeBytes, pieces }));
  }
  const isEmpty = (item.content?.sizeBytes ?? 0) === 0 && (item.resources?.sizeBytes ?? 0) === 0;
  if (!any) return { certainty: isEmpty && item.kind === "directory" ? "proven" : "name-only", streams: [] };
  return { certainty: whole ? "proven" : "partly-overwritten", streams, ...targetOf(item, streams[0]) };
}

function ownPieces(
  { blockInUse }: HfsReading,
  piece: HfsExtent,
  { asking, id }: { asking: Asking; id: number },
): HfsPiece[] {
  asking.blocksLeft -= piece.count;
  if (asking.blocksLeft < 0) return [{ ...piece, lost: true }];
  const pieces: HfsPiece[] = [];
  for (const part of asking.claims.split(id, { first: piece.start, count: piece.count })) {
    for (let block = part.first; block < part.first + part.count; block++) {
      const lost = !part.own || blockInUse(block);
      const last = pieces.at(-1);
      if (last !== undefined && (last.lost ?? false) === lost) last.count++;
      else pieces.push(lost ? { start: block, count: 1, lost } : { start: block, count: 1 });
    }
  }
  return pieces;
}

function isLive(sums: Float64Array, item: HfsItem): boolean {
  const wanted = sumOf(item);
  let low = 0;
  let high = sums.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sums[low] === wanted;
}

/** 52 bits of number, folder and name. */
function sumOf({ id, parent, name }: HfsItem): number {
  let a = Math.imul(0x811c9dc5 ^ id, 0x01000193) ^ parent;
  let b = Math.imul(0x9e3779b9 ^ parent, 0x85ebca6b) ^ id;
  for (const byte of name) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 2 ** 20 + (b >>> 12);
}
