import type { EntryKind, FileTimes } from "./file-entry.ts";
import { be16, be32, hfsName, hfsTimeMs } from "./hfs-fields.ts";
import { type HfsFork, readFork } from "./hfs-header.ts";
import type { HfsRecord } from "./hfs-tree.ts";

// @see Apple Technical Note TN1150, "Catalog File", "Hard Links"

const HARD_LINK = 0x686c6e6b;
const HFS_PLUS = 0x6866732b;
const FOLDER_LINK = 0x66647270;
const COMPRESSED = 0x20;

/** A file or folder of the catalog. */
export interface HfsItem {
  parent: number;
  name: Uint8Array;
  id: number;
  kind: EntryKind;
  times: FileTimes;
  content: HfsFork | null;
  resources: HfsFork | null;
  /** The file's bytes are compressed, and stand elsewhere. */
  compressed: boolean;
  /** Number of the shared file this name leads to; 0: none. */
  linkTo: number;
}

/** The item of a record; null where it is another kind of record, or cannot be right. */
export function hfsItem({ key, value }: HfsRecord): HfsItem | null {
  const type = be16(value, 0);
  if (key.length < 6 || key.length !== 6 + 2 * be16(key, 4) || be16(key, 4) > 255) return null;
  if (!((type === 1 && value.length >= 88) || (type === 2 && value.length >= 248))) return null;
  const id = be32(value, 8);
  const parent = be32(key, 0);
  if (id === 0 || parent === 0) return null;
  const fileType = be32(value, 48);
  const isLink = type === 2 && fileType === HARD_LINK && be32(value, 52) === HFS_PLUS;
  const isFolderLink = type === 2 && fileType === FOLDER_LINK;
  return {
    parent,
    name: hfsName(key, 4),
    id,
    kind: type === 1 || isFolderLink ? "directory" : kindOfMode(be16(value, 42)),
    times: timesOf(value),
    content: type === 2 && !isFolderLink ? readFork(value, 88) : null,
    resources: type === 2 && !isFolderLink ? readFork(value, 168) : null,
    compressed: type === 2 && ((value[41] ?? 0) & COMPRESSED) !== 0,
    linkTo: isLink ? be32(value, 44) : 0,
  };
}

/** Mode 0 is a file's of an older system. */
function kindOfMode(mode: number): EntryKind {
  const kind = mode >> 12;
  return kind === 8 || kind === 0 ? "file" : kind === 10 ? "link" : "other";
}

function timesOf(value: Uint8Array): FileTimes {
  const times: FileTimes = {};
  for (const [at, name] of [
    [12, "createdMs"],
    [16, "modifiedMs"],
    [20, "changedMs"],
    [24, "accessedMs"],
  ] as const) {
    const ms = hfsTimeMs(value, at);
    if (ms !== undefined) times[name] = ms;
  }
  return times;
}
