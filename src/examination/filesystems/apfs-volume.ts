import type { ByteSource } from "#examination/sources";
import { type ApfsVolume, apfsVolume, readApfsContainer } from "./apfs-container.ts";
import { type ApfsPlace, earlierSystem } from "./apfs-earlier.ts";
import { apfsEntries } from "./apfs-entries.ts";
import { untilZero } from "./apfs-inode.ts";
import { APFS_RECORD, apfsRecords } from "./apfs-records.ts";
import { apfsFreeRanges } from "./apfs-space.ts";
import type { FileEntry } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { saysAt, u16, u64 } from "./ntfs-fields.ts";
import { problemList } from "./problem.ts";
import { volumeReader } from "./volume-bytes.ts";
import { entryMark } from "./vss-mark.ts";

const MOST_SNAPSHOTS = 512;
const MOST_MARKS = 2_000_000;
const decoder = new TextDecoder();

/**
 * Every volume of an APFS container, and behind each its snapshots, the oldest first. A snapshot lists what it holds and
 * the volume as it is now does not; so does, last, what earlier checkpoints hold. None where there is no container.
 */
export function openApfs(source: ByteSource): FileSystem[] {
  const { problems, note } = problemList();
  const container = readApfsContainer(volumeReader(source, note), note);
  if (container === null) return [];
  const { sizeBytes, blocks } = container;
  if (sizeBytes > source.sizeBytes) note("volume-cut", source.sizeBytes, { says: sizeBytes, has: source.sizeBytes });
  if (container.volumes.length === 0) {
    const base = { kind: "apfs" as const, label: null, blockBytes: blocks.blockBytes, sizeBytes, problems };
    return [{ ...base, entries: () => [], unallocated: () => apfsFreeRanges(container, source.sizeBytes, note) }];
  }
  const now = container.volumes.map((volume, i) => {
    const place = { source, container, link: i === 0 ? "apfs" : `apfs-${i + 1}` };
    return { place, volume, own: volumeSystem(place, volume, i === 0 ? problems : []) };
  });
  const others = now.map(({ own }) => own);
  return now.flatMap(({ place, volume, own }) => [
    own,
    ...snapshotsOf(place, volume, own),
    ...earlierSystem(place, { volume, own, others }),
  ]);
}

function volumeSystem(
  { source, container, link }: ApfsPlace,
  volume: ApfsVolume,
  before: FileSystem["problems"],
): FileSystem {
  const { problems, note } = problemList();
  problems.push(...before);
  if (volume.encrypted) note("encrypted-volume", null, { volume: volume.label ?? "" });
  else if (volume.unknown !== null) note("feature-unknown", null, { features: volume.unknown });
  return {
    kind: "apfs",
    link,
    label: volume.label,
    blockBytes: container.blocks.blockBytes,
    sizeBytes: container.sizeBytes,
    entries: () => (volume.encrypted ? [] : apfsEntries({ source, volume, note })),
    // The free room is the container's: told once, by its first volume.
    unallocated: () => (link === "apfs" ? apfsFreeRanges(container, source.sizeBytes, note) : []),
    problems,
  };
}

function snapshotsOf(place: ApfsPlace, volume: ApfsVolume, current: FileSystem): FileSystem[] {
  const { problems, note } = problemList();
  const found: FileSystem[] = [];
  if (volume.encrypted || volume.snapshotTree === 0) return found;
  const tree = { root: volume.snapshotTree, virtual: false };
  for (const { id, kind, value } of apfsRecords(volume, tree, note)) {
    if (kind !== APFS_RECORD.snapshot || found.length >= MOST_SNAPSHOTS) continue;
    const bytes = volume.blocks.object(u64(value, 8));
    const name = decoder.decode(untilZero(value.subarray(50, 50 + u16(value, 48))));
    if (bytes === null || !saysAt(bytes, 32, "APSB")) {
      note("snapshot-damaged", null, { name });
      continue;
    }
    const link = `${place.link}-snapshot${found.length + 1}`;
    const own = volumeSystem({ ...place, link }, apfsVolume(volume.blocks, bytes, { of: volume, xid: id }), []);
    found.push({ ...own, label: name, entries: () => differing(own, current) });
  }
  current.problems.push(...problems);
  return found;
}

/** What a snapshot holds and the volume as it is now does not. */
function* differing(snapshot: FileSystem, current: FileSystem): Generator<FileEntry> {
  const known = new Set<number>();
  for (const entry of current.entries()) {
    known.add(entryMark(entry));
    if (known.size >= MOST_MARKS) break;
  }
  for (const entry of snapshot.entries()) if (!known.has(entryMark(entry))) yield entry;
}
