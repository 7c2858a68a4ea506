import { big, holds } from "#base/values";
import { otherVolume, VOLUME_HEAD_BYTES } from "./boot-sector-others.ts";
import { bootSectorVolume } from "./boot-sector-volume.ts";
import type { ByteSource } from "./byte-source.ts";
import { ReadError } from "./read-error.ts";

/** What is known of other file systems and of volumes that are none, by a mark at a fixed place. */
const MARKS: readonly (readonly [name: string, at: number, mark: string])[] = [
  ["squashfs", 0, "hsqs"],
  ["squashfs", 0, "sqsh"],
  ["erofs", 1024, "\xe2\xe1\xf5\xe0"],
  ["cramfs", 0, "\x45\x3d\xcd\x28"],
  ["romfs", 0, "-rom1fs-"],
  ["jfs", 32_768, "JFS1"],
  ["reiserfs", 65_536 + 52, "ReIsEr"],
  ["ufs", 65_536 + 1372, "\x19\x01\x54\x19"],
  ["ufs", 8192 + 1372, "\x54\x19\x01\x00"],
  ["bcachefs", 4096 + 24, "\xc6\x85\x73\xf6\x66\xce\x90\xa9"],
  ["bcache", 4096 + 24, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca"],
  ["zfs-member", 0x4000 + 20, "\0\0\0\x07version"],
];

/** Of those whose superblock tells more than a mark. The others are read, or damaged. */
const NOT_READ = new Set(["refs", "xfs", "btrfs", "f2fs", "lvm2", "linux-raid", "swap"]);

/**
 * The name of what stands in a volume, as far as a mark in its first 72 KiB tells; null where none does. For volumes without a file
 * system that is read: it says what was met, and proves nothing of its contents.
 */
export function volumeNamed({ readSync, sizeBytes }: ByteSource): string | null {
  const head = new Uint8Array(Math.min(VOLUME_HEAD_BYTES, sizeBytes));
  for (let at = 0; at < head.length; ) {
    const got = readOrNone(readSync, head.subarray(at), at);
    if (got === 0) break;
    at += got;
  }
  const known = (bootSectorVolume(head) ?? otherVolume(head))?.fileSystem;
  if (known !== undefined) return NOT_READ.has(known) ? known : null;
  return MARKS.find(([, at, mark]) => holds(head, at, mark))?.[0] ?? (isOldHfs(head) ? "hfs" : null);
}

/** Two letters are not enough: the size of its blocks is one of sectors, too. @see Inside Macintosh: Files, 2-60 */
function isOldHfs(head: Uint8Array): boolean {
  const blockBytes = big(head, 1024 + 20, 4);
  return holds(head, 1024, "BD") && blockBytes > 0 && blockBytes % 512 === 0;
}

function readOrNone(readSync: ByteSource["readSync"], view: Uint8Array, at: number): number {
  try {
    return readSync(view, at);
  } catch (error) {
    if (error instanceof ReadError) return 0;
    throw error;
  }
}
