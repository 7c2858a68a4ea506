import type { ByteSource } from "#examination/sources";
import type { FileSystem } from "./file-system.ts";

/** exFAT. */
export function openExfat(_volume: ByteSource): FileSystem | null {
  return null;
}
