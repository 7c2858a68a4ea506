import { utf8 } from "#base/values";
import { type ByteRange, isUnknownKind, joinRanges } from "#examination/carving";
import type { FileEntry, FileStream } from "#examination/filesystems";
import { type ByteSource, ReadError } from "#examination/sources";
import type { AreaKind, CarveFiles } from "./carve-message.node.ts";
import { entryChain, treeChain } from "./entry-place.ts";

import type { Medium, MediumVolume, TreePlace } from "./medium.ts";
import { type NamedRanges, namedRanges } from "./named-ranges.ts";
import type { GuardedEntry, WalkGuard } from "./walk-guard.node.ts";
import { treesOf } from "./walk-medium.ts";

/** Bytes that are searched as one. */
export interface CarveArea {
  what: AreaKind;
  read: ByteSource;
  grainBytes: number;
  /** Names of what is found: the chain, then "unallocated@…" with the byte. */
  chain: Uint8Array[];
  named: "unallocated" | "slack" | "carved";
  /** Where a stretch of it stands in what the chain's last name is. */
  piecesOf(stretch: ByteRange): ByteRange[];
  /** Where a byte of that stands in what is searched; null: it is none of it. */
  offsetOf(atByte: number): number | null;
  /** Files of it that deleted entries still name; absent: none can be. */
  listed?(): NamedRanges;
}

const SECTOR = 512;
const HEAD_BYTES = 4096;
/** Slack of so many files is searched in one file system. */
const SLACK_MOST = 2 ** 20;
const LEAST_BYTES = 64;
/** Shadow copies, snapshots and sessions: their free space is that of the file system as it is now. */
const EARLIER = /-(shadow|snapshot|session|earlier)/;

/** All areas of a medium: what is free first, then files and their slack, file system by file system. */
export function* carveAreas(
  medium: Medium,
  { guard, files }: { guard: Pick<WalkGuard, "walk" | "walkTree">; files: CarveFiles },
): Generator<CarveArea> {
  let number = 0;
  for (const volume of medium.volumes) {
    const outside = outsideOf(medium, volume);
    if (outside !== null) yield outside;
    for (const tree of volume.trees) {
      const own = number++;
      const place = { medium, volume, tree };
      const free = freeOf(place);
      // Directories without a name are not looked for: whoever compares files does not, either.
      const deleted = { deleted: true, orphans: false };
      if (free !== null) yield { ...free, listed: () => namedRanges(entriesOf(guard.walkTree(place, own, deleted))) };
    }
  }
  if (files === "none") return;
  yield* fileAreas(medium, { guard, files });
}

function* entriesOf(walk: Iterable<GuardedEntry>): Generator<FileEntry> {
  for (const { entry, closed } of walk) if (!closed) yield entry;
}

function outsideOf(medium: Medium, volume: MediumVolume): CarveArea | null {
  const { source, trees, links, encrypted, unallocated } = volume;
  if (source === null || trees.length > 0 || encrypted !== null) return null;
  const isDivided = medium.volumes.some((one) => one.links.length > links.length && one.links[0] === links[0]);
  if (isDivided && !unallocated) return null;
  const chain = [medium.name, ...links.map(utf8)];
  return { what: "outside", read: source, grainBytes: SECTOR, chain, named: "unallocated", ...AS_IT_IS };
}

const AS_IT_IS: Pick<CarveArea, "piecesOf" | "offsetOf"> = {
  piecesOf: (stretch) => [stretch],
  offsetOf: (atByte) => atByte,
};

function freeOf(place: TreePlace): CarveArea | null {
  const { volume, tree } = place;
  if (volume.source === null || tree.unallocated === undefined || EARLIER.test(tree.kind)) return null;
  const read = joinRanges(volume.source, tree.unallocated());
  const grainBytes = tree.blockBytes % SECTOR === 0 && tree.blockBytes > 0 ? tree.blockBytes : SECTOR;
  return {
    what: "free",
    read,
    grainBytes,
    chain: treeChain(place),
    named: "unallocated",
    piecesOf: read.piecesOf,
    offsetOf: read.offsetOf,
  };
}

function* fileAreas(
  medium: Medium,
  { guard, files }: { guard: Pick<WalkGuard, "walk">; files: CarveFiles },
): Generator<CarveArea> {
  let slack: ByteRange[] = [];
  let last: TreePlace | null = null;
  for (const found of guard.walk(treesOf(medium), { deleted: false })) {
    if (last !== null && last.tree !== found.tree) {
      yield* slackOf(last, slack);
      slack = [];
    }
    last = found;
    for (const stream of found.entry.streams) {
      if (slack.length < SLACK_MOST && !EARLIER.test(found.tree.kind)) slack.push(...(stream.slack ?? []));
      const area = found.closed ? null : fileOf(found, stream, files);
      if (area !== null) yield area;
    }
  }
  if (last !== null) yield* slackOf(last, slack);
}

function* slackOf(place: TreePlace, ranges: readonly ByteRange[]): Generator<CarveArea> {
  const { source } = place.volume;
  if (source === null || ranges.length === 0) return;
  const ascending = [...ranges].sort((a, b) => a.startByte - b.startByte);
  const read = joinRanges(source, ascending);
  const chain = treeChain(place);
  yield {
    what: "slack",
    read,
    grainBytes: SECTOR,
    chain,
    named: "slack",
    piecesOf: read.piecesOf,
    offsetOf: read.offsetOf,
  };
}

function fileOf(found: GuardedEntry, stream: FileStream, files: CarveFiles): CarveArea | null {
  const { read, encrypted } = stream;
  if (found.entry.kind !== "file" || encrypted === true || read.sizeBytes < LEAST_BYTES) return null;
  if (files === "unknown" && !isUnknownKind(headOf(read))) return null;
  const chain = entryChain(found, found.entry, stream);
  return { what: "file", read, grainBytes: SECTOR, chain, named: "carved", ...AS_IT_IS };
}

function headOf(read: ByteSource): Uint8Array {
  const head = new Uint8Array(Math.min(HEAD_BYTES, read.sizeBytes));
  try {
    return head.subarray(0, read.readSync(head, 0));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return head.subarray(0, error.goodBytes);
  }
}
