import type { Category } from "#examination/evidence";
import { hashlistsFault } from "./faults.ts";
import type { ListRole } from "./list-format.node.ts";
import type { ListFlaw, ListPlace, ListRecord, ListSink } from "./list-record.ts";
import { FIRST_REJECTED_MOST, GROUPS_MOST, type StoreHeader } from "./store-header.ts";
import type { StoreWriter } from "./store-write.node.ts";
import { takenBackBy } from "./withdrawn.node.ts";

/** What a list's own categories become: given by the lab, never guessed. */
export interface CategoryMap {
  /** By the list's own category; null: entries of it are left out. */
  named: ReadonlyMap<string, Category | "known-good" | null>;
  /** Of entries without a category, and of lists that have none. */
  others?: Category | undefined;
}

/** Stands for every category that is not named. */
export const ALL_OTHERS = "*";

/** What decides which entries are taken. */
interface TallyWish {
  list: string;
  role: ListRole;
  categories: CategoryMap;
}

/** Takes a list's entries, and counts. */
export interface RecordTally {
  sink: ListSink;
  /** @throws {Fault} hashlist/unmapped, hashlist/empty */
  refuse(): void;
  told(): Told;
  /** JSON to go on with. */
  state(): TallyState;
}

type Told = Pick<
  StoreHeader,
  "groups" | "records" | "leftOut" | "rejected" | "dropped" | "firstRejected" | "withdrawn"
>;

/** The counts so far. */
export interface TallyState extends Told {
  numbers: [string, number | null][];
  unmapped: [string, number][];
}

/**
 * Counts a list's entries and hands on those that are taken.
 *
 * @param from What an interrupted import had counted.
 */
export function recordTally(
  { list, role, categories }: TallyWish,
  store: StoreWriter,
  from: Partial<TallyState> = {},
): RecordTally {
  const groups: StoreHeader["groups"] = [...(from.groups ?? [])];
  const numbers = new Map<string, number | null>(from.numbers);
  const unmapped = new Map<string, number>(from.unmapped);
  const withdrawn = new Set<string>(from.withdrawn);
  const rejected: Partial<Record<ListFlaw, number>> = { ...from.rejected };
  const dropped: Partial<Record<ListFlaw, number>> = { ...from.dropped };
  const firstRejected: StoreHeader["firstRejected"] = [...(from.firstRejected ?? [])];
  let { records = 0, leftOut = 0 } = from;
  const groupOf = (listCategory: string): number | null => {
    const known = numbers.get(listCategory);
    if (known !== undefined) return known;
    const category = categoryFor(role, categories, listCategory);
    let number: number | null = null;
    if (category === undefined) unmapped.set(listCategory, 0);
    else if (category !== "left-out") number = groups.push({ category, listCategory }) - 1;
    if (groups.length > GROUPS_MOST || unmapped.size > GROUPS_MOST)
      throw new RangeError("Cannot read the list: it has too many categories");
    numbers.set(listCategory, number);
    return number;
  };
  const take = (record: ListRecord): void => {
    if (record.standing === "withdrawn") {
      for (const tag of takenBackBy(record)) withdrawn.add(tag);
      return;
    }
    const group = groupOf(record.category);
    if (group !== null) {
      records++;
      store.add(record, group);
      return;
    }
    leftOut++;
    const missing = unmapped.get(record.category);
    if (missing !== undefined) unmapped.set(record.category, missing + 1);
  };
  const count = (into: Partial<Record<ListFlaw, number>>, flaw: ListFlaw, place: ListPlace): void => {
    into[flaw] = (into[flaw] ?? 0) + 1;
    if (firstRejected.length < FIRST_REJECTED_MOST) firstRejected.push({ flaw, ...place });
  };
  const told = (): Told => ({
    ...{ groups, records, leftOut, rejected, dropped, firstRejected },
    withdrawn: [...withdrawn].sort(),
  });
  return {
    told,
    state: () => ({ ...told(), numbers: [...numbers], unmapped: [...unmapped] }),
    sink: {
      record: take,
      reject: (flaw, place) => count(rejected, flaw, place),
      drop: (flaw, place) => count(dropped, flaw, place),
    },
    refuse() {
      if (unmapped.size > 0) throw unmappedFault(list, unmapped);
      if (records === 0)
        throw hashlistsFault("hashlist/empty", `${list} has no entry to take`, { values: { path: list } });
    },
  };
}

function unmappedFault(path: string, unmapped: ReadonlyMap<string, number>): Error {
  const said = [...unmapped].map(([category, n]) => `«${category}» (${n})`).slice(0, 20);
  const values = { path, categories: said.join(", ") };
  return hashlistsFault("hashlist/unmapped", `${path} has categories without a meaning`, { values });
}

/** What an entry's category becomes; undefined: nobody said. */
function categoryFor(
  role: ListRole,
  { named, others }: CategoryMap,
  listCategory: string,
): Category | null | "left-out" | undefined {
  const given = named.has(listCategory) ? named.get(listCategory) : named.get(ALL_OTHERS);
  if (role === "known-good") {
    // With a mapping only what is named; without one, all of the list.
    return named.size === 0 || given === "known-good" ? null : "left-out";
  }
  if (given === null || given === "known-good") return "left-out";
  return given ?? (listCategory === "" ? others : undefined) ?? undefined;
}
