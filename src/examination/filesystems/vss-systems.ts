import { type ByteSource, memorySource } from "#examination/sources";
import type { ByteRange, Extent, FileEntry, FileStream } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { openNtfs } from "./ntfs-volume.ts";
import { type NoteProblem, problemList } from "./problem.ts";
import { volumeReader } from "./volume-bytes.ts";
import { MOST_SHADOW_BLOCKS } from "./vss-blocks.ts";
import { readShadowCatalog, type ShadowCopy } from "./vss-catalog.ts";
import { entryMark } from "./vss-mark.ts";
import { openShadowView, type ShadowView } from "./vss-view.ts";

/** So many entries of the newer state are compared; with more, all of a copy's are listed. */
const MOST_MARKS = 2_000_000;
/** The files in which copies are kept: their blocks are read as the copies themselves. */
const KEPT_IN = /\{3808876b-c176-4e48-b7ae-04046e6cc752\}$/i;
const decoder = new TextDecoder();

/**
 * The shadow copies of an NTFS volume, the oldest first, each as a file system of its own. A copy lists what it holds
 * and the volume as it is now does not: names that are gone or moved, and files whose bytes, size or time changed since.
 *
 * @param current The volume as it is now.
 */
export function openShadowCopies(volume: ByteSource, current: FileSystem): FileSystem[] {
  const { problems, note } = problemList();
  const copies = readShadowCatalog(volumeReader(volume, note), note);
  current.problems.push(...problems);
  return copies.map((_, i) => shadowSystem({ volume, current, copies: copies.slice(i), shadow: i + 1 }));
}

interface Shadow {
  volume: ByteSource;
  current: FileSystem;
  copies: ShadowCopy[];
  shadow: number;
}

function shadowSystem(about: Shadow): FileSystem {
  const { problems, note } = problemList();
  const { current, shadow } = about;
  const createdMs = about.copies[0]?.createdMs ?? 0;
  return {
    kind: "ntfs",
    link: `ntfs-shadow${shadow}`,
    label: createdMs > 0 ? new Date(createdMs).toISOString() : null,
    blockBytes: current.blockBytes,
    sizeBytes: current.sizeBytes,
    entries: () => changedEntries(about, note),
    // What is free now is told by the volume as it is now.
    unallocated: () => [],
    problems,
  };
}

function* changedEntries({ volume, current, copies, shadow }: Shadow, note: NoteProblem): Generator<FileEntry> {
  const view = openShadowView(volume, volumeReader(volume, note), copies);
  if (view === "damaged") return note("shadow-damaged", null, { copy: shadow });
  if (view === "too-large") return note("shadow-too-large", null, { copy: shadow, limit: MOST_SHADOW_BLOCKS });
  const fileSystem = openNtfs(view.source);
  if (fileSystem === null) return note("shadow-damaged", null, { copy: shadow });
  const known = new Set<number>();
  for (const entry of current.entries({ orphans: false })) {
    if (known.size >= MOST_MARKS) break;
    known.add(entryMark(entry));
  }
  let blocksLeft = 4 * Math.ceil(volume.sizeBytes / 16384) + 1_000_000;
  for (const entry of fileSystem.entries({ orphans: false })) {
    if (KEPT_IN.test(decoder.decode(entry.path.at(-1) ?? new Uint8Array(0)))) continue;
    for (const { startByte, lengthBytes } of entry.streams.flatMap(({ extents, slack = [] }) => [
      ...extents,
      ...slack,
    ])) {
      if (startByte !== null) blocksLeft -= view.blocksOf(lengthBytes);
    }
    if (blocksLeft < 0) return note("shadow-too-large", null, { copy: shadow, limit: MOST_SHADOW_BLOCKS });
    const shown = placedNow(entry, view);
    if (!known.has(entryMark(shown))) yield shown;
  }
  for (const { what, atByte, values } of fileSystem.problems) note(what, atByte, values);
}

/** An entry with the places of its bytes in the volume as it is now. */
function placedNow(entry: FileEntry, view: ShadowView): FileEntry {
  let lost = 0;
  let held = 0;
  const streams = entry.streams.map((stream): FileStream => {
    const extents = stream.extents.flatMap((extent): Extent[] =>
      extent.startByte === null ? [extent] : view.pieces(extent.startByte, extent.lengthBytes),
    );
    for (const { startByte, lengthBytes, lost: isLost } of extents) {
      if (isLost === true) lost += lengthBytes;
      else if (startByte !== null) held += lengthBytes;
    }
    const { slack, ...rest } = stream;
    const kept = slack?.flatMap((range) => rangesOf(view.pieces(range.startByte, range.lengthBytes))) ?? [];
    return kept.length === 0 ? { ...rest, extents } : { ...rest, extents, slack: kept };
  });
  if (lost === 0) return { ...entry, streams };
  if (held > 0) return { ...entry, streams, certainty: "partly-overwritten" };
  const none = streams.map((stream) => ({ ...stream, read: memorySource(new Uint8Array(0)) }));
  return { ...entry, streams: none, certainty: "name-only" };
}

function rangesOf(extents: Extent[]): ByteRange[] {
  return extents.flatMap(({ startByte, lengthBytes }) => (startByte === null ? [] : [{ startByte, lengthBytes }]));
}
