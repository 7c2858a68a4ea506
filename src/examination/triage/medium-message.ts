import type { Finding } from "#examination/evidence";
import type { DigestAlgorithm } from "#examination/filters";
import type { OpenImage, Refusal } from "#examination/images";

/** What the child that reads media is asked (medium.child.node.ts). */
export type MediumTask = LookTask | PlacesTask | GuideTask | MediaTask | SizesTask | DigestsTask;

/** What container an image file is. */
interface LookTask {
  verb: "look";
}

/** Where the media files of a medium would be probed. */
interface GuideTask {
  verb: "guide";
  /** First link of every place, hexadecimal. */
  name: string;
  most: number;
}

/** In which files, deleted entries, slack or free space bytes of a medium stand. */
interface PlacesTask {
  verb: "places";
  name: string;
  /** Bytes of the medium that are asked for, ascending. */
  offsets: number[];
}

/** Lists files that may be pictures or videos, then gives bytes of them as it is asked (media-message.ts). */
interface MediaTask {
  verb: "media";
  name: string;
  most: number;
}

/** Which sizes the files of a medium have. */
export interface SizesTask {
  verb: "sizes";
  name: string;
}

/** Digests of the files of a medium that have one of these sizes. */
export interface DigestsTask {
  verb: "digests";
  name: string;
  sizes: number[];
  algorithms: DigestAlgorithm[];
}

/** What a container is, or why it is not read. */
export type ContainerAnswer =
  | {
      kind: "image";
      raw: boolean;
      /** As formatText of images writes it. */
      format: string;
      sizeBytes: number;
      /** Names of its files, hexadecimal, the one that was asked for among them. */
      files: string[];
      unread: OpenImage["unread"];
      badSectors: OpenImage["unread"];
      problems: OpenImage["problems"];
    }
  | { kind: "refused"; refusal: Refusal }
  /** Files without a disk: examined like a folder. */
  | ({ kind: "logical"; format: string } & Pick<OpenImage, "problems"> & { files: string[] });

/** Where a byte stands: additive fields of a finding. */
export type Standing = Pick<Finding, "place" | "placeBytes" | "standing" | "certainty">;

/** A file of a medium, read whole. */
export interface DigestedFile extends Standing {
  /** Of its first byte, from the start of the medium; 0 where it has no place of its own there (kept in a table, compressed). */
  offsetBytes: number;
  sizeBytes: number;
  digests: Partial<Record<DigestAlgorithm, string>>;
  /** Its bytes say too little (randomness.ts). */
  lowEntropy: boolean;
}

/** A volume of a medium, as far as page one needs it. */
export interface VolumeRow {
  place: string;
  startByte: number;
  sizeBytes: number;
  encrypted: string | null;
  /** Why its bytes are not read. */
  refused: string | null;
  /** File systems found in it. */
  trees: number;
  /** Bytes of no volume. */
  unallocated: boolean;
}

/** The child's answer, whole or not at all. */
export type MediumAnswer =
  | { kind: "container"; answer: ContainerAnswer }
  /** Bytes of the medium, ascending; deleted files are read behind those that are there. */
  | { kind: "guide"; present: number[]; deleted: number[] }
  | { kind: "sizes"; sizes: number[] }
  /** The last files; those before were told with their position. */
  | { kind: "files"; files: DigestedFile[]; unread: number }
  /** `of`: for every offset that was asked the index of its standing, or -1. */
  | { kind: "places"; standings: Standing[]; of: number[]; volumes: VolumeRow[] };
