import { blockMap } from "./ext-blocks.ts";
import { inlineBytes } from "./ext-inline.ts";
import { type ExtInode, readExtInode } from "./ext-inode.ts";
import { type ExtReading, formerGround, inodeNow, inodePlace } from "./ext-reading.ts";

/** One life of an inode as the journal's copies tell it: from being given to a file until that was deleted. */
export interface ExtLife {
  generation: number;
  /** Sequence of the first copy in which it lives. */
  first: number;
  /** Its last copy that names content; else its last copy. */
  inode: ExtInode;
  /** Sequence of that copy. */
  at: number;
}

/** What is left of a deleted inode. */
export interface FormerInode {
  inode: ExtInode;
  /** Of the journal's copy; null where it stands in its place. */
  sequence: number | null;
  /** 0 where unknown. */
  deletedSeconds: number;
}

/** The lives of an inode of which the journal has copies, oldest first. */
export function livesOf({ journal, layout, groups }: ExtReading, number: number): ExtLife[] {
  const place = journal === null ? null : inodePlace({ layout, groups }, number);
  if (journal === null || place === null) return [];
  const lives: ExtLife[] = [];
  for (const { sequence, bytes } of journal.copiesOf(place.block)) {
    const inode = readExtInode(bytes.slice(place.within, place.within + layout.inodeBytes), number);
    if (inode === null || inode.links === 0 || inode.deletedSeconds !== 0) continue;
    const life = lives.findLast((one) => one.generation === inode.generation && one.inode.kind === inode.kind);
    if (life === undefined) lives.push({ generation: inode.generation, first: sequence, inode, at: sequence });
    else if (namesContent(inode) || !namesContent(life.inode)) {
      life.inode = inode;
      life.at = sequence;
    }
  }
  return lives;
}

/** The life an inode was in when a block was copied. */
export function lifeAt(lives: ExtLife[], sequence: number): ExtLife | undefined {
  return lives.findLast((life) => life.first <= sequence);
}

/** Whether an inode names blocks or holds bytes itself. */
function namesContent(inode: ExtInode): boolean {
  const readBlock = (): Uint8Array => new Uint8Array(0);
  const map = blockMap(inode, { blockBytes: 4096, blocks: Number.MAX_SAFE_INTEGER, readBlock });
  return (
    map.runs.length > 0 || map.mapBlocks.length > 0 || (inlineBytes(inode)?.length ?? 0) > 0 || inode.kind === "link"
  );
}

/** What is left of an inode that is not in use: its own pointers, or the journal's last copy of the same life. */
export function formerInode(reading: ExtReading, number: number): FormerInode | null {
  const now = inodeNow(reading, number);
  if (now !== null && namesContent(now) && now.sizeBytes > 0) {
    const map = blockMap(now, formerGround(reading, null));
    if (map.runs.length > 0 || map.mapBlocks.length === 0) {
      return { inode: now, sequence: null, deletedSeconds: now.deletedSeconds };
    }
  }
  const lives = livesOf(reading, number);
  const life = now === null ? lives.at(-1) : lives.findLast((one) => one.generation === now.generation);
  if (life !== undefined && life.inode.sizeBytes > 0) {
    return { inode: life.inode, sequence: life.at, deletedSeconds: now?.deletedSeconds ?? 0 };
  }
  return now === null ? null : { inode: now, sequence: null, deletedSeconds: now.deletedSeconds };
}
