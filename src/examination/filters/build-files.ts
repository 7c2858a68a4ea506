import { BLOCK_BYTES } from "#base/hashing";
import type { FileRecord } from "./build-record.ts";
import { RUN_BLOCKS } from "./build-runs.ts";
import { probeOffsets } from "./probe-places.ts";

/** What is known of every input while blocks are chosen, 30 bytes a file. */
export interface FileTable {
  count: number;
  /** Different contents that were left by the blocks' own rules. */
  distinct: Uint32Array;
  /** Files not compared with all files they share a block with (related-files.ts). */
  passedOver: Uint8Array;
  /** Different listed contents, and listed blocks. */
  kept: Uint32Array;
  listed: Uint32Array;
  /** Later inputs with the same bytes. */
  copies: Uint32Array;
  /** 1 where a listed block stands at a probe place. */
  probed: Uint8Array;
  /** Whether --max-blocks-per-file lets this block be listed. */
  chosen(file: number, block: number): boolean;
  /** Whether a probe place of the file is this block. */
  isProbe(file: number, block: number): boolean;
}

/**
 * Makes the table from the finished inputs.
 *
 * @param maxBlocks --max-blocks-per-file.
 */
export function fileTable(records: Iterable<FileRecord>, count: number, maxBlocks: number): FileTable {
  const sizes = new Float64Array(count);
  const copies = new Uint32Array(count);
  const runs = new Map<number, Set<number>>();
  const limit = Math.floor(maxBlocks / RUN_BLOCKS);
  let file = 0;
  for (const record of records) {
    sizes[file] = record.sizeBytes;
    if (record.copyOf !== undefined) copies[record.copyOf] = (copies[record.copyOf] ?? 0) + 1;
    if (record.blocks > maxBlocks) runs.set(file, new Set((record.runs ?? []).slice(0, limit)));
    file++;
  }
  return {
    count,
    distinct: new Uint32Array(count),
    passedOver: new Uint8Array(count),
    kept: new Uint32Array(count),
    listed: new Uint32Array(count),
    copies,
    probed: new Uint8Array(count),
    chosen: (number, block) => runs.get(number)?.has(Math.floor(block / RUN_BLOCKS)) ?? true,
    isProbe: (number, block) => probeOffsets(sizes[number] ?? 0).includes(block * BLOCK_BYTES),
  };
}
