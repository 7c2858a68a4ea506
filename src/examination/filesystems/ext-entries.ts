import { utf8 } from "#base/values";
import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import type { ExtName } from "./ext-directory.ts";
import { type ExtLife, type FormerInode, formerInode, lifeAt, livesOf } from "./ext-former.ts";
import { deletedTimes, type ExtInode, INODE_FLAG } from "./ext-inode.ts";
import { formerNames, type GoneName, goneNames, presentNames } from "./ext-names.ts";
import { orphanLives } from "./ext-orphan-lives.ts";
import { type ExtReading, extBudget, inodeNow } from "./ext-reading.ts";
import { formerContent, formerRuns, presentContent } from "./ext-streams.ts";
import type { EntryKind, EntryState, FileEntry } from "./file-entry.ts";
import type { EntryWishes } from "./file-system.ts";
import { type Claims, claimBook } from "./ntfs-claims.ts";

const ROOT = 2;
const DEEPEST = 256;
const MOST_ENTRIES = 10_000_000;
/** Tables of inodes read, at most: of 64 million inodes of 256 bytes. */
const TABLE_BYTES_LIMIT = 16 * 1024 * 1024 * 1024;
/** Apart from the numbers of inodes, for lives that are over. */
const LIFE_KEYS = 2 ** 33;

/** A directory to read. `former`: it is deleted itself. */
interface Node {
  path: Uint8Array[];
  inode: ExtInode;
  former: FormerInode | null;
  state: EntryState;
}

interface Walk {
  reading: ExtReading;
  claims: Claims;
  /** Inodes that a present name leads to. */
  reached: ClusterSet;
  /** Those of them that are directories. */
  directories: ClusterSet;
  /** Deleted inodes whose content was given with a name. */
  given: ClusterSet;
  givenLives: Set<string>;
  entries: number;
}

/** All entries: allocated, then deleted, then orphans. */
export function* extEntries(shared: ExtReading, wishes: EntryWishes): Generator<FileEntry> {
  const reading = { ...shared, budget: extBudget(shared.volume, shared.layout) };
  const claims = claimBook();
  const walk: Walk = {
    ...{ reading, claims, reached: clusterSet(), directories: clusterSet(), given: clusterSet() },
    ...{ givenLives: new Set(), entries: 0 },
  };
  const root = inodeNow(reading, ROOT);
  if (root === null || root.kind !== "directory") reading.note("root-missing");
  const rootNode: Node[] =
    root?.kind === "directory" ? [{ path: [], inode: root, former: null, state: "allocated" }] : [];
  for (const entry of presentTree(walk, [...rootNode])) if (counts(walk)) yield entry;
  for (const number of inodesEverUsed(reading)) claim(walk, number);
  for (const number of inodesWithCopies(reading)) {
    for (const life of pastLives(reading, number)) claimLife(walk, number, life);
  }
  for (const entry of goneTree(walk, [...rootNode])) if (counts(walk)) yield entry;
  if (wishes.orphans === false) return;
  for (const entry of orphanTree(walk)) if (counts(walk)) yield entry;
}

function counts(walk: Walk): boolean {
  if (walk.entries >= MOST_ENTRIES) walk.reading.note("too-many-entries", null, { limit: MOST_ENTRIES });
  return walk.entries++ < MOST_ENTRIES;
}

/** Present entries below some directories; each directory is read once. */
function* presentTree({ reading, reached, directories, entries }: Walk, waiting: Node[]): Generator<FileEntry> {
  for (const { inode } of waiting) {
    reached.add(inode.number);
    directories.add(inode.number);
  }
  for (let node = waiting.pop(); node !== undefined && entries < MOST_ENTRIES; node = waiting.pop()) {
    const inner: Node[] = [];
    for (const { name, inode: number, type } of presentNames(reading, node.inode)) {
      const path = [...node.path, name.slice()];
      const inode = inodeNow(reading, number);
      if (inode === null) {
        reading.note("inode-damaged", null, { inode: number });
        yield {
          path,
          id: number,
          kind: kindOfType(type),
          state: node.state,
          certainty: "name-only",
          times: {},
          streams: [],
        };
        continue;
      }
      const fresh = reached.add(number);
      yield presentEntry(reading, { path, inode, state: node.state });
      if (inode.kind !== "directory") continue;
      directories.add(number);
      if (!fresh) reading.note("directory-loop", null, { inode: number });
      else if (path.length >= DEEPEST) reading.note("too-deep", null, { limit: DEEPEST });
      else inner.push({ path, inode, former: null, state: node.state });
    }
    for (const child of inner.reverse()) waiting.push(child);
  }
}

function presentEntry(
  reading: ExtReading,
  { path, inode, state }: { path: Uint8Array[]; inode: ExtInode; state: EntryState },
): FileEntry {
  if ((inode.flags & INODE_FLAG.encrypted) !== 0) reading.note("encrypted-fscrypt");
  const content = presentContent(reading, inode);
  return { path, id: inode.number, kind: inode.kind, state, times: inode.times, ...content };
}

function kindOfType(type: number): EntryKind {
  return type === 1 ? "file" : type === 2 ? "directory" : type === 7 ? "link" : type === 0 ? "file" : "other";
}

/** Numbers of all inodes that are or were in use, from the groups' tables. */
function* inodesEverUsed({ layout, groups, read, note }: ExtReading): Generator<number> {
  const seen = clusterSet();
  let left = TABLE_BYTES_LIMIT;
  for (let group = 0; group < layout.groups; group++) {
    const found = groups(group);
    if (found === null || !seen.add(found.inodeTable)) continue;
    const start = found.inodeTable * layout.blockBytes;
    const end = found.usedInodes * layout.inodeBytes;
    for (let at = 0; at < end; at += layout.blockBytes) {
      left -= layout.blockBytes;
      if (left < 0) {
        note("too-many-entries", start + at, { limit: MOST_ENTRIES });
        return;
      }
      const bytes = read(start + at, Math.min(layout.blockBytes, end - at));
      if (bytes.length === 0) break;
      for (let within = 0; within < bytes.length; within += layout.inodeBytes) {
        // Kind and rights are never 0 in an inode that was given to a file.
        if (bytes[within] === 0 && bytes[within + 1] === 0) continue;
        const number = group * layout.inodesPerGroup + (at + within) / layout.inodeBytes + 1;
        if (number >= layout.firstInode && number <= layout.inodes) yield number;
      }
    }
  }
}

/** Inodes of whose blocks the journal has copies. */
function inodesWithCopies(reading: ExtReading): Iterable<number> {
  return orphanLives(reading);
}

/** Lives of an inode that are over although it was given to another file since. */
function pastLives(reading: ExtReading, number: number): ExtLife[] {
  const now = inodeNow(reading, number);
  return livesOf(reading, number).filter((life) => life.generation !== now?.generation);
}

function isGone(reading: ExtReading, number: number): boolean {
  return !reading.bitmaps.inodeInUse(number);
}

function claim({ reading, claims }: Walk, number: number): void {
  if (!isGone(reading, number)) return;
  const former = formerInode(reading, number);
  if (former === null) return;
  const time = { logNumber: former.sequence ?? 0, changedMs: former.deletedSeconds * 1000 };
  for (const { block, count } of formerRuns(reading, former).runs) claims.add(number, { first: block, count }, time);
}

function claimLife({ reading, claims }: Walk, number: number, life: ExtLife): void {
  const former = { inode: life.inode, sequence: life.at, deletedSeconds: 0 };
  const time = { logNumber: life.at, changedMs: life.inode.times.changedMs ?? 0 };
  for (const { block, count } of formerRuns(reading, former).runs) {
    claims.add(lifeKey(number, life), { first: block, count }, time);
  }
}

function lifeKey(number: number, { first }: ExtLife): number {
  return LIFE_KEYS + number * 65536 + (first % 65536);
}

/** Deleted names of present directories and what is below those of them that are directories. */
function* goneTree(walk: Walk, waiting: Node[]): Generator<FileEntry> {
  const { reading } = walk;
  const entered = clusterSet();
  for (let node = waiting.pop(); node !== undefined && walk.entries < MOST_ENTRIES; node = waiting.pop()) {
    const inner: Node[] = [];
    const names = node.former === null ? goneNames(reading, node.inode) : formerNames(reading, node.former);
    for (const name of names) {
      const found = goneEntry(walk, { node, name });
      yield found.entry;
      const { former } = found;
      if (former === null || former.inode.kind !== "directory" || found.entry.path.length >= DEEPEST) continue;
      if (entered.add(former.inode.number))
        inner.push({ path: found.entry.path, inode: former.inode, former, state: found.entry.state });
    }
    if (node.former === null) {
      for (const { name, inode: number } of presentNames(reading, node.inode)) {
        if (!walk.directories.has(number)) continue;
        const inode = inodeNow(reading, number);
        if (inode?.kind !== "directory" || node.path.length + 1 >= DEEPEST || !entered.add(number)) continue;
        inner.push({ path: [...node.path, name.slice()], inode, former: null, state: "allocated" });
      }
    }
    for (const child of inner.reverse()) waiting.push(child);
  }
}

/** A deleted name with what is known of its file. */
function goneEntry(
  walk: Walk,
  { node, name }: { node: Node; name: GoneName },
): { entry: FileEntry; former: FormerInode | null } {
  const { reading } = walk;
  const state: EntryState = node.state === "orphan" ? "orphan" : "deleted";
  const base: EntryBase = { path: [...node.path, name.name], id: name.inode, kind: kindOfType(name.type), state };
  const nameOnly: FileEntry = { ...base, certainty: "name-only", times: {}, streams: [] };
  const none = { entry: nameOnly, former: null };
  const number = name.inode;
  if (number < 1 || number > reading.layout.inodes) return none;
  const now = inodeNow(reading, number);
  const past = name.sequence === null ? undefined : lifeAt(livesOf(reading, number), name.sequence);
  if (!isGone(reading, number)) {
    if (now !== null && now.links === 0 && fits(name, now)) return unlinkedEntry(walk, base, now);
    if (past === undefined || now === null) return none;
    if (past.generation === now.generation) {
      const entry: FileEntry = { ...nameOnly, renamed: true, kind: now.kind, times: now.times };
      return { entry, former: null };
    }
    return lifeEntry(walk, { base, number, life: past }) ?? none;
  }
  if (past !== undefined && now !== null && past.generation !== now.generation) {
    return lifeEntry(walk, { base, number, life: past }) ?? none;
  }
  const former = formerInode(reading, number);
  if (former === null || !fits(name, former.inode)) return none;
  const content = formerContent(reading, former, { claims: walk.claims, key: number });
  const again = !walk.given.add(number) && former.inode.links < 2;
  const { inode } = former;
  // Two deleted names of one inode: it was given to another file in between. Whose content is left is not known.
  const certainty = again && content.certainty === "proven" ? "best-fit" : content.certainty;
  const times = deletedTimes(inode, former.deletedSeconds);
  return {
    entry: { ...base, kind: inode.kind, times, ...content, certainty },
    former: content.streams.length > 0 ? former : null,
  };
}

/** A file that was deleted while a program still had it open: its blocks are its own until the next start. */
function unlinkedEntry(
  { reading, reached }: Walk,
  base: EntryBase,
  inode: ExtInode,
): { entry: FileEntry; former: null } {
  reached.add(inode.number);
  const entry = { ...base, kind: inode.kind, times: inode.times, ...presentContent(reading, inode) };
  return { entry, former: null };
}

function fits({ type }: ExtName, { kind }: ExtInode): boolean {
  return type === 0 || kindOfType(type) === kind;
}

type EntryBase = Pick<FileEntry, "path" | "id" | "kind" | "state">;

function lifeEntry(
  walk: Walk,
  { base, number, life }: { base: EntryBase; number: number; life: ExtLife },
): { entry: FileEntry; former: FormerInode | null } | null {
  const former = { inode: life.inode, sequence: life.at, deletedSeconds: 0 };
  const content = formerContent(walk.reading, former, { claims: walk.claims, key: lifeKey(number, life) });
  walk.givenLives.add(`${number} ${life.generation}`);
  const entry = { ...base, kind: life.inode.kind, times: life.inode.times, ...content };
  return { entry, former };
}

/** What has no name any more: inodes in use that nothing leads to, deleted inodes with content, former lives. */
function* orphanTree(walk: Walk): Generator<FileEntry> {
  const { reading } = walk;
  for (const number of inodesEverUsed(reading)) {
    if (walk.reached.has(number) || walk.given.has(number)) continue;
    const path = [utf8(`OrphanFile-${number}`)];
    if (!isGone(reading, number)) {
      const inode = inodeNow(reading, number);
      if (inode === null || inode.kind === "other" || reading.layout.ownInodes.includes(number)) continue;
      if ((inode.flags & INODE_FLAG.attributeBytes) !== 0) continue;
      walk.reached.add(number);
      yield presentEntry(reading, { path, inode, state: "orphan" });
      if (inode.kind === "directory") yield* presentTree(walk, [{ path, inode, former: null, state: "orphan" }]);
      continue;
    }
    const former = formerInode(reading, number);
    if (former === null) continue;
    const content = formerContent(reading, former, { claims: walk.claims, key: number });
    if (!content.streams.some((stream) => stream.sizeBytes > 0)) continue;
    walk.given.add(number);
    const { inode } = former;
    const times = deletedTimes(inode, former.deletedSeconds);
    yield { path, id: number, kind: inode.kind, state: "orphan", times, ...content };
    if (inode.kind === "directory") yield* goneTree(walk, [{ path, inode, former, state: "orphan" }]);
  }
  for (const number of inodesWithCopies(reading)) {
    for (const life of pastLives(reading, number)) {
      if (walk.given.has(number) && inodeNow(reading, number) === null) continue;
      if (walk.givenLives.has(`${number} ${life.generation}`)) continue;
      const path = [utf8(`OrphanFile-${number}-${life.generation}`)];
      const base: EntryBase = { path, id: number, kind: life.inode.kind, state: "orphan" };
      const found = lifeEntry(walk, { base, number, life });
      if (!found?.entry.streams.some((stream) => stream.sizeBytes > 0)) continue;
      yield found.entry;
      const { former } = found;
      if (former?.inode.kind !== "directory") continue;
      yield* goneTree(walk, [{ path, inode: former.inode, former, state: "orphan" }]);
    }
  }
}
