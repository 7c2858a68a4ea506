import type { ByteSource } from "#examination/sources";
import type { FileSystem } from "./file-system.ts";

/** FAT12, FAT16 and FAT32. */
export function openFat(_volume: ByteSource): FileSystem | null {
  return null;
}
