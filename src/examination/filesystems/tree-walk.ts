import type { ByteRange, EntryState } from "./file-entry.ts";
import type { NoteProblem } from "./problem.ts";

/** What a walk must know of a directory's entry. */
export interface TreeRecord {
  /** Where the entry stands in the volume. */
  atByte: number;
  name: Uint8Array;
  /** Marked deleted, or behind the mark that ends the directory. */
  gone: boolean;
  directory: boolean;
  /** First cluster; 0 where it has none. */
  cluster: number;
}

/** A directory to read. */
export interface TreeNode {
  path: Uint8Array[];
  /** Its first cluster; 0 for the root. */
  cluster: number;
  state: EntryState;
  ranges: ByteRange[];
}

/** An entry that was met, in which directory, and what it is now. */
export interface Found<R extends TreeRecord> {
  record: R;
  parent: TreeNode;
  state: EntryState;
  path: Uint8Array[];
}

/** How a volume's directories are walked. */
export interface TreeRules<R extends TreeRecord> {
  records(node: TreeNode): Iterable<R>;
  /** Where a directory's bytes stand; null where it is not to be entered. Must give each directory once only. */
  enter(found: Found<R>): ByteRange[] | null;
  note: NoteProblem;
}

/** Directories in which something deleted was met; null where there are too many to hold, and all are walked again. */
export type NodesWithGone = TreeNode[] | null;

const MOST_NODES = 100_000;

/** Adds the directory of a deleted entry; entries of one directory come one after another. */
export function withGone(nodes: NodesWithGone, node: TreeNode): NodesWithGone {
  if (nodes === null || nodes.length >= MOST_NODES) return null;
  if (nodes.at(-1) !== node) nodes.push(node);
  return nodes;
}

const DEEPEST = 256;
const MOST_ENTRIES = 10_000_000;

/** Walks directories from some roots: each one's entries, then its directories. Ends where `enter` does, or at limits. */
export function* walkTree<R extends TreeRecord>(roots: TreeNode[], rules: TreeRules<R>): Generator<Found<R>> {
  const waiting = [...roots].reverse();
  let entries = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const inner: TreeNode[] = [];
    for (const record of rules.records(node)) {
      if (++entries > MOST_ENTRIES) {
        rules.note("too-many-entries", null, { limit: MOST_ENTRIES });
        return;
      }
      const state = node.state === "allocated" && record.gone ? "deleted" : node.state;
      const found = { record, parent: node, state, path: [...node.path, record.name] };
      yield found;
      if (!record.directory) continue;
      if (found.path.length > DEEPEST) rules.note("too-deep", record.atByte, { limit: DEEPEST });
      else {
        const ranges = rules.enter(found);
        if (ranges !== null) inner.push({ path: found.path, cluster: record.cluster, state, ranges });
      }
    }
    for (const child of inner.reverse()) waiting.push(child);
  }
}
