import type { ByteSource } from "#examination/sources";
import { type ClusterPlaces, clusterStream, openRanges } from "./cluster-streams.ts";
import { type ExfatFound, walkExfat } from "./exfat-directory.ts";
import { readExfatGeometry } from "./exfat-geometry.ts";
import { type ExfatGone, lookForGone } from "./exfat-gone.ts";
import { type ExfatChained, type ExfatKnown, exfatKnown, goneFrom, walkPresent } from "./exfat-present.ts";
import type { ExfatReader } from "./exfat-reader.ts";
import { SET_RECORD_BYTES } from "./exfat-set.ts";
import { readExfatSystem } from "./exfat-system.ts";
import { clusterAt } from "./fat-geometry.ts";
import type { FileEntry } from "./file-entry.ts";
import type { EntryWishes, FileSystem } from "./file-system.ts";
import { problemList } from "./problem.ts";
import type { Recovered } from "./recovery-claim.ts";
import type { TreeNode } from "./tree-walk.ts";
import { pagedReader, volumeReader } from "./volume-bytes.ts";

const PAGE = 64 * 1024;
const PAGES = 64;
const BACKUP_SECTOR = 12;

/** exFAT; null where the volume is none. */
export function openExfat(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const read = volumeReader(volume, note);
  let geometry = readExfatGeometry(read, 0);
  for (const sector of [512, 4096]) {
    if (geometry !== null) break;
    geometry = readExfatGeometry(read, BACKUP_SECTOR * sector);
    if (geometry !== null) note("backup-header", 0, { at: BACKUP_SECTOR * sector });
  }
  if (geometry === null) return null;
  if (!geometry.checksumHolds) note("header-checksum", 0);
  if (clusterAt(geometry, geometry.lastCluster + 1) > volume.sizeBytes) {
    note("volume-cut", volume.sizeBytes, { says: geometry.sizeBytes, has: volume.sizeBytes });
  }
  const reader = readExfatSystem({ volume, geometry, read: pagedReader(read, PAGE, PAGES), note });
  return {
    kind: "exfat",
    label: reader.label,
    blockBytes: geometry.clusterBytes,
    sizeBytes: geometry.sizeBytes,
    entries: (wishes) => entriesOf(reader, wishes ?? {}),
    unallocated: () =>
      openRanges(placesOf(reader), reader.lastHeld, {
        isOpen: (cluster) => reader.isUsed?.(cluster) === false,
        sameUntil: reader.sameUntil,
      }),
    problems,
  };
}

function* entriesOf(reader: ExfatReader, wishes: EntryWishes): Generator<FileEntry> {
  const known = exfatKnown(reader);
  for (const chained of walkPresent(reader, known)) yield presentEntry(reader, chained);
  const gone = lookForGone(reader, known, { orphans: wishes.orphans ?? true });
  yield* goneEntries(reader, { known, gone }, null);
  yield* goneEntries(reader, { known, gone }, gone.orphans);
}

function* goneEntries(
  reader: ExfatReader,
  { known, gone }: { known: ExfatKnown; gone: ExfatGone },
  orphans: TreeNode[] | null,
): Generator<FileEntry> {
  const { roots, enter: enterPresent } = goneFrom(reader, known);
  const enter = (found: ExfatFound) =>
    found.state === "allocated" ? enterPresent(found) : (gone.directories.get(found.record.atByte) ?? null);
  for (const found of walkExfat(reader, orphans ?? roots, enter)) {
    if (found.state !== "allocated") yield goneEntry(reader, gone, found);
  }
}

function presentEntry(reader: ExfatReader, { found, runs }: ExfatChained): FileEntry {
  const { sizeBytes, validBytes } = found.record.set;
  const certainty = sizeBytes > 0 && runs.length === 0 ? "name-only" : "proven";
  return { ...named(found), certainty, streams: [clusterStream(placesOf(reader), runs, { sizeBytes, validBytes })] };
}

function goneEntry(reader: ExfatReader, gone: ExfatGone, found: ExfatFound): FileEntry {
  const { set, atByte, directory } = found.record;
  const places = placesOf(reader);
  if (directory) {
    const ranges = gone.directories.get(atByte);
    if (ranges === undefined) return { ...named(found), certainty: "name-only", streams: [] };
    const has = ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    const certainty = has >= set.sizeBytes ? "proven" : "partly-overwritten";
    const runs = ranges.map(({ startByte, lengthBytes }) => ({
      cluster: (startByte - places.heapStart) / places.clusterBytes + 2,
      count: lengthBytes / places.clusterBytes,
    }));
    return { ...named(found), certainty, streams: [clusterStream(places, runs, { sizeBytes: set.sizeBytes })] };
  }
  if (set.sizeBytes === 0) return { ...named(found), certainty: "proven", streams: [clusterStream(places, [], set)] };
  const none: Recovered = { certainty: "name-only", runs: [] };
  const { certainty, runs, confirmed } = gone.recovered.get(atByte) ?? none;
  const entry = { ...named(found), certainty, streams: [clusterStream(places, runs, set)] };
  return confirmed ? { ...entry, confirmed } : entry;
}

function named({ record, path, state }: ExfatFound): Omit<FileEntry, "certainty" | "streams"> {
  const kind = record.directory ? "directory" : "file";
  return { path, id: record.atByte / SET_RECORD_BYTES, kind, state, times: record.set.times };
}

function placesOf({ volume, geometry }: ExfatReader): ClusterPlaces {
  return { volume, heapStart: geometry.heapStart, clusterBytes: geometry.clusterBytes };
}
