import { closeSync, openSync, rmSync } from "node:fs";
import type { Signer } from "#base/signing/node";
import type { Category } from "#examination/evidence";
import { type HashList, openHashList, type StoredRecord } from "#examination/hashlists/node";
import { filePieces } from "./build-likeness.node.ts";
import { BUCKETS, openSpillReader, openSpillWriter, type SpillWriter } from "./build-spill.node.ts";
import type { WorkFolder } from "./build-work.node.ts";
import { writeWhole } from "./build-write.node.ts";
import { filtersFault } from "./faults.ts";
import type { FilterDraft } from "./filter-draft.ts";
import { sizeTags } from "./filter-file-keys.node.ts";
import { distinctFingerprints } from "./fuse-distinct.ts";
import { overlapFinder } from "./list-overlap.node.ts";
import {
  type DigestWish,
  GROUPS_MOST,
  LIST_ENTRY_BYTES,
  LIST_ROLES,
  LIST_SECTION,
  type ListGroup,
  type ListRole,
  type ListsAbout,
  maskOf,
  type RoleAbout,
} from "./list-section.ts";
import { TAG_LOW, type TagBatch, tagBatch } from "./list-tags.node.ts";

const WORDS = 2;
const TAGS_AT_ONCE = 1024;
/** Lists of the two roles may share so much of either: more, and one of them is not what it was declared to be. */
const OVERLAP_MOST = 1 / 100;
const OVERLAP_LEAST = 10;

/** What became of them. */
export interface GatheredLists {
  about: ListsAbout;
  lists: { path: string; name: string; release: string; role: ListRole; records: number }[];
  /** Entries that stand on lists of both roles, and are passed over as known-good. */
  disputed: number;
  /** Entries that hold nothing but a PhotoDNA value: they stay in the store. */
  withoutDigest: number;
}

/**
 * Gathers sealed lists into keyed, sorted tables in the work folder.
 *
 * @throws {Fault} filter/list-role (a list was imported for the other role), filter/lists-overlap, filter/too-many-groups, hashlist/*,
 *   filter/disk-full.
 */
export async function gatherLists(
  work: WorkFolder,
  wish: readonly DigestWish[],
  { agency, pause }: { agency: Signer; pause(): Promise<void> | undefined },
): Promise<GatheredLists> {
  const opened: OpenedList[] = [];
  try {
    for (const { role, path } of wish) opened.push({ role, path, list: await openHashList(path, agency) });
    refuseRoles(opened);
    const isDisputed = await findDisputed(work, opened, pause);
    const groups: ListGroup[] = [];
    const gathered: Omit<GatheredLists, "about"> = { lists: [], disputed: 0, withoutDigest: 0 };
    const roles = {} as Record<ListRole, RoleAbout>;
    for (const role of LIST_ROLES) {
      const own = opened.filter((list) => list.role === role);
      roles[role] = await gatherRole({ work, role, lists: own, groups, gathered, isDisputed, pause });
    }
    return {
      ...gathered,
      about: { tagBits: 56, groups, knownBad: roles["known-bad"], knownGood: roles["known-good"] },
    };
  } finally {
    for (const { list } of opened) list.close();
  }
}

interface OpenedList extends DigestWish {
  list: HashList;
}

function refuseRoles(opened: readonly OpenedList[]): void {
  for (const { role, path, list } of opened) {
    const { role: declared } = list.header;
    if (declared === role) continue;
    throw filtersFault("filter/list-role", `${path} is ${declared}`, { values: { path, declared, role } });
  }
}

/** What is found with a practice list is no evidence, so such lists and real ones never stand in one release. */
export function refusePractice({ about }: GatheredLists, category: Category): void {
  const practice = category === "practice";
  const wrong = about.groups.find(({ category: own }) => own !== null && (own === "practice") !== practice);
  if (wrong === undefined) return;
  throw filtersFault("filter/list-practice", "Practice and real lists do not go together", {
    values: { name: wrong.name },
  });
}

type Disputed = (record: StoredRecord) => boolean;

async function findDisputed(
  work: WorkFolder,
  opened: readonly OpenedList[],
  pause: () => Promise<void> | undefined,
): Promise<Disputed> {
  const count = (role: ListRole): number =>
    opened.reduce((sum, { role: own, list }) => sum + (own === role ? list.header.records : 0), 0);
  const [bad, good] = [count("known-bad"), count("known-good")];
  if (bad === 0 || good === 0) return () => false;
  const pathOf = (number: number): string => `${work.path("lists.spill")}.${number}`;
  const finder = overlapFinder(pathOf);
  for (const { role, list } of opened) {
    list.read((record) => finder.add(role, record));
    await pause();
  }
  const { digests, holds } = finder.find();
  for (let number = 0; number < 6; number++) rmSync(pathOf(number), { force: true });
  if (digests >= OVERLAP_LEAST && digests > OVERLAP_MOST * Math.min(bad, good)) {
    throw filtersFault("filter/lists-overlap", `${digests} digests stand on lists of both roles`, {
      values: { digests, bad, good },
    });
  }
  return digests === 0 ? () => false : holds;
}

interface RoleWork {
  work: WorkFolder;
  role: ListRole;
  lists: readonly OpenedList[];
  groups: ListGroup[];
  gathered: Omit<GatheredLists, "about">;
  isDisputed: Disputed;
  pause(): Promise<void> | undefined;
}

async function gatherRole({ work, role, lists, groups, gathered, isDisputed, pause }: RoleWork): Promise<RoleAbout> {
  const spillPath = work.path("lists.spill");
  const [entryPath, sizePath] = [`${spillPath}.entries`, `${spillPath}.sizes`];
  for (const path of [entryPath, sizePath]) rmSync(path, { force: true });
  const [entries, sizes] = [openSpillWriter(entryPath, WORDS), openSpillWriter(sizePath, WORDS)];
  const tagger = entryTagger(work.keys.releaseKey, entries);
  const words = new Uint32Array(WORDS);
  for (const { list, path } of lists) {
    const { name, release, records } = list.header;
    gathered.lists.push({ path, name, release, role, records });
    const numbers = list.header.groups.map((group) => groupNumber(groups, { name, release, role, ...group }));
    list.read((record) => {
      const mask = maskOf(record.digests, record.sizeBytes);
      if ((mask & 7) === 0) gathered.withoutDigest++;
      else if (role === "known-good" && isDisputed(record)) gathered.disputed++;
      else {
        tagger.add(mask, record, numbers[record.group] ?? 0);
        if (record.sizeBytes !== undefined) addSize(sizes, words, record.sizeBytes);
      }
    });
    await pause();
  }
  tagger.flush();
  const { releaseKey } = work.keys;
  const { entries: entriesAt, sizes: sizesAt } = LIST_SECTION[role];
  return {
    sizes: sortSizes(sizes, sizePath, { out: tablePath(work, sizesAt), releaseKey }),
    entries: sortEntries(entries, entryPath, tablePath(work, entriesAt)),
    masks: tagger.masks(),
  };
}

/** Makes entries of records, many at once, and spills them by their first byte. */
function entryTagger(
  releaseKey: Uint8Array,
  entries: SpillWriter,
): { add(mask: number, record: StoredRecord, group: number): void; flush(): void; masks(): number[] } {
  const words = new Uint32Array(WORDS);
  const batches = new Map<number, { tags: TagBatch; groups: Uint8Array }>();
  const run = ({ tags, groups }: { tags: TagBatch; groups: Uint8Array }): void => {
    const count = tags.held;
    const made = tags.run();
    for (let i = 0; i < count; i++) {
      const high = made[2 * i] ?? 0;
      words[0] = (((made[2 * i + 1] ?? 0) & TAG_LOW) | (groups[i] ?? 0)) >>> 0;
      words[1] = high;
      entries.add(high >>> 24, words);
    }
  };
  return {
    add(mask, { digests, sizeBytes = 0 }, group) {
      let batch = batches.get(mask);
      if (batch === undefined) {
        batch = { tags: tagBatch(releaseKey, mask, TAGS_AT_ONCE), groups: new Uint8Array(TAGS_AT_ONCE) };
        batches.set(mask, batch);
      }
      batch.groups[batch.tags.held] = group;
      batch.tags.add({ digests, sizeBytes });
      if (batch.tags.full) run(batch);
    },
    flush() {
      for (const batch of batches.values()) run(batch);
    },
    masks: () => [...batches.keys()].sort((a, b) => a - b),
  };
}

function groupNumber(groups: ListGroup[], group: ListGroup): number {
  const key = JSON.stringify(group);
  const known = groups.findIndex((other) => JSON.stringify(other) === key);
  if (known >= 0) return known;
  if (groups.length === GROUPS_MOST) {
    throw filtersFault("filter/too-many-groups", "The lists have more categories than one release holds", {
      values: { most: GROUPS_MOST },
    });
  }
  return groups.push(group) - 1;
}

/** Sizes are sorted by their low byte first: the high ones are all alike. */
function addSize(sizes: SpillWriter, words: Uint32Array, sizeBytes: number): void {
  words[0] = sizeBytes % 2 ** 32;
  words[1] = Math.floor(sizeBytes / 2 ** 32);
  sizes.add(sizeBytes % 256, words);
}

/** @returns how many there are. */
function sortEntries(spill: SpillWriter, path: string, out: string): number {
  let count = 0;
  const fd = openSync(out, "w");
  try {
    for (const keys of distinctBuckets(spill, path)) {
      writeWhole(fd, new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength), out);
      count += keys.length;
    }
  } finally {
    closeSync(fd);
  }
  return count;
}

/** Tags of different sizes are sorted in memory: 8 bytes each. @returns how many there are. */
function sortSizes(
  spill: SpillWriter,
  path: string,
  { out, releaseKey }: { out: string; releaseKey: Uint8Array },
): number {
  const pieces: BigUint64Array[] = [];
  for (const sizes of distinctBuckets(spill, path)) {
    pieces.push(sizeTags(releaseKey, sizes));
  }
  const tags = new BigUint64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    tags.set(piece, at);
    at += piece.length;
  }
  const distinct = distinctFingerprints(tags);
  const fd = openSync(out, "w");
  try {
    writeWhole(fd, new Uint8Array(distinct.buffer, distinct.byteOffset, distinct.byteLength), out);
  } finally {
    closeSync(fd);
  }
  return distinct.length;
}

function* distinctBuckets(spill: SpillWriter, path: string): Generator<BigUint64Array> {
  spill.flush();
  spill.close();
  const reader = openSpillReader(path, WORDS);
  try {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      yield distinctFingerprints(new BigUint64Array(reader.bucket(bucket).buffer));
    }
  } finally {
    reader.close();
    rmSync(path, { force: true });
  }
}

/** The tables as a draft carries them. */
export function listsDraft(work: WorkFolder, about: ListsAbout): NonNullable<FilterDraft["lists"]> {
  return LIST_ROLES.flatMap((role) => {
    const { entries, sizes } = about[role === "known-bad" ? "knownBad" : "knownGood"];
    const section = (number: number, lengthBytes: number) => ({
      number,
      lengthBytes,
      pieces: () => filePieces(tablePath(work, number)),
    });
    const { entries: entriesAt, sizes: sizesAt } = LIST_SECTION[role];
    return [section(entriesAt, entries * LIST_ENTRY_BYTES), section(sizesAt, sizes * 8)];
  });
}

function tablePath(work: WorkFolder, number: number): string {
  return `${work.path("lists.tables")}.${number}`;
}
