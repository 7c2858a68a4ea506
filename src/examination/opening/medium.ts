import type { EntryWishes, FileEntry, Problem } from "#examination/filesystems";
import type { OpenImage } from "#examination/images";
import type { ByteSource, PhaseRegion } from "#examination/sources";
import type { VolumeExtent, VolumeKind, VolumeProblem, VolumeRefusal, VolumeScheme } from "#examination/volumes";

/** An opened medium: an image or a device, its volumes, and in them its file systems. */
export interface Medium {
  /** Name of the file or device: the first link of every place in it. */
  name: Uint8Array;
  /** Path as text. */
  place: string;
  kind: "image" | "device";
  /** How the medium is kept; a device as a raw image of itself. */
  image: OpenImage;
  scheme: VolumeScheme;
  volumes: MediumVolume[];
  problems: VolumeProblem[];
  close(): void;
}

/** A volume, or bytes that belong to none. */
export interface MediumVolume {
  /** Links in places: none where the medium has no table; "p1" for the first volume; "p2", "root" in a volume group. */
  links: string[];
  /** From 1, volumes only; 0 for bytes of none. */
  number: number;
  /** In the medium, of its first piece. */
  startByte: number;
  sizeBytes: number;
  /** Where its bytes stand in the medium. */
  extents: VolumeExtent[];
  /** Kind as its table says. */
  kind: VolumeKind;
  label: string | null;
  unallocated: boolean;
  /** Null where its bytes are not read: `refused` says why. */
  source: ByteSource | null;
  refused: VolumeRefusal | null;
  encrypted: PhaseRegion["encrypted"];
  /** Name of a file system that is not read ("btrfs"), or of something else with a mark; null where nothing is known or it is read. */
  found: string | null;
  trees: MediumTree[];
}

/** A tree of entries in a volume: a file system, or a logical image's files. */
export interface MediumTree {
  /** Link in places: the file system's kind, "ntfs"; of a shadow copy with its number, "ntfs-shadow1". */
  kind: string;
  label: string | null;
  blockBytes: number;
  sizeBytes: number;
  entries(wishes?: EntryWishes): Iterable<FileEntry>;
  /** What the file system says is free; a logical image says nothing of it. */
  unallocated?(): Iterable<VolumeExtent>;
  problems: readonly Problem[];
}

/** Where an entry stands in a medium. */
export interface TreePlace {
  medium: Medium;
  volume: MediumVolume;
  tree: MediumTree;
}
