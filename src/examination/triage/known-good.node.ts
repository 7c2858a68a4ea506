import { createHash } from "node:crypto";
import { type OpenFilter, type OpenLists, openFilter } from "#examination/filters/node";
import type { ReadyFilter } from "./examination-setup.node.ts";
import type { OpenMedia } from "./media-files.ts";

/** Larger files are not read whole for this alone. */
const SIZE_MOST = 64 << 20;
const PIECE_BYTES = 1 << 20;

/** Known-good lists, opened. */
export interface KnownGood {
  /** Whether a file stands on a known-good list and on no other: it need not be looked into. Read whole only where its size says so. */
  holds(file: OpenMedia): Promise<boolean>;
  close(): void;
}

/** Opens the known-good lists of releases; null: there are none. */
export async function openKnownGood(filters: readonly ReadyFilter[], nowMs: number): Promise<KnownGood | null> {
  const opened: OpenFilter[] = [];
  for (const { path, verified, unlock } of filters) {
    const has = verified.parts.some(({ header }) => (header.lists?.knownGood.entries ?? 0) > 0);
    if (has) opened.push(await openFilter(path, unlock, nowMs));
  }
  if (opened.length === 0) return null;
  const parts = opened.flatMap((filter) => filter.parts);
  const lists = parts.flatMap(({ header, lists: own }) =>
    own === null ? [] : [{ own, isGood: (group: number) => header.lists?.groups[group]?.role === "known-good" }],
  );
  const algorithms = [...new Set(lists.flatMap(({ own }) => own.algorithms))];
  return {
    close: () => {
      for (const filter of opened) filter.close();
    },
    holds: async (file) => {
      const { sizeBytes } = file;
      if (sizeBytes > SIZE_MOST || !lists.some(({ own }) => own.sizeListed("known-good", sizeBytes))) return false;
      const digests = await digestsOf(file, algorithms);
      if (digests === null) return false;
      const found = lists.flatMap(({ own, isGood }) =>
        own.find({ digests, sizeBytes }).map(({ group }) => isGood(group)),
      );
      return found.length > 0 && found.every((good) => good);
    },
  };
}

/** Null: it cannot be read to its end. */
async function digestsOf(
  { sizeBytes, read }: OpenMedia,
  algorithms: OpenLists["algorithms"],
): Promise<Partial<Record<OpenLists["algorithms"][number], Uint8Array>> | null> {
  const hashes = algorithms.map((name) => [name, createHash(name)] as const);
  for (let at = 0; at < sizeBytes; ) {
    const piece = await read(at, Math.min(PIECE_BYTES, sizeBytes - at));
    if (piece.length === 0) return null;
    for (const [, hash] of hashes) hash.update(piece);
    at += piece.length;
  }
  return Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest()]));
}
