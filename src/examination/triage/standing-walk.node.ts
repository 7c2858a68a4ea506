import { utf8 } from "#base/values";
import type { FileEntry, FileStream } from "#examination/filesystems";
import {
  chainText,
  entryChain,
  type Medium,
  type MediumTree,
  type MediumVolume,
  treeChain,
  treesOf,
  type WalkGuard,
} from "#examination/opening/node";
import type { Standing, VolumeRow } from "./medium-message.ts";
import { rangesOnMedium } from "./medium-ranges.ts";
import { type Claim, type LazyStanding, type StandingBook, standingBook } from "./standing-book.ts";
import { ORPHANS_MOST_BYTES } from "./thresholds.ts";

/** How a medium's entries are walked. */
export interface StandingWalk {
  /** Ascending. */
  offsets: readonly number[];
  guard: WalkGuard;
}

/**
 * Says in which entries bytes of a medium stand: one walk through every tree, in the order of the medium.
 *
 * @throws What a reader of foreign bytes may throw though it must not; what was found out is lost then.
 */
export function standingsIn(medium: Medium, walk: StandingWalk): ReturnType<StandingBook["result"]> {
  const book = standingBook(walk.offsets);
  if (walk.offsets.length === 0) {
    beginTrees(medium, walk.guard);
    return book.result();
  }
  for (const volume of medium.volumes) claimVolume(book, medium, volume);
  let number = 0;
  for (const place of treesOf(medium)) walkTree(book, { place, number: number++ }, walk.guard);
  return book.result();
}

const WITH_JOURNAL = /^(ext|hfs)/;

/** Whether changes wait in a journal is known once its file system's first entry was read. */
function beginTrees(medium: Medium, guard: WalkGuard): void {
  let number = 0;
  for (const place of treesOf(medium)) {
    const own = number++;
    if (!WITH_JOURNAL.test(place.tree.kind)) continue;
    for (const _ of guard.walkTree(place, own, { deleted: true, orphans: false })) break;
  }
}

/** Volumes of a medium for page one. */
export function volumeRows(medium: Medium): VolumeRow[] {
  return medium.volumes.map((volume) => ({
    place: chainText([medium.name, ...volume.links.map(utf8)]).place,
    ...{ startByte: volume.startByte, sizeBytes: volume.sizeBytes, encrypted: volume.encrypted },
    ...{
      refused: volume.refused,
      found: volume.found,
      waiting: volume.trees.some(isWaiting),
      trees: volume.trees.length,
      unallocated: volume.unallocated,
    },
  }));
}

function isWaiting({ problems }: MediumTree): boolean {
  return problems.some(({ what }) => what === "journal-fast" || what === "journal-waiting");
}

interface Place {
  medium: Medium;
  volume: MediumVolume;
  tree: MediumTree;
}

/** What is in no entry: of the file system, of the volume, or of none. */
function claimVolume(book: StandingBook, medium: Medium, volume: MediumVolume): void {
  const { links, number, unallocated, trees } = volume;
  if (!unallocated && number === 0) return; // the whole medium beside its volumes: only its entries count
  if (links.length === 0 && trees.length === 0) return;
  const [only, more] = trees;
  const chain =
    only !== undefined && more === undefined
      ? treeChain({ medium, volume, tree: only })
      : [medium.name, ...links.map(utf8)];
  const standing = lazy(() => (unallocated ? { ...chainText(chain), standing: "outside" } : chainText(chain)));
  for (const extent of volume.extents) book.claim(unallocated ? "outside" : "volume", extent, standing);
}

function walkTree(book: StandingBook, { place, number }: { place: Place; number: number }, guard: WalkGuard): void {
  const { tree, volume } = place;
  const orphans = volume.sizeBytes <= ORPHANS_MOST_BYTES;
  for (const { entry } of guard.walkTree(place, number, { deleted: true, orphans })) {
    if (entry.renamed === true) continue;
    for (const stream of entry.streams) claimStream(book, { ...place, entry, stream });
  }
  if (guard.isCut(number)) return;
  const free = lazy(() => ({ ...chainText(treeChain(place)), standing: "unallocated" }));
  for (const range of tree.unallocated?.() ?? []) {
    claimRange(book, { volume, claim: "unallocated", standing: free }, range);
  }
}

function claimStream(book: StandingBook, at: Place & { entry: FileEntry; stream: FileStream }): void {
  const { entry, stream, volume } = at;
  const { certainty } = entry;
  const claim = claimOf(entry);
  if (claim === null || certainty === "name-only") return;
  const place = (): Standing => chainText(entryChain(at, entry, stream));
  const standing = lazy(() =>
    claim === "allocated" ? { ...place(), standing: claim } : { ...place(), standing: "deleted", certainty },
  );
  let before = 0;
  for (const { startByte, lengthBytes, lost } of stream.extents) {
    const inside = Math.min(lengthBytes, stream.sizeBytes - before);
    before += lengthBytes;
    if (startByte === null || lost === true || inside <= 0) continue;
    claimRange(book, { volume, claim, standing }, { startByte, lengthBytes: inside });
  }
  if (claim !== "allocated") return;
  const slack = lazy(() => ({ ...place(), standing: "slack" }));
  for (const range of stream.slack ?? []) claimRange(book, { volume, claim: "slack", standing: slack }, range);
}

/** Null: it names no bytes. */
function claimOf({ state, certainty }: FileEntry): Claim | null {
  if (state === "allocated") return "allocated";
  if (certainty === "name-only") return null;
  if (state === "orphan") return "orphan";
  return certainty === "proven" ? "deleted" : "guess";
}

/** Claims a range of a volume, wherever its pieces stand in the medium. */
function claimRange(
  book: StandingBook,
  { volume, claim, standing }: { volume: MediumVolume; claim: Claim; standing: LazyStanding },
  range: { startByte: number; lengthBytes: number },
): void {
  for (const piece of rangesOnMedium(volume.extents, range)) book.claim(claim, piece, standing);
}

/** Gives a function its own type, so that literals stay literals. */
function lazy(standing: LazyStanding): LazyStanding {
  return standing;
}
