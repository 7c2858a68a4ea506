import { closeSync, openSync, readSync } from "node:fs";
import { likenessDraft } from "./build-likeness.node.ts";
import { BUCKETS } from "./build-spill.node.ts";
import { wholeFiles } from "./build-whole.node.ts";
import type { BuildKeys, WorkFolder } from "./build-work.node.ts";
import type { FilterDraft } from "./filter-draft.ts";
import type { FilterAbout } from "./filter-header.ts";
import { shardCountFor } from "./fuse-shape.ts";
import { listsDraft } from "./list-gather.node.ts";

/** Fingerprints read at once. */
const PIECE_KEYS = 1 << 17;

/**
 * The draft of a filter from a work folder's listed.keys and whole.digests.
 *
 * @param counts Fingerprints in each of the 256 buckets.
 */
export function draftOf(
  work: WorkFolder,
  { about, keys, counts }: { about: FilterAbout; keys: BuildKeys; counts: readonly number[] },
): FilterDraft {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shards = shardCountFor(total);
  const buckets = BUCKETS / shards;
  const shardKeys = Array.from({ length: shards }, (_, shard) =>
    sum(counts.slice(shard * buckets, (shard + 1) * buckets)),
  );
  return {
    about,
    keys,
    shardKeys,
    fingerprints: (shard) => pieces(work.path("listed.keys"), sum(shardKeys.slice(0, shard)), shardKeys[shard] ?? 0),
    files: wholeFiles(work.path("whole.digests")),
    ...(about.likeness && { likeness: likenessDraft(work.path("likeness.set")) }),
    ...(about.lists && { lists: listsDraft(work, about.lists) }),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

async function* pieces(path: string, first: number, count: number): AsyncGenerator<BigUint64Array> {
  const fd = openSync(path, "r");
  try {
    for (let done = 0; done < count; ) {
      const piece = new BigUint64Array(Math.min(PIECE_KEYS, count - done));
      const read = readSync(fd, piece, 0, piece.byteLength, (first + done) * 8);
      if (read !== piece.byteLength) throw new Error(`Cannot read ${path}: it ends early`);
      yield piece;
      done += piece.length;
    }
  } finally {
    closeSync(fd);
  }
}
