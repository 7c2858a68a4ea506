import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Signer } from "#base/signing/node";
import type { Category } from "#examination/evidence";
import { hashlistsFault } from "./faults.ts";
import { formatOfFile, readListFile } from "./list-file.node.ts";
import { type ListRole, ownRole } from "./list-format.node.ts";
import type { ListFlaw, ListPlace, ListRecord, ListSink } from "./list-record.ts";
import { FIRST_REJECTED_MOST, GROUPS_MOST, type StoreHeader } from "./store-header.ts";
import { openHashList } from "./store-read.node.ts";
import { type StoreWriter, startStore } from "./store-write.node.ts";
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

/** What an import is asked for. */
export interface ImportOptions {
  list: string;
  /** Where the sealed list is to stand. */
  out: string;
  role: ListRole;
  name: string;
  release: string;
  categories: CategoryMap;
  agency: Signer;
  nowMs: number;
  signal?: AbortSignal | undefined;
  onProgress?(doneBytes: number, totalBytes: number): void;
}

/** What an import did. `again`: this very list stood in the store already. */
export interface Imported {
  header: StoreHeader;
  again: boolean;
}

/**
 * Imports one list into the lab's sealed store. Streams; nothing stands in the store before the list was read to its end. Asked again
 * for a list that is there already, it says so and does nothing.
 *
 * @throws {Fault} hashlist/role, hashlist/unmapped, hashlist/store-exists, hashlist/stopped, hashlist/empty, and those of reading and writing.
 */
export async function importList(options: ImportOptions): Promise<Imported> {
  const { list, role, out, agency } = options;
  const format = formatOfFile(list);
  refuseRole(options, format);
  const source = { file: basename(list), sizeBytes: statSync(list).size, sha256: await digestOf(list, options) };
  if (existsSync(out)) return { header: await sameList(options, source), again: true };
  const store = startStore(out, agency);
  try {
    const tally = recordTally(options, store);
    let done = 0;
    await readListFile(list, format, {
      sink: tally.sink,
      pause: async (bytes) => {
        done += bytes;
        options.onProgress?.(done, source.sizeBytes);
        await store.drained();
        if (bytes > 0) await setImmediate();
        if (options.signal?.aborted) throw stopped(list);
      },
    });
    tally.refuse();
    const { signedBy, importedAt } = { signedBy: agency.publicKey, importedAt: new Date(options.nowMs).toISOString() };
    const { name, release } = options;
    const about = { format: "phum-hash-list", version: 1, name, release, role, listFormat: format, source } as const;
    let header: StoreHeader | undefined;
    await store.finish((recordsBytes) => {
      header = { ...about, importedAt, ...tally.told(), recordsBytes, signedBy };
      return header;
    });
    if (header === undefined) throw new Error("Cannot import: nothing was written");
    return { header, again: false };
  } catch (error) {
    await store.discard();
    throw error;
  }
}

/** A list that is made for one role never serves in the other. */
function refuseRole({ list, role, categories }: ImportOptions, format: Parameters<typeof ownRole>[0]): void {
  const own = ownRole(format);
  const named = [...categories.named.values()];
  // Known-good rows come in this format, too, in a category of their own: only those, and only where they are named.
  const vicsAsGood = format === "vics" && role === "known-good" && !named.includes("known-good");
  if ((own === undefined || own === role) && !vicsAsGood) return;
  throw hashlistsFault("hashlist/role", `${list} cannot serve as ${role}`, { values: { path: list, role } });
}

interface RecordTally {
  sink: ListSink;
  /** @throws {Fault} hashlist/unmapped, hashlist/empty */
  refuse(): void;
  told(): Pick<StoreHeader, "groups" | "records" | "leftOut" | "rejected" | "dropped" | "firstRejected" | "withdrawn">;
}

function recordTally({ list, role, categories }: ImportOptions, store: StoreWriter): RecordTally {
  const groups: StoreHeader["groups"] = [];
  const numbers = new Map<string, number | null>();
  const unmapped = new Map<string, number>();
  const withdrawn = new Set<string>();
  const rejected: Partial<Record<ListFlaw, number>> = {};
  const dropped: Partial<Record<ListFlaw, number>> = {};
  const firstRejected: StoreHeader["firstRejected"] = [];
  let [records, leftOut] = [0, 0];
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
  return {
    sink: {
      record: take,
      reject: (flaw, place) => count(rejected, flaw, place),
      drop: (flaw, place) => count(dropped, flaw, place),
    },
    refuse() {
      if (unmapped.size > 0) {
        const said = [...unmapped].map(([category, n]) => `«${category}» (${n})`).slice(0, 20);
        throw hashlistsFault("hashlist/unmapped", `${list} has categories without a meaning`, {
          values: { path: list, categories: said.join(", ") },
        });
      }
      if (records === 0)
        throw hashlistsFault("hashlist/empty", `${list} has no entry to take`, { values: { path: list } });
    },
    told: () => ({ groups, records, leftOut, rejected, dropped, firstRejected, withdrawn: [...withdrawn].sort() }),
  };
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

async function digestOf(path: string, { signal }: ImportOptions): Promise<string> {
  const digest = createHash("sha256");
  const fd = openSync(path, "r");
  try {
    const piece = new Uint8Array(4 << 20);
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
      digest.update(piece.subarray(0, read));
      await setImmediate();
      if (signal?.aborted) throw stopped(path);
    }
  } finally {
    closeSync(fd);
  }
  return digest.digest("hex");
}

/** The header of what stands there, where it was made of the same list in the same way. */
async function sameList(
  { out, agency, role, name, release }: ImportOptions,
  source: StoreHeader["source"],
): Promise<StoreHeader> {
  const stored = await openHashList(out, agency);
  try {
    const { header } = stored;
    const same =
      header.source.sha256 === source.sha256 &&
      header.role === role &&
      header.name === name &&
      header.release === release;
    if (same) return header;
  } finally {
    stored.close();
  }
  throw hashlistsFault("hashlist/store-exists", `Another list stands in ${out}`, { values: { path: out } });
}

function stopped(path: string): Error {
  return hashlistsFault("hashlist/stopped", "The import was stopped", { values: { path } });
}
