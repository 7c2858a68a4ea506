import { hash } from "node:crypto";
import { toHex } from "#base/values";
import { LIST_ALGORITHMS, type ListRecord } from "./list-record.ts";
import type { StoredRecord } from "./stored-record.node.ts";

/** Names under which a list takes an entry back: its id; where it has none, its digests. */
export function takenBackBy(record: ListRecord): string[] {
  if (record.id !== "") return [tagOf(`id ${record.id}`)];
  return LIST_ALGORITHMS.flatMap((algorithm) => {
    const digest = record[algorithm];
    return digest === undefined ? [] : [tagOf(`${algorithm} ${digest.toLowerCase()}`)];
  });
}

/** Whether a record was taken back under one of these names. */
export function withdrawnTags(tags: readonly string[]): (record: StoredRecord) => boolean {
  if (tags.length === 0) return () => false;
  const known = new Set(tags);
  return ({ id, digests }) => {
    if (id !== "" && known.has(tagOf(`id ${id}`))) return true;
    return LIST_ALGORITHMS.some((algorithm) => {
      const digest = digests[algorithm];
      return digest !== undefined && known.has(tagOf(`${algorithm} ${toHex(digest)}`));
    });
  };
}

function tagOf(name: string): string {
  return hash("sha256", name, "hex").slice(0, 16);
}
