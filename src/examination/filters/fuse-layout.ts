import type { ShardAddress } from "./fuse-place.ts";
import { SCAN_CELL_BYTES, type ShardShape } from "./fuse-shape.ts";

// A set in memory, little-endian: u32 shardBits, u32 shards, u32 checkMask, u32 0; per shard 32 bytes: u64 seed, u32 cellsAt
// (bytes from the set's start), u32 length, u32 span, u32 cells, u64 0; then all scanned cells, u32, shard after shard.
const SET_BYTES = 16;
const SHARD_BYTES = 32;
/** Every check bit counts; tests leave some out to measure false hits. */
const ALL_BITS = 0xffffffff;

/** One shard of a set in memory. */
export interface LaidShard extends ShardAddress {
  cells: number;
  /** Bytes from the set's start to its first cell. */
  cellsAt: number;
}

/** Bytes a set takes in memory, rounded up to a multiple of 16. */
export function setBytes(shards: readonly Pick<ShardShape, "cells">[]): number {
  const cells = shards.reduce((sum, shard) => sum + shard.cells, 0);
  return Math.ceil((SET_BYTES + SHARD_BYTES * shards.length + cells * SCAN_CELL_BYTES) / 16) * 16;
}

/** Where each shard's cells lie, in bytes from the set's start. */
export function laidOut(shards: readonly (ShardAddress & Pick<ShardShape, "cells">)[]): LaidShard[] {
  let cellsAt = SET_BYTES + SHARD_BYTES * shards.length;
  return shards.map(({ seed, length, span, cells }) => {
    const laid = { seed, length, span, cells, cellsAt };
    cellsAt += cells * SCAN_CELL_BYTES;
    return laid;
  });
}

/** Writes a set's descriptors at `at`; its cells are written by the caller. */
export function writeDescriptors(buffer: ArrayBufferLike, at: number, shards: readonly LaidShard[]): void {
  const view = new DataView(buffer, at, SET_BYTES + SHARD_BYTES * shards.length);
  view.setUint32(0, Math.log2(shards.length), true);
  view.setUint32(4, shards.length, true);
  view.setUint32(8, ALL_BITS, true);
  view.setUint32(12, 0, true);
  for (const [index, shard] of shards.entries()) {
    const from = SET_BYTES + SHARD_BYTES * index;
    view.setBigUint64(from, shard.seed, true);
    view.setUint32(from + 8, shard.cellsAt, true);
    view.setUint32(from + 12, shard.length, true);
    view.setUint32(from + 16, shard.span, true);
    view.setUint32(from + 20, shard.cells, true);
    view.setBigUint64(from + 24, 0n, true);
  }
}

/** Reads what writeDescriptors wrote. */
export function readDescriptors(
  buffer: ArrayBufferLike,
  at: number,
): { shardBits: number; checkMask: number; shards: LaidShard[] } {
  const view = new DataView(buffer, at);
  const shards = Array.from({ length: view.getUint32(4, true) }, (_, index) => {
    const from = SET_BYTES + SHARD_BYTES * index;
    return {
      seed: view.getBigUint64(from, true),
      cellsAt: view.getUint32(from + 8, true),
      length: view.getUint32(from + 12, true),
      span: view.getUint32(from + 16, true),
      cells: view.getUint32(from + 20, true),
    };
  });
  return { shardBits: view.getUint32(0, true), checkMask: view.getUint32(8, true), shards };
}
