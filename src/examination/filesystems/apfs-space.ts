import type { ApfsContainer } from "./apfs-container.ts";
import type { ByteRange } from "./file-entry.ts";
import { saysAt, u32, u64 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";

// @see Apple File System Reference (2020-06-22): "Container", "Space Manager"

const TYPE = { map: 0xc, space: 5, chunks: 7, chunkLists: 6 } as const;
const MOST_LISTS = 1_000_000;

/** Blocks no volume uses and what no block covers; ascending, neighbours joined. */
export function* apfsFreeRanges(
  container: ApfsContainer,
  sourceBytes: number,
  note: NoteProblem,
): Generator<ByteRange> {
  const { blockBytes } = container.blocks;
  let startByte = 0;
  let endByte = 0;
  const end = Math.min(sourceBytes, container.sizeBytes);
  for (const { block, count } of freeRuns(container, note)) {
    const at = block * blockBytes;
    if (at < endByte || at >= end) continue;
    if (at !== endByte) {
      if (endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
      startByte = at;
    }
    endByte = Math.min(at + count * blockBytes, end);
  }
  if (endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
  if (sourceBytes > end) yield { startByte: end, lengthBytes: sourceBytes - end };
}

/** Free runs, ascending; where a table of them is damaged its blocks are taken as in use. */
function* freeRuns(container: ApfsContainer, note: NoteProblem): Generator<{ block: number; count: number }> {
  const { blocks } = container;
  const space = spaceManager(container);
  if (space === null) return note("bitmap-missing");
  const lists = u32(space, 48 + 16);
  const nested = u32(space, 48 + 20);
  const at = u32(space, 48 + 32);
  let first = 0;
  for (let i = 0; i < Math.min(nested > 0 ? nested : lists, MOST_LISTS) && at + i * 8 + 8 <= space.length; i++) {
    const outer = blocks.object(u64(space, at + i * 8));
    if (outer === null || (u32(outer, 24) & 0xffff) !== (nested > 0 ? TYPE.chunkLists : TYPE.chunks)) {
      note("bitmap-missing");
      return;
    }
    for (let j = 0; j < (nested > 0 ? Math.min(u32(outer, 36), blocks.blockBytes / 8) : 1); j++) {
      const list = nested > 0 ? blocks.object(u64(outer, 40 + j * 8)) : outer;
      if (list === null) return note("bitmap-missing");
      for (let k = 0; k < Math.min(u32(list, 36), Math.floor((blocks.blockBytes - 40) / 32)); k++) {
        const row = 40 + k * 32;
        const chunk = { first, blocks: u32(list, row + 16), free: u32(list, row + 20), bitmap: u64(list, row + 24) };
        yield* freeInChunk(container, chunk);
        first += chunk.blocks;
      }
    }
  }
}

function* freeInChunk(
  { blocks, read }: ApfsContainer,
  chunk: { first: number; blocks: number; free: number; bitmap: number },
): Generator<{ block: number; count: number }> {
  if (chunk.bitmap === 0) {
    if (chunk.free === chunk.blocks) yield { block: chunk.first, count: chunk.blocks };
    return;
  }
  const bits = read(chunk.bitmap * blocks.blockBytes, blocks.blockBytes);
  for (let i = 0; i < Math.min(chunk.blocks, bits.length * 8); i++) {
    if (((bits[i >> 3] ?? 0xff) & (1 << (i & 7))) === 0) yield { block: chunk.first + i, count: 1 };
  }
}

/** The space manager of the checkpoint in use: what maps of checkpoints say where it stands. */
function spaceManager({ blocks, head, read }: ApfsContainer): Uint8Array | null {
  const wanted = u64(head, 152);
  const base = u64(head, 112);
  const count = Math.min(u32(head, 104), 65_536);
  const length = Math.min(u32(head, 140), count);
  for (let i = 0; i < length; i++) {
    const map = blocks.object(base + ((u32(head, 136) + i) % count));
    if (map === null || (u32(map, 24) & 0xffff) !== TYPE.map) continue;
    for (let row = 40; row + 40 <= map.length && row < 40 + u32(map, 36) * 40; row += 40) {
      if (u64(map, row + 24) !== wanted) continue;
      const sizeBytes = Math.min(u32(map, row + 8), 16 * 1024 * 1024);
      const bytes = read(u64(map, row + 32) * blocks.blockBytes, sizeBytes);
      return bytes.length === sizeBytes && (u32(bytes, 24) & 0xffff) === TYPE.space && !saysAt(bytes, 32, "\0\0\0\0")
        ? bytes
        : null;
    }
  }
  return null;
}
