import type { ExtGroups } from "./ext-groups.ts";
import type { ExtJournal } from "./ext-journal.ts";
import { type ExtLayout, groupStart } from "./ext-layout.ts";

/** Whether a block that was a file's at one time of the journal was freed and given to another file after that. */
export type ReusedSince = (block: number, sequence: number) => boolean;

const KEPT = 64;

/**
 * Re-use as the journal shows it: a later copy of the block itself (it held metadata then), or a copy of its group's
 * bitmap in which it is in use after one in which it was free.
 */
export function extReuse(layout: ExtLayout, groups: ExtGroups, journal: ExtJournal | null): ReusedSince {
  if (journal === null) return () => false;
  const maps = new Map<string, Uint8Array>();
  const mapOf = (group: number, sequence: number): Uint8Array => {
    const key = `${group} ${sequence}`;
    let map = maps.get(key);
    if (map === undefined) {
      const bitmap = groups(group)?.blockBitmap;
      map = bitmap === undefined ? new Uint8Array(0) : usedAgain(journal, bitmap, sequence);
      if (maps.size >= KEPT) maps.delete(maps.keys().next().value ?? "");
      maps.set(key, map);
    }
    return map;
  };
  return (block, sequence) => {
    if (journal.newestOf(block) > sequence) return true;
    const group = Math.floor((block - layout.firstBlock) / layout.blocksPerGroup);
    const bit = Math.floor((block - groupStart(layout, group)) / layout.clusterBlocks);
    return ((mapOf(group, sequence)[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  };
}

/** One bit a block: in use in some copy after one, later than the sequence, in which it was free. */
function usedAgain(journal: ExtJournal, bitmap: number, sequence: number): Uint8Array {
  const copies = journal.copiesOf(bitmap, sequence);
  const length = copies[0]?.bytes.length ?? 0;
  const free = new Uint8Array(length);
  const again = new Uint8Array(length);
  for (const { bytes } of copies) {
    for (let i = 0; i < length; i++) {
      const used = bytes[i] ?? 0xff;
      again[i] = (again[i] ?? 0) | ((free[i] ?? 0) & used);
      free[i] = (free[i] ?? 0) | (~used & 0xff);
    }
  }
  return again;
}
