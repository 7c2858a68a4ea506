import { closeSync, openSync } from "node:fs";
import type { FileTable } from "./build-files.ts";
import { radixOrder } from "./build-order.ts";
import type { Pause } from "./build-read.node.ts";
import { KNOWN_WORDS } from "./build-reading.node.ts";
import { BLOCK_WORD, eachGroup, FILE_WORD, RECORD_COLUMNS, RECORD_WORDS } from "./build-record.ts";
import { filesOfGroup } from "./build-relations.node.ts";
import { BUCKETS, openSpillReader } from "./build-spill.node.ts";
import type { WorkFolder } from "./build-work.node.ts";
import { writeWhole } from "./build-write.node.ts";
import type { DropRule } from "./probative.ts";
import type { Relations } from "./related-files.ts";
import { pairUp } from "./related-pairs.ts";

/** What is listed, on disk and in numbers. */
export interface Chosen {
  /** Fingerprints listed in each of the 256 buckets; listed.keys holds them all, ascending, 8 bytes each. */
  counts: number[];
  /** Block hashes in kept.hashes, 16 bytes each. */
  hashes: number;
  dropped: Partial<Record<DropRule, number>>;
}

/** What choosing works with. */
export interface ChoosingTools {
  work: WorkFolder;
  table: FileTable;
  /** Missing where no rule is asked for. */
  relations: Relations | undefined;
  pause: Pause;
  /** Called 256 times. */
  onStep(): void;
}

/** Decides on every content that is left, bucket by bucket, and writes what is listed. Fills the table's `kept`, `listed`, `probed`. */
export async function chooseBlocks({ work, table, relations, pause, onStep }: ChoosingTools): Promise<Chosen> {
  const blocks = openSpillReader(work.path("blocks.spill"), RECORD_WORDS);
  const known = openSpillReader(work.path("known.spill"), KNOWN_WORDS);
  const keysFd = openSync(work.path("listed.keys"), "w");
  const hashesFd = openSync(work.path("kept.hashes"), "w");
  const chosen: Chosen = { counts: [], hashes: 0, dropped: {} };
  try {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const good = new BigUint64Array(known.bucket(bucket).buffer).sort();
      const lists = chooseBucket(blocks.bucket(bucket), { table, relations, good }, chosen.dropped);
      writeWhole(keysFd, new Uint8Array(lists.keys.buffer), work.path("listed.keys"));
      writeWhole(hashesFd, new Uint8Array(lists.hashes.buffer), work.path("kept.hashes"));
      chosen.counts.push(lists.keys.length / 2);
      chosen.hashes += lists.hashes.length / 4;
      onStep();
      await pause();
    }
  } finally {
    blocks.close();
    known.close();
    closeSync(keysFd);
    closeSync(hashesFd);
  }
  return chosen;
}

interface Deciding {
  table: FileTable;
  relations: Relations | undefined;
  /** Fingerprints of known-good blocks, ascending. */
  good: BigUint64Array;
}

function chooseBucket(
  records: Uint32Array,
  { table, relations, good }: Deciding,
  dropped: Chosen["dropped"],
): { keys: Uint32Array<ArrayBuffer>; hashes: Uint32Array<ArrayBuffer> } {
  const order = radixOrder(records, RECORD_WORDS, RECORD_COLUMNS);
  const keys = new Uint32Array(order.length * 2);
  const hashes = new Uint32Array(order.length * 4);
  let keyWords = 0;
  let hashWords = 0;
  const drop = (rule: DropRule, count: number): void => {
    if (count > 0) dropped[rule] = (dropped[rule] ?? 0) + count;
  };
  const isGood = memberOf(good);
  eachGroup(records, order, (start, end) => {
    const first = (order[start] ?? 0) * RECORD_WORDS;
    const rule = ruleOfGroup(
      { records, order, table, relations },
      [start, end],
      isGood(records.subarray(first, first + 2)),
    );
    if (rule !== undefined) {
      drop(rule, end - start);
      return;
    }
    drop("repeated", end - start - 1);
    keys.set(records.subarray(first, first + 2), keyWords);
    keyWords += 2;
    let last = first;
    for (let i = start; i < end; i++) {
      const at = (order[i] ?? 0) * RECORD_WORDS;
      if (i === start || !sameHash(records, at, last)) {
        hashes.set(records.subarray(at + 2, at + 6), hashWords);
        hashWords += 4;
      }
      last = at;
    }
    countListed({ records, order, table }, [start, end]);
  });
  return { keys: keys.slice(0, keyWords), hashes: hashes.slice(0, hashWords) };
}

interface Group {
  records: Uint32Array;
  order: Uint32Array;
  table: FileTable;
}

function ruleOfGroup(
  { records, order, table, relations }: Group & { relations: Relations | undefined },
  [start, end]: readonly [number, number],
  good: boolean,
): DropRule | undefined {
  if (good) return "known-good";
  let chosen = false;
  for (let i = start; i < end && !chosen; i++) {
    const at = (order[i] ?? 0) * RECORD_WORDS;
    chosen = table.chosen(records[at + FILE_WORD] ?? 0, records[at + BLOCK_WORD] ?? 0);
  }
  if (!chosen) return "over-limit";
  if (relations === undefined || end - start < 3) return undefined;
  const { files } = filesOfGroup(records, order, [start, end]);
  return relations.standsInUnrelated(pairUp(files, () => undefined)) ? "unrelated" : undefined;
}

function countListed({ records, order, table }: Group, [start, end]: readonly [number, number]): void {
  let last = -1;
  for (let i = start; i < end; i++) {
    const at = (order[i] ?? 0) * RECORD_WORDS;
    const file = records[at + FILE_WORD] ?? 0;
    table.listed[file] = (table.listed[file] ?? 0) + 1;
    if (file !== last) table.kept[file] = (table.kept[file] ?? 0) + 1;
    if (table.probed[file] === 0 && table.isProbe(file, records[at + BLOCK_WORD] ?? 0)) table.probed[file] = 1;
    last = file;
  }
}

function sameHash(records: Uint32Array, a: number, b: number): boolean {
  for (let word = 2; word < 6; word++) if (records[a + word] !== records[b + word]) return false;
  return true;
}

/** Asks whether fingerprints, given in ascending order, are in a sorted list. */
function memberOf(sorted: BigUint64Array): (fingerprint: Uint32Array) => boolean {
  let at = 0;
  return ([low = 0, high = 0]) => {
    if (at === sorted.length) return false;
    const wanted = (BigInt(high) << 32n) | BigInt(low);
    while (at < sorted.length && (sorted[at] ?? 0n) < wanted) at++;
    return sorted[at] === wanted;
  };
}
