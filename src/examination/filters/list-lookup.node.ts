import type { SealedReader } from "#base/signing/node";
import type { ListAlgorithm } from "#examination/hashlists";
import { sizeTag } from "./filter-file-keys.node.ts";
import { tampered } from "./filter-file-layout.ts";
import { type PayloadTable, sectionOf } from "./filter-file-payload.ts";
import { hasSize } from "./filter-file-tables.node.ts";
import type { FilterHeader } from "./filter-header.ts";
import {
  algorithmsOf,
  LIST_ENTRY_BYTES,
  LIST_ROLES,
  LIST_SECTION,
  type ListRole,
  MASK,
  type RoleAbout,
} from "./list-section.ts";
import { type ListTable, listTable } from "./list-table.ts";
import { listTagger, type TaggedFile } from "./list-tags.node.ts";

/** A file that stands on a foreign list. */
export interface ListMatch {
  /** Position in the header's groups: list, release, role, category. */
  group: number;
  /** What is equal, the strongest first; and whether the list's size is, too. */
  algorithms: ListAlgorithm[];
  sizeEqual: boolean;
}

/** The foreign lists of an opened part. */
export interface OpenLists {
  /** Digests that a file's look-up needs, the strongest first. */
  algorithms: ListAlgorithm[];
  /** Whether a file of this size can stand on a list of this role: its size does, or some entries have none. */
  sizeListed(role: ListRole, sizeBytes: number): boolean;
  /** Everything that lists say of a file; `digests` are raw. Those that are missing are not looked up. */
  find(file: TaggedFile): ListMatch[];
  /** A role's entries, for who has tags already: find() makes them. */
  tables(role: ListRole): ListTable;
  /** Bytes that load() takes in memory. */
  memoryBytes: number;
  /** Reads the tables into memory; find() and sizeListed() do so by themselves. @throws {Fault} filter/tampered. */
  load(): void;
}

/** What the lists are read from. */
export interface ListsSource {
  header: FilterHeader;
  table: PayloadTable;
  payload: SealedReader;
  releaseKey: Uint8Array;
  place: string;
}

interface Role {
  role: ListRole;
  about: RoleAbout;
  entries: ListTable;
  sizes: BigUint64Array;
}

/**
 * The foreign lists of a part; null: it has none. A chance hit of one look-up: entries · 2^-56 for each mask.
 *
 * @throws {Fault} filter/tampered.
 */
export function openLists(source: ListsSource): OpenLists | null {
  const { lists } = source.header;
  if (lists === undefined) return null;
  const abouts = { "known-bad": lists.knownBad, "known-good": lists.knownGood };
  const wanted = LIST_ROLES.map((role) => ({ role, about: abouts[role], ...sectionsOf(source, role, abouts[role]) }));
  let roles: Role[] | undefined;
  const loaded = (): Role[] => {
    roles ??= wanted.map(({ role, about, readEntries, readSizes }) => ({
      role,
      about,
      entries: readEntries(),
      sizes: readSizes(),
    }));
    return roles;
  };
  const tagOf = listTagger(source.releaseKey);
  const words = new Uint32Array(2);
  const masks = new Set(wanted.flatMap(({ about }) => about.masks));
  const used = [...masks].reduce((all, mask) => all | mask, 0);
  return {
    algorithms: algorithmsOf(used),
    memoryBytes: wanted.reduce((sum, { about }) => sum + about.entries * LIST_ENTRY_BYTES * 1.25 + about.sizes * 8, 0),
    load: () => void loaded(),
    tables(role) {
      const own = loaded().find((one) => one.role === role);
      if (own === undefined) throw new RangeError(`Cannot look up: there is no role ${role}`);
      return own.entries;
    },
    sizeListed(role, sizeBytes) {
      const own = loaded().find((one) => one.role === role);
      if (own === undefined || own.about.entries === 0) return false;
      return (
        own.about.masks.some((mask) => (mask & MASK.size) === 0) ||
        hasSize(own.sizes, sizeTag(source.releaseKey, sizeBytes))
      );
    },
    find(file) {
      const matches: ListMatch[] = [];
      const held = (mask: number): boolean =>
        algorithmsOf(mask).every((algorithm) => file.digests[algorithm] !== undefined);
      for (const mask of masks) {
        if (!held(mask)) continue;
        tagOf(file, mask, words);
        for (const { about, entries } of loaded()) {
          if (!about.masks.includes(mask)) continue;
          for (const group of entries.find(words[0] ?? 0, words[1] ?? 0)) {
            if (group >= lists.groups.length) throw tampered(source.place, "an entry is of no group");
            matches.push({ group, algorithms: algorithmsOf(mask), sizeEqual: (mask & MASK.size) !== 0 });
          }
        }
      }
      return matches;
    },
  };
}

function sectionsOf(
  { table, payload, place }: ListsSource,
  role: ListRole,
  about: RoleAbout,
): { readEntries(): ListTable; readSizes(): BigUint64Array } {
  const numbers = LIST_SECTION[role];
  const [entries, sizes] = [sectionOf(table, "lists", numbers.entries), sectionOf(table, "lists", numbers.sizes)];
  if (entries.length !== about.entries * LIST_ENTRY_BYTES || sizes.length !== about.sizes * 8) {
    throw tampered(place, `the tables of ${role} are not of the header's lengths`);
  }
  const read = (section: { offset: number; length: number }): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(section.length);
    payload.readInto(bytes, section.offset);
    return bytes;
  };
  return {
    readEntries() {
      try {
        return listTable(read(entries));
      } catch (cause) {
        throw cause instanceof RangeError ? tampered(place, cause.message, cause) : cause;
      }
    },
    readSizes: () => new BigUint64Array(read(sizes).buffer),
  };
}
