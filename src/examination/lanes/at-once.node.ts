import { statSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";

/** More lanes than this are no longer overseen. */
const MOST = 4;
/** What a lane takes besides its lists: engine, threads, buffers. */
const LANE_BYTES = 400e6;
/** Of free memory, what lanes may take together. */
const MEMORY_SHARE = 0.7;

/** How many devices this computer reads at once: a core each, and memory for its own copy of the lists. At least one. */
export function readsAtOnce(
  lists: readonly string[],
  { cores, freeBytes } = { cores: availableParallelism(), freeBytes: freemem() },
): number {
  const listBytes = lists.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  return Math.max(1, Math.min(MOST, cores, Math.floor((MEMORY_SHARE * freeBytes) / (listBytes + LANE_BYTES))));
}

/** Threads for one of so many lanes; null: one lane alone takes what it likes. */
export function threadsEach(lanes: number, cores = availableParallelism()): number | null {
  return lanes <= 1 ? null : Math.max(1, Math.floor(cores / lanes));
}
