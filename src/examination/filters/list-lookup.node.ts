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
import { type TagBatch, type TaggedFile, tagBatch } from "./list-tags.node.ts";

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
  /** The same of many files, several times as fast; `index` is the file's. */
  findEach(files: readonly TaggedFile[], take: (index: number, match: ListMatch) => void): void;
  /** Bytes that load() takes in memory: the tables, and a quarter for their index. */
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
  const masks = new Set(wanted.flatMap(({ about }) => about.masks));
  const used = [...masks].reduce((all, mask) => all | mask, 0);
  const lookup = lookupOf(source, lists.groups.length, { masks, loaded });
  return {
    algorithms: algorithmsOf(used),
    memoryBytes: wanted.reduce((sum, { about }) => sum + about.entries * LIST_ENTRY_BYTES * 1.25 + about.sizes * 8, 0),
    load: () => void loaded(),
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
      lookup([file], FEW, (_, match) => matches.push(match));
      return matches;
    },
    findEach: (files, take) => lookup(files, files.length > FEW ? MANY : FEW, take),
  };
}

/** Files whose tags are made at once: as many as the kernel has lanes, where few are asked about. */
const FEW = 4;
const MANY = 1024;

type Lookup = (files: readonly TaggedFile[], capacity: number, take: (index: number, match: ListMatch) => void) => void;

/** What asks the loaded tables. */
function lookupOf(
  { releaseKey, place }: ListsSource,
  groups: number,
  { masks, loaded }: { masks: ReadonlySet<number>; loaded(): Role[] },
): Lookup {
  const batches = new Map<number, TagBatch>();
  const batchOf = (mask: number, capacity: number): TagBatch => {
    const name = mask * MANY + capacity;
    const known = batches.get(name) ?? tagBatch(releaseKey, mask, capacity);
    batches.set(name, known);
    return known;
  };
  const indexes = new Uint32Array(MANY);
  return (files, capacity, take) => {
    for (const mask of masks) {
      const algorithms = algorithmsOf(mask);
      const sizeEqual = (mask & MASK.size) !== 0;
      const tables = loaded().filter(({ about }) => about.masks.includes(mask));
      const batch = batchOf(mask, capacity);
      const ask = (): void => {
        const count = batch.held;
        const tags = batch.run();
        for (const { entries } of tables) {
          entries.findEach(tags, count, (i, group) => {
            if (group >= groups) throw tampered(place, "an entry is of no group");
            take(indexes[i] ?? 0, { group, algorithms, sizeEqual });
          });
        }
      };
      for (let index = 0; index < files.length; index++) {
        const file = files[index] as TaggedFile;
        if (!holds(file.digests, mask)) continue;
        indexes[batch.held] = index;
        batch.add(file);
        if (batch.full) ask();
      }
      if (batch.held > 0) ask();
    }
  };
}

function holds({ md5, sha1, sha256 }: TaggedFile["digests"], mask: number): boolean {
  if ((mask & MASK.md5) !== 0 && md5 === undefined) return false;
  if ((mask & MASK.sha1) !== 0 && sha1 === undefined) return false;
  return (mask & MASK.sha256) === 0 || sha256 !== undefined;
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
