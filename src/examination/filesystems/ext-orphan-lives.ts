import { inodeTableBlocks } from "./ext-groups.ts";
import type { ExtReading } from "./ext-reading.ts";

const GROUPS_LIMIT = 1_000_000;

/** Numbers of the inodes in blocks of which the journal has copies, ascending by block. */
export function* orphanLives({ journal, layout, groups }: ExtReading): Generator<number> {
  if (journal === null) return;
  const starts: { block: number; group: number }[] = [];
  for (let group = 0; group < Math.min(layout.groups, GROUPS_LIMIT); group++) {
    const found = groups(group);
    if (found !== null) starts.push({ block: found.inodeTable, group });
  }
  starts.sort((a, b) => a.block - b.block);
  const tableBlocks = inodeTableBlocks(layout);
  const perBlock = layout.blockBytes / layout.inodeBytes;
  let at = 0;
  for (const block of journal.blocks()) {
    while (at + 1 < starts.length && (starts[at + 1]?.block ?? 0) <= block) at++;
    const table = starts[at];
    if (table === undefined || block < table.block || block >= table.block + tableBlocks) continue;
    const first = table.group * layout.inodesPerGroup + (block - table.block) * perBlock + 1;
    for (let i = 0; i < perBlock; i++) {
      const number = first + i;
      if (number >= layout.firstInode && number <= layout.inodes) yield number;
    }
  }
}
