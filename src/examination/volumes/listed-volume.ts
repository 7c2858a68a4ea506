import type { VolumeKind } from "./volume-kinds.ts";

/** A volume as its table says, in bytes of the source; not yet cut to its size. */
export interface ListedVolume {
  startByte: number;
  sizeBytes: number;
  kind: VolumeKind;
  type: string;
  name: string | null;
}

/** What a reader of one kind of table found. */
export interface FoundTable {
  sectorBytes: number;
  listed: ListedVolume[];
}

/** No table lists more; what follows is told. */
export const VOLUMES_LIMIT = 4096;
