import type { Category } from "#examination/evidence";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "#examination/filters";
import type { ListedRow } from "./engine-message.ts";
import type { FileHit, SetFacts } from "./hits.ts";

/** What of a part's header is needed here. */
export interface PartHeader {
  name: string;
  release: string;
  category: Category;
  lists?: { groups: { name: string; release: string; category: Category | null }[] };
}

/** Digests that parts and their lists are asked by, from what their headers say; none: no file is listed whole. */
export function listedAlgorithms(
  headers: readonly {
    digests: Record<DigestAlgorithm, number>;
    lists?: { knownBad: RoleMasks; knownGood: RoleMasks };
  }[],
): DigestAlgorithm[] {
  const masks = headers.flatMap(({ lists }) => [...(lists?.knownBad.masks ?? []), ...(lists?.knownGood.masks ?? [])]);
  const bad = headers.some(
    ({ lists, digests }) => (lists?.knownBad.entries !== 0 && lists !== undefined) || sum(digests) > 0,
  );
  if (!bad) return [];
  const bits = { md5: 1, sha1: 2, sha256: 4 } as const;
  return DIGEST_ALGORITHMS.filter(
    (name) => headers.some(({ digests }) => digests[name] > 0) || masks.some((mask) => (mask & bits[name]) !== 0),
  );
}

interface RoleMasks {
  entries: number;
  masks: number[];
}

function sum(digests: Record<DigestAlgorithm, number>): number {
  return DIGEST_ALGORITHMS.reduce((total, name) => total + digests[name], 0);
}

/**
 * Numbers of sets: first every part, in order; then, part by part, the groups of its foreign lists (list, release and category each).
 *
 * @returns for each part the number of its first group.
 */
export function firstGroupSets(parts: readonly PartHeader[]): number[] {
  let next = parts.length;
  return parts.map(({ lists }) => {
    const first = next;
    next += lists?.groups.length ?? 0;
    return first;
  });
}

/** What the judge needs to know of every set. A hit of a foreign list names that list; a part's dates hold for its lists. */
export function setFacts(parts: readonly { header: PartHeader; expired: boolean }[]): SetFacts[] {
  const own = parts.map(({ header: { name, release, category }, expired }) => ({ name, release, category, expired }));
  const groups = parts.flatMap(({ header, expired }) =>
    // Known-good groups have a number and never a hit.
    (header.lists?.groups ?? []).map(({ name, release, category }) => ({
      ...{ name, release, expired },
      category: category ?? ("related" as const),
    })),
  );
  return [...own, ...groups];
}

/** What each set says of a listed file. */
export function matchedBySet(listed: readonly ListedRow[]): Pick<FileHit, "set" | "matched">[] {
  return [...new Set(listed.map(([set]) => set))].map((set) => ({
    set,
    matched: listed
      .filter(([own]) => own === set)
      .map(([, algorithm, unsized]) => ({ algorithm, sizeEqual: unsized !== 1 })),
  }));
}
