import type { FileTable } from "./build-files.ts";
import { radixOrder } from "./build-order.ts";
import type { Pause } from "./build-read.node.ts";
import { BLOCK_WORD, eachGroup, FILE_WORD, RECORD_COLUMNS, RECORD_WORDS } from "./build-record.ts";
import { BUCKETS, openSpillReader, openSpillWriter, type SpillWriter } from "./build-spill.node.ts";
import type { WorkFolder } from "./build-work.node.ts";
import { PAIR_COLUMNS, PAIR_RADIX, PAIR_WORDS, type Relations, relatedPairs, relationsOf } from "./related-files.ts";
import { LEADERS, pairUp, scrambled } from "./related-pairs.ts";

/** What finding relations works with. */
export interface RelationTools {
  work: WorkFolder;
  table: FileTable;
  pause: Pause;
  /** Called 512 times. */
  onStep(): void;
}

/**
 * Finds which inputs are related: writes a record for each content that two files share, sorts them pair by pair.
 * Fills the table's `distinct` and `passedOver`. One bucket is in memory at a time.
 */
export async function findRelations({ work, table, pause, onStep }: RelationTools): Promise<Relations> {
  const path = work.path("pairs.spill");
  const pairs = openSpillWriter(path, PAIR_WORDS);
  const blocks = openSpillReader(work.path("blocks.spill"), RECORD_WORDS);
  try {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      writePairs(blocks.bucket(bucket), table, pairs);
      onStep();
      await pause();
    }
    pairs.flush();
  } finally {
    blocks.close();
    pairs.close();
  }
  const related = growingNumbers();
  const spilled = openSpillReader(path, PAIR_WORDS);
  try {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const records = spilled.bucket(bucket);
      const order = radixOrder(records, PAIR_WORDS, PAIR_COLUMNS);
      relatedPairs(
        { records, order },
        (file) => table.distinct[file] ?? 0,
        (a, b) => related.add(a * PAIR_RADIX + b),
      );
      onStep();
      await pause();
    }
  } finally {
    spilled.close();
  }
  return relationsOf(related.all().sort(), table.passedOver);
}

/** The different files of a group, in ascending order, and the first place of its content in each. */
export function filesOfGroup(
  records: Uint32Array,
  order: Uint32Array,
  [start, end]: readonly [number, number],
): { files: number[]; blocks: number[] } {
  const files: number[] = [];
  const blocks: number[] = [];
  for (let i = start; i < end; i++) {
    const at = (order[i] ?? 0) * RECORD_WORDS;
    const file = records[at + FILE_WORD] ?? 0;
    if (file === files.at(-1)) continue;
    files.push(file);
    blocks.push(records[at + BLOCK_WORD] ?? 0);
  }
  return { files, blocks };
}

function writePairs(records: Uint32Array, { distinct, passedOver }: FileTable, pairs: SpillWriter): void {
  const order = radixOrder(records, RECORD_WORDS, RECORD_COLUMNS);
  const record = new Uint32Array(PAIR_WORDS);
  eachGroup(records, order, (start, end) => {
    const { files, blocks } = filesOfGroup(records, order, [start, end]);
    for (const file of files) distinct[file] = (distinct[file] ?? 0) + 1;
    if (files.length < 2) return;
    const ranked = pairUp(files, (i, j) => {
      const [a, b] = i < j ? [i, j] : [j, i];
      const [fileA = 0, fileB = 0, blockA = 0, blockB = 0] = [files[a], files[b], blocks[a], blocks[b]];
      record.set([fileA, fileB, (blockB - blockA) >>> 0, blockA]);
      pairs.add(scrambled(fileA ^ scrambled(fileB)) >>> 24, record);
    });
    for (const file of ranked.slice(LEADERS)) passedOver[file] = 1;
  });
}

function growingNumbers(): { add(value: number): void; all(): Float64Array } {
  let values = new Float64Array(1024);
  let count = 0;
  return {
    add: (value) => {
      if (count === values.length) {
        const larger = new Float64Array(count * 2);
        larger.set(values);
        values = larger;
      }
      values[count++] = value;
    },
    all: () => values.subarray(0, count),
  };
}
