import { type FatRecord, readFatDirectory } from "./fat-directory.ts";
import { DIRECTORY, VOLUME_LABEL } from "./fat-entry.ts";
import type { FatReader } from "./fat-reader.ts";
import type { ByteRange, EntryState } from "./file-entry.ts";

/** A directory to read. */
export interface FatNode {
  path: Uint8Array[];
  /** Its first cluster; 0 for the root, as in "..". */
  cluster: number;
  state: EntryState;
  ranges: ByteRange[];
}

/** An entry that was met, in which directory, and what it is now. */
export interface FatFound {
  record: FatRecord;
  parent: FatNode;
  state: EntryState;
  path: Uint8Array[];
}

/** Where a directory's bytes stand; null where it is not to be entered. */
export type Enter = (found: FatFound) => ByteRange[] | null;

const DEEPEST = 256;
const MOST_ENTRIES = 10_000_000;

/** Walks directories from some roots: each one's entries, then its directories. Ends where `enter` does, or at limits. */
export function* walkFat(reader: FatReader, roots: FatNode[], enter: Enter): Generator<FatFound> {
  const waiting = [...roots].reverse();
  let entries = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const inner: FatNode[] = [];
    for (const record of readFatDirectory(reader, node.ranges)) {
      if (++entries > MOST_ENTRIES) {
        reader.note("too-many-entries", null, { limit: MOST_ENTRIES });
        return;
      }
      const state = node.state === "allocated" && record.gone ? "deleted" : node.state;
      const found = { record, parent: node, state, path: [...node.path, record.name] };
      yield found;
      if (!isDirectory(found)) continue;
      if (found.path.length > DEEPEST) reader.note("too-deep", record.atByte, { limit: DEEPEST });
      else {
        const ranges = enter(found);
        if (ranges !== null) inner.push({ path: found.path, cluster: record.entry.cluster, state, ranges });
      }
    }
    for (const child of inner.reverse()) waiting.push(child);
  }
}

/** Whether an entry is a directory: a label is none, whatever else it says. */
export function isDirectory({ record }: FatFound): boolean {
  return (record.entry.attributes & (DIRECTORY | VOLUME_LABEL)) === DIRECTORY;
}
