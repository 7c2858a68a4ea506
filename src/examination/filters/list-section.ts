import type { Category } from "#examination/evidence";
import type { ListAlgorithm } from "#examination/hashlists";

/** What a foreign list is for. */
export const LIST_ROLES = ["known-bad", "known-good"] as const;
export type ListRole = (typeof LIST_ROLES)[number];

/** One list's entries of one category, as the header of a release names them. */
export interface ListGroup {
  name: string;
  release: string;
  role: ListRole;
  /** null: known-good. */
  category: Category | null;
  /** The list's own word for the category, "" where it has none. */
  listCategory: string;
}

/** What the header says of foreign lists in the release. */
export interface ListsAbout {
  tagBits: 56;
  /** At most 256; an entry's last byte is its group's position. */
  groups: ListGroup[];
  /** Entries and distinct sizes of each role, and what entries are made of: the masks that occur, ascending. */
  knownBad: RoleAbout;
  knownGood: RoleAbout;
}

export interface RoleAbout {
  entries: number;
  sizes: number;
  masks: number[];
}

export const GROUPS_MOST = 256;
export const LIST_ENTRY_BYTES = 8;

/** What an entry's tag is made of. */
export const MASK = { md5: 1, sha1: 2, sha256: 4, size: 8 } as const;
export const MASK_MOST = 15;

/** Number of a section of kind "lists", by role: entries, then size tags. */
export const LIST_SECTION = {
  "known-bad": { entries: 0, sizes: 1 },
  "known-good": { entries: 2, sizes: 3 },
} as const satisfies Record<ListRole, { entries: number; sizes: number }>;

/**
 * What of an entry its tag is made of: everything that the list says; but where it has SHA-256, the weaker digests add nothing and
 * would only cost their computing.
 */
export function maskOf(digests: Partial<Record<ListAlgorithm, unknown>>, sizeBytes: number | undefined): number {
  const size = sizeBytes === undefined ? 0 : MASK.size;
  if (digests.sha256 !== undefined) return MASK.sha256 | size;
  return (digests.md5 === undefined ? 0 : MASK.md5) | (digests.sha1 === undefined ? 0 : MASK.sha1) | size;
}

/** The digests of a mask, the strongest first. */
export function algorithmsOf(mask: number): ListAlgorithm[] {
  return (["sha256", "sha1", "md5"] as const).filter((algorithm) => (mask & MASK[algorithm]) !== 0);
}

/** Sealed lists that go into a release, by what they are to serve as. */
export interface DigestWish {
  role: ListRole;
  path: string;
}
