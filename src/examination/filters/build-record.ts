import type { InputTrouble } from "./build-trouble.ts";
import type { DropRule } from "./probative.ts";

/** Words of a block's record: fingerprint (low, high), four words of block hash, file, block. */
export const RECORD_WORDS = 8;
/** Columns to sort records by fingerprint; records come by file and block, and sorting is stable. */
export const RECORD_COLUMNS = [0, 1];
export const FILE_WORD = 6;
export const BLOCK_WORD = 7;

/** One finished input, as a line of the work folder. */
export interface FileRecord {
  sizeBytes: number;
  /** Whole blocks. */
  blocks: number;
  /** Blocks dropped by their own bytes. */
  dropped: Partial<Record<DropRule, number>>;
  /** Blocks left, all in the spill. */
  left: number;
  /** 32 hexadecimal digits, where the file was read to its end. */
  identity?: string;
  /** Number of the earlier file with the same bytes; then nothing of this one is in the spill. */
  copyOf?: number;
  /** Of a long file, runs by preference: runChooser(). */
  runs?: number[];
  trouble?: InputTrouble;
}

/** Calls `each` for every group of records with the same fingerprint: from `start` to before `end` in the order. */
export function eachGroup(records: Uint32Array, order: Uint32Array, each: (start: number, end: number) => void): void {
  const word = (i: number, column: number): number => records[(order[i] ?? 0) * RECORD_WORDS + column] ?? 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && word(end, 0) === word(start, 0) && word(end, 1) === word(start, 1)) end++;
    each(start, end);
    start = end;
  }
}
