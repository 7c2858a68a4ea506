import { filtersFault } from "./faults.ts";
import { referenceBuild, type ShardPlanes } from "./fuse-build.ts";
import { fuseExports } from "./fuse-kernel.node.ts";
import { type ShardShape, shapeFor } from "./fuse-shape.ts";

/** A built shard. The planes are views that the next build writes over. */
export interface BuiltShard extends ShardPlanes {
  seed: bigint;
  shape: ShardShape;
}

/** What one shard is built from. */
interface ShardKeys {
  count: number;
  /** Ascending and distinct in unsigned order, in pieces of any size. */
  pieces: AsyncIterable<BigUint64Array> | Iterable<BigUint64Array>;
  /** The seed of each attempt, from 0. */
  seedOf(attempt: number): bigint;
}

/** Builds shards one after the other in one piece of memory. */
export interface ShardBuilder {
  /**
   * @throws {RangeError} When the fingerprints do not ascend, or are not `count`.
   * @throws {Fault} filter/unbuildable.
   */
  build(keys: ShardKeys): Promise<BuiltShard>;
}

const KEYS_AT = 65536;
const PAGE_BYTES = 65536;
/** A seed fails with a chance of 1 % or less; this many in a row never happen to distinct keys. */
const ATTEMPTS = 64;

/**
 * Opens a builder; its memory grows to 8 B a key + 22 B a cell of the largest shard (530 MB for 2^24 keys).
 */
export function openShardBuilder(): ShardBuilder {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  const kernel = fuseExports(memory);
  return {
    build: async ({ count, pieces, seedOf }) => {
      const shape = shapeFor(count);
      const workAt = KEYS_AT + Math.ceil((count * 8) / 16) * 16;
      reserve(memory, kernel === undefined ? workAt : workAt + workBytes(count, shape));
      const keys = new BigUint64Array(memory.buffer, KEYS_AT, count);
      await take(pieces, keys);
      const sorted = kernel === undefined ? ascending(keys) : kernel.ascending(KEYS_AT, count) === 1;
      if (!sorted) throw new RangeError("Cannot build a shard: its fingerprints must ascend without repetition");
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const seed = seedOf(attempt);
        if (kernel === undefined) {
          const planes = referenceBuild(keys, seed, shape);
          if (planes !== undefined) return { seed, shape, ...planes };
        } else if (kernel.build(KEYS_AT, count, workAt, seed, shape.length, shape.span) === 1) {
          const scan = new Uint32Array(memory.buffer, workAt, shape.cells);
          return { seed, shape, scan, check: new Uint16Array(memory.buffer, workAt + scan.byteLength, shape.cells) };
        }
      }
      throw filtersFault("filter/unbuildable", `no seed of ${ATTEMPTS} peels ${count} keys`, {
        values: { keys: count },
      });
    },
  };
}

/** Upper bound of what the kernel's build() uses after workAt. */
function workBytes(keys: number, { cells, span, length }: ShardShape): number {
  return cells * (8 + 4 + 1) + keys * (8 + 1) + 8 * (span / length + 2) + 64;
}

function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

async function take(pieces: ShardKeys["pieces"], keys: BigUint64Array): Promise<void> {
  let taken = 0;
  for await (const piece of pieces) {
    if (taken + piece.length <= keys.length) keys.set(piece, taken);
    taken += piece.length;
  }
  if (taken !== keys.length) {
    throw new RangeError(
      `Cannot build a shard: ${keys.length} fingerprints were announced, current number is ${taken}`,
    );
  }
}

function ascending(keys: BigUint64Array): boolean {
  return keys.every((key, i) => i === 0 || key > (keys[i - 1] ?? 0n));
}
