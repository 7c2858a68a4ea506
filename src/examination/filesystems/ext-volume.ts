import type { ByteSource } from "#examination/sources";
import { extBitmaps } from "./ext-bitmap.ts";
import { extEntries } from "./ext-entries.ts";
import { extGroups } from "./ext-groups.ts";
import { type ExtJournal, readExtJournal } from "./ext-journal.ts";
import { type ExtLayout, readExtLayout } from "./ext-layout.ts";
import { type ExtPresent, type ExtReading, extBudget, inodeNow } from "./ext-reading.ts";
import { extReuse } from "./ext-reuse.ts";
import { presentContent } from "./ext-streams.ts";
import type { FileSystem } from "./file-system.ts";
import { saysAt, u16 } from "./ntfs-fields.ts";
import { type NoteProblem, problemList } from "./problem.ts";
import { pagedReader, type VolumeReader, volumeReader } from "./volume-bytes.ts";

const SUPER_BYTE = 1024;
const PAGE = 64 * 1024;
const PAGES = 64;

/** ext2, ext3 and ext4; null where the volume is none of them. @see FileSystemReader */
export function openExt(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const read = volumeReader(volume, note);
  const layout = readExtLayout(read(SUPER_BYTE, 1024), SUPER_BYTE) ?? backupLayout(read, note);
  if (layout === null) return null;
  const sizeBytes = layout.blocks * layout.blockBytes;
  if (sizeBytes > volume.sizeBytes) note("volume-cut", volume.sizeBytes, { says: sizeBytes, has: volume.sizeBytes });
  if (layout.unknownFeatures !== 0) {
    note("feature-unknown", layout.superByte + 96, { features: `0x${layout.unknownFeatures.toString(16)}` });
  }
  let reading: ExtReading | null = null;
  const opened = (): ExtReading => {
    reading ??= openReading(volume, layout, { read, note });
    return reading;
  };
  return {
    kind: layout.kind,
    label: layout.label,
    blockBytes: layout.blockBytes,
    sizeBytes,
    entries: (wishes) => extEntries(opened(), wishes ?? {}),
    unallocated: () => opened().bitmaps.unallocated(),
    problems,
  };
}

/** Backups stand at the start of groups; they count only where the first sector is not another file system's. */
function backupLayout(read: VolumeReader, note: NoteProblem): ExtLayout | null {
  const first = read(0, 512);
  const isOther =
    u16(first, 510) === 0xaa55 &&
    (saysAt(first, 3, "NTFS    ") || saysAt(first, 3, "EXFAT   ") || (first[16] ?? 0) > 0);
  if (isOther) return null;
  for (const blockBytes of [4096, 1024, 2048, 65536]) {
    for (const group of [1, 3, 5, 7]) {
      const at = (group * 8 * blockBytes + (blockBytes === 1024 ? 1 : 0)) * blockBytes;
      const bytes = read(at, 1024);
      const layout = readExtLayout(bytes, at);
      if (layout === null || layout.blockBytes !== blockBytes || u16(bytes, 90) !== group) continue;
      note("backup-header", SUPER_BYTE, { at });
      return layout;
    }
  }
  return null;
}

function openReading(
  volume: ByteSource,
  layout: ExtLayout,
  { read, note }: { read: VolumeReader; note: NoteProblem },
): ExtReading {
  const raw = pagedReader(read, PAGE, PAGES);
  const before = partsOf(volume, layout, { read: raw, note });
  const journal = journalOf(before);
  const reusedSince = extReuse(layout, before.groups, journal);
  if (journal?.pendingFast && layout.needsRecovery) note("journal-fast");
  if (journal === null || journal.pendingBlocks === 0 || !layout.needsRecovery)
    return { ...before, journal, reusedSince };
  note("journal-pending", null, { count: journal.pendingBlocks });
  const recovered = pagedReader(recoveredReader(read, layout.blockBytes, journal), PAGE, PAGES);
  return { ...partsOf(volume, layout, { read: recovered, note }), journal, reusedSince };
}

function partsOf(
  volume: ByteSource,
  layout: ExtLayout,
  { read, note }: { read: VolumeReader; note: NoteProblem },
): ExtPresent {
  const groups = extGroups(layout, read, note);
  const bitmaps = extBitmaps(layout, { groups, read, sizeBytes: volume.sizeBytes, note });
  return { volume, layout, read, note, groups, bitmaps, budget: extBudget(volume, layout) };
}

function journalOf(reading: ExtPresent): ExtJournal | null {
  const { layout, note } = reading;
  if (layout.journalUuid !== null) note("journal-elsewhere", null, { journal: layout.journalUuid });
  const inode = layout.journalInode === 0 ? null : inodeNow(reading, layout.journalInode);
  const stream = inode?.kind === "file" ? presentContent(reading, inode).streams[0] : undefined;
  if (stream === undefined) {
    if (layout.journalInode !== 0) note("journal-damaged");
    return null;
  }
  return readExtJournal(stream, layout.blockBytes, note);
}

/** Reads blocks as a recovery would leave them: the journal's newest committed copy before what stands in its place. */
function recoveredReader(read: VolumeReader, blockBytes: number, journal: ExtJournal): VolumeReader {
  return (offsetBytes, length) => {
    const bytes = read(offsetBytes, length);
    if (bytes.length === 0) return bytes;
    const end = offsetBytes + bytes.length;
    for (let block = Math.floor(offsetBytes / blockBytes); block * blockBytes < end; block++) {
      const copy = journal.pending(block);
      if (copy === null) continue;
      const at = block * blockBytes;
      const from = Math.max(at, offsetBytes);
      bytes.set(copy.subarray(from - at, Math.min(copy.length, end - at)), from - offsetBytes);
    }
    return bytes;
  };
}
