import type { ByteSource } from "#examination/sources";
import type { ByteRange, FileEntry } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { type IsoTree, isoTrees } from "./iso-descriptor.ts";
import { isoName } from "./iso-record.ts";
import { hasRockRidge, type IsoReading, isoFound } from "./iso-walk.ts";
import { problemList } from "./problem.ts";
import { pagedReader, volumeReader } from "./volume-bytes.ts";

const PAGE = 64 * 1024;
const PAGES = 64;
const KEYS_LIMIT = 2_000_000;
const RANGES_LIMIT = 2_000_000;
const SPARE_BYTES = 1024 * 1024 * 1024;

/** ISO 9660 with Joliet and Rock Ridge; null where the volume is none. @see FileSystemReader */
export function openIso(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const read = pagedReader(volumeReader(volume, note), PAGE, PAGES);
  const { trees, endByte } = isoTrees(read);
  const first = trees.find((tree) => !tree.joliet) ?? trees[0];
  if (first === undefined) return null;
  const sizeBytes = first.blocks * first.blockBytes;
  if (sizeBytes > volume.sizeBytes) note("volume-cut", volume.sizeBytes, { says: sizeBytes, has: volume.sizeBytes });
  const reading = (): IsoReading => ({ volume, read, note, directoryBytes: 4 * volume.sizeBytes + SPARE_BYTES });
  const [main, ...others] = inOrder(reading(), trees);
  if (main === undefined) return null;
  return {
    kind: "iso9660",
    label: labelOf(main),
    blockBytes: first.blockBytes,
    sizeBytes,
    entries: () => isoEntries(reading(), [main, ...others]),
    unallocated: () => openRanges(reading(), trees, endByte),
    problems,
  };
}

/** The tree with the fullest names first: Rock Ridge, then Joliet, then the plain one. */
function inOrder(reading: IsoReading, trees: IsoTree[]): IsoTree[] {
  const worth = (tree: IsoTree): number => (hasRockRidge(reading, tree) ? 2 : tree.joliet ? 1 : 0);
  return trees.toSorted((a, b) => worth(b) - worth(a));
}

function labelOf({ label, joliet }: IsoTree): string | null {
  const text = new TextDecoder().decode(isoName(label, joliet));
  return text === "" ? null : text;
}

/** All of the first tree, and of the others what it does not name: a file may be hidden from one of them. */
function* isoEntries(reading: IsoReading, trees: IsoTree[]): Generator<FileEntry> {
  const known = new Set<string>();
  for (const [i, tree] of trees.entries()) {
    for (const { entry, key } of isoFound(reading, tree)) {
      const isEmpty = entry.kind === "file" && entry.streams[0]?.sizeBytes === 0;
      if (i > 0 && (entry.kind === "directory" || isEmpty || known.has(key))) continue;
      if (known.size < KEYS_LIMIT) known.add(key);
      yield entry;
    }
  }
}

/** What no descriptor, table, directory or file covers. */
function* openRanges(reading: IsoReading, trees: IsoTree[], endByte: number): Generator<ByteRange> {
  const { sizeBytes } = reading.volume;
  const used: ByteRange[] = [{ startByte: 16 * 2048, lengthBytes: endByte - 16 * 2048 }];
  const add = (startByte: number, lengthBytes: number, blockBytes: number): void => {
    const whole = Math.ceil(lengthBytes / blockBytes) * blockBytes;
    if (lengthBytes > 0 && used.length < RANGES_LIMIT) used.push({ startByte, lengthBytes: whole });
  };
  for (const tree of trees) {
    add(tree.rootBlock * tree.blockBytes, tree.rootBytes, tree.blockBytes);
    for (const { block, lengthBytes } of tree.tables) add(block * tree.blockBytes, lengthBytes, tree.blockBytes);
    for (const { entry } of isoFound(reading, tree)) {
      for (const { startByte, lengthBytes } of entry.streams.flatMap(({ extents }) => extents)) {
        if (startByte !== null) add(startByte, lengthBytes, tree.blockBytes);
      }
    }
  }
  used.sort((a, b) => a.startByte - b.startByte);
  let covered = 0;
  for (const { startByte, lengthBytes } of [...used, { startByte: sizeBytes, lengthBytes: 0 }]) {
    const end = Math.min(startByte, sizeBytes);
    if (end > covered) yield { startByte: covered, lengthBytes: end - covered };
    covered = Math.max(covered, startByte + lengthBytes);
  }
}
