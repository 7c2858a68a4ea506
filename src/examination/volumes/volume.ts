import type { ByteSource } from "#examination/sources";
import type { VolumeKind } from "./volume-kinds.ts";
import type { VolumeProblem } from "./volume-problem.ts";

export type VolumeScheme = "none" | "mbr" | "gpt" | "apm" | "lvm2";

/** Bytes of the source, from its start. */
export interface VolumeExtent {
  startByte: number;
  lengthBytes: number;
}

/** One volume of a table, or a gap that no volume covers. */
export interface Volume {
  /** 0 for the first, in the order of their starts; gaps are counted too. */
  index: number;
  /** Its first byte in the source; of a logical volume, that of its first piece. */
  startByte: number;
  /** What of it lies within the source; 0 where none does. */
  sizeBytes: number;
  /** What the table says it holds. Not what it holds: that is for the file systems' readers. Sentences: "kind.<kind>". */
  kind: VolumeKind;
  /** The table's own word: "0x83", a GUID, "Apple_HFS", "linear"; "" for a gap. */
  type: string;
  /** As the table names it; null where it does not. */
  name: string | null;
  unallocated: boolean;
  /** Where its bytes stand, in their order; more than one piece only with LVM2. */
  extents: VolumeExtent[];
  /** Its bytes; null where they are not (only) in this source, or laid out in a way that is not read: see `refused`. */
  read: ByteSource | null;
  /** Why it is not read. Sentences: "refused.<name>". */
  refused?: VolumeRefusal;
}

export type VolumeRefusal = "lvm2-other-device" | "lvm2-layout" | "lvm2-empty";

/** What a source is divided into. Volumes that the table lists and the gaps between them cover the source. */
export interface VolumeTable {
  scheme: VolumeScheme;
  /** Unit of the table's numbers; 512 where there is no table. */
  sectorBytes: number;
  volumes: Volume[];
  /**
   * The source's start is also that of a file system (hybrid discs, a stick formatted over its table): the whole source is
   * to be tried as one volume too, and what it gives offered beside the volumes.
   */
  alsoWhole: boolean;
  problems: VolumeProblem[];
}
