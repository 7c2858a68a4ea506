import type { ByteSource } from "#examination/sources";
import { openRanges } from "./cluster-streams.ts";
import { goneEntry, placesOf, presentEntry } from "./fat-build.ts";
import { type FatFound, readFatDirectory, walkFat } from "./fat-directory.ts";
import { VOLUME_LABEL } from "./fat-entry.ts";
import { clusterAt, type FatGeometry, lastHeldCluster, readFatGeometry } from "./fat-geometry.ts";
import { type FatGone, lookForGone } from "./fat-gone.ts";
import { labelName } from "./fat-name.ts";
import { type FatKnown, fatKnown, goneFrom, rootNode, walkPresent } from "./fat-present.ts";
import type { FatReader } from "./fat-reader.ts";
import { fatTable } from "./fat-table.ts";
import type { FileEntry } from "./file-entry.ts";
import type { EntryWishes, FileSystem } from "./file-system.ts";
import { type NoteProblem, problemList } from "./problem.ts";
import type { TreeNode } from "./tree-walk.ts";
import { pagedReader, type VolumeReader, volumeReader } from "./volume-bytes.ts";

const PAGE = 64 * 1024;
const PAGES = 64;
const BACKUP_SECTOR = 6;

/** FAT12, FAT16 and FAT32; null where the volume is none of them. */
export function openFat(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const read = volumeReader(volume, note);
  const geometry = readFatGeometry(read, 0) ?? backupGeometry(read, note);
  if (geometry === null) {
    return null;
  }
  // A last sector that no cluster covers may be missing: nothing is lost with it.
  if (clusterAt(geometry, geometry.lastCluster + 1) > volume.sizeBytes) {
    note("volume-cut", volume.sizeBytes, { says: geometry.sizeBytes, has: volume.sizeBytes });
  }
  const reader = fatReader(volume, geometry, { read: pagedReader(read, PAGE, PAGES), note });
  return {
    kind: geometry.kind,
    label: labelOf(reader),
    blockBytes: geometry.clusterBytes,
    sizeBytes: geometry.sizeBytes,
    entries: (wishes) => entriesOf(reader, wishes ?? {}),
    unallocated: () =>
      openRanges(placesOf(reader), reader.lastHeld, { isOpen: (cluster) => reader.table.next(cluster) <= 0 }),
    problems,
  };
}

function fatReader(
  volume: ByteSource,
  geometry: FatGeometry,
  { read, note }: { read: VolumeReader; note: NoteProblem },
): FatReader {
  const [main = 0, other] = geometry.fatStarts;
  const first = fatTable(read, geometry.fatStarts, geometry);
  const second = other === undefined ? null : fatTable(read, [other, main], geometry);
  const lastHeld = lastHeldCluster(geometry, volume.sizeBytes);
  return { volume, geometry, lastHeld, read, note, table: first, spare: second, behindEnd: new Set() };
}

/** FAT32 keeps a copy of its boot sector; it counts only where the first sector is not another file system's. */
function backupGeometry(read: VolumeReader, note: NoteProblem): FatGeometry | null {
  const oem = String.fromCharCode(...read(3, 8));
  if (oem === "NTFS    " || oem === "EXFAT   ") return null;
  for (const sector of [512, 1024, 2048, 4096]) {
    const copy = read(BACKUP_SECTOR * sector, 512);
    if (copy[510] !== 0x55 || copy[511] !== 0xaa) continue;
    const geometry = readFatGeometry(read, BACKUP_SECTOR * sector);
    if (geometry?.kind !== "fat32") continue;
    note("backup-header", 0, { at: BACKUP_SECTOR * sector });
    return geometry;
  }
  return null;
}

/** The label of the root directory; without one that of the boot sector. */
function labelOf(reader: FatReader): string | null {
  for (const { entry, gone } of readFatDirectory(reader, rootNode(reader).ranges)) {
    if (!gone && (entry.attributes & VOLUME_LABEL) !== 0) return latin(labelName(entry.name));
  }
  const { bootLabel } = reader.geometry;
  const label = bootLabel === null ? "" : latin(labelName(bootLabel));
  return label === "" || label === "NO NAME" ? null : label;
}

/** Which code page a label is in is not told: beyond ASCII each byte is shown as its Latin-1 letter. */
function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function* entriesOf(of: FatReader, wishes: EntryWishes): Generator<FileEntry> {
  const reader = { ...of, behindEnd: new Set<number>() };
  const known = fatKnown(reader);
  for (const chained of walkPresent(reader, known)) yield presentEntry(reader, chained);
  const gone = lookForGone(reader, known, { orphans: wishes.orphans ?? true });
  yield* goneEntries(reader, { known, gone }, null);
  for (const orphan of gone.orphans) yield* goneEntries(reader, { known, gone }, [orphan]);
}

function* goneEntries(
  reader: FatReader,
  { known, gone }: { known: FatKnown; gone: FatGone },
  orphans: TreeNode[] | null,
): Generator<FileEntry> {
  const { roots, enter: enterPresent } = goneFrom(reader, known);
  const enter = (found: FatFound) =>
    found.state === "allocated" ? enterPresent(found) : (gone.directories.get(found.record.atByte) ?? null);
  for (const found of walkFat(reader, orphans ?? roots, enter)) {
    if (found.state !== "allocated") yield goneEntry(reader, gone, found);
  }
}
