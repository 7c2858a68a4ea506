import type { Category } from "#examination/evidence";
import { openFilter } from "#examination/filters/node";
import type { NamedSet } from "#examination/likeness";
import { readIndexedSet } from "#examination/likeness/node";
import type { ReadyFilter } from "./examination-setup.node.ts";

/** A list's fingerprints, opened for the officer. */
export interface KnownSet extends NamedSet {
  category: Category;
}

/** Opens the fingerprints that lie sealed in lists; their opening was written down with that of the lists. */
export async function likenessSetsOf(filters: readonly ReadyFilter[], nowMs: number): Promise<KnownSet[]> {
  const sets: KnownSet[] = [];
  for (const { path, verified, unlock } of filters) {
    if (verified.parts.every(({ header }) => header.likeness === undefined)) continue;
    const filter = await openFilter(path, unlock, nowMs);
    try {
      for (const { header, likeness } of filter.parts) {
        const { name, release, category } = header;
        if (likeness !== null) sets.push({ name, release, category, ...readIndexedSet(likeness) });
      }
    } finally {
      filter.close();
    }
  }
  return sets;
}
