import { concatBytes, utf8 } from "#base/values";
import type { FileEntry, FileStream } from "#examination/filesystems";
import { placeText } from "#examination/sources";
import type { TreePlace } from "./medium.ts";

/** The links that lead to a tree's root: the medium, its volume where there is a table, the file system. */
export function treeChain({ medium, volume, tree }: TreePlace): Uint8Array[] {
  return [medium.name, ...[...volume.links, tree.kind].map(utf8)];
}

/** An entry's chain of parents, or that of one of its alternate streams ("name:stream"). */
export function entryChain(place: TreePlace, entry: FileEntry, stream: FileStream | null): Uint8Array[] {
  const chain = [...treeChain(place), ...entry.path];
  const alternate = stream?.name ?? null;
  if (alternate === null) return chain;
  const last = chain.pop() ?? new Uint8Array(0);
  return [...chain, concatBytes(last, utf8(`:${alternate}`))];
}

/** A chain as text. */
export function chainText(chain: readonly Uint8Array[]): ReturnType<typeof placeText> {
  return placeText(chain);
}
