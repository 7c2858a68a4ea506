import { type IsoTree, isoTrees } from "./iso-descriptor.ts";
import { isoRecord } from "./iso-record.ts";
import { saysAt } from "./ntfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// A disc may be written in several sessions. Each has descriptors of its own, 16 sectors behind its start, and a tree with
// all that is to be seen from then on. Discs that can be written over have the newest session's descriptors in front, too.

const SECTOR = 2048;
const FIRST = 16;
/** Behind the front, where a first session may stand whose descriptors in front were written over. */
const FRONT_SECTORS = 96;
/** Between two sessions of a CD: at most 11,400 sectors of lead-out and lead-in, and 150 before the first. */
const GAP_SECTORS = 12_288;
const SESSIONS_LIMIT = 100;

export interface IsoSession {
  trees: IsoTree[];
  /** Where its descriptors stand. */
  startByte: number;
  endByte: number;
}

/** The sessions of a disc, the oldest first; none where there is no disc. */
export function isoSessions(read: VolumeReader, volumeBytes: number): IsoSession[] {
  const sectors = Math.floor(volumeBytes / SECTOR);
  const first = sessionAt(read, FIRST);
  if (first === null) return [];
  const found = new Map([[rootOf(first), first]]);
  let searched = FIRST;
  let end = FIRST;
  const search = (from: number, to: number): boolean => {
    for (let sector = Math.max(from, searched + 1); sector < Math.min(to, sectors); sector++) {
      searched = sector;
      const session = startsAt(read, sector) ? sessionAt(read, sector) : null;
      if (session === null) continue;
      if (!found.has(rootOf(session))) found.set(rootOf(session), session);
      end = Math.max(end, endSector(session, sector));
      return true;
    }
    return false;
  };
  search(FIRST + 1, FRONT_SECTORS);
  end = Math.max(end, endSector(first, FIRST));
  while (found.size < SESSIONS_LIMIT && search(end, end + GAP_SECTORS));
  return [...found.entries()].sort(([a], [b]) => a - b).map(([, session]) => session);
}

function startsAt(read: VolumeReader, sector: number): boolean {
  const bytes = read(sector * SECTOR, 8);
  return bytes[0] === 1 && saysAt(bytes, 1, "CD001");
}

function sessionAt(read: VolumeReader, sector: number): IsoSession | null {
  const { trees, endByte } = isoTrees(read, sector);
  // The plain tree comes first; a second one's folders are their own parents with some writers, so it proves nothing.
  const isOther = sector !== FIRST && trees.slice(0, 1).some((tree) => !isOwnRoot(read, tree));
  return trees.length === 0 || isOther ? null : { trees, startByte: sector * SECTOR, endByte };
}

/** Whether a tree's root is one here: numbers of a disc within the disc (a hybrid's partition) count from that one's start. */
function isOwnRoot(read: VolumeReader, { rootBlock, blockBytes }: IsoTree): boolean {
  const start = read(rootBlock * blockBytes, 512);
  const self = isoRecord(start, 0, 0);
  const parent = self === null ? null : isoRecord(start, start[0] ?? 0, 0);
  return [self, parent].every((record, i) => record?.block === rootBlock && record.identifier[0] === i);
}

function rootOf({ trees }: IsoSession): number {
  return Math.min(...trees.map(({ rootBlock, blockBytes }) => rootBlock * blockBytes));
}

/** Sizes count from the session's start with some writers, from the disc's with others: the next session is behind either. */
function endSector({ trees }: IsoSession, sector: number): number {
  const [tree] = trees;
  const own = tree === undefined ? 0 : Math.floor((tree.blocks * tree.blockBytes) / SECTOR);
  return own > sector ? own : sector - FIRST + own;
}
