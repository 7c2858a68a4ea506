import type { Finding } from "#examination/evidence";
import type { OpenImage, Refusal } from "#examination/images";
import type { DeviceSpec, ImageSpec } from "#examination/sources";

/** The one line to the child that opens media (medium.child.node.ts). */
export type MediumRequest = LookRequest | PlacesRequest | GuideRequest;

/** What container an image file is; `path`: absolute, hexadecimal. */
interface LookRequest {
  verb: "look";
  path: string;
}

/** Where the media files of a medium would be probed. */
export interface GuideRequest extends Pick<PlacesRequest, "source" | "name"> {
  verb: "guide";
  most: number;
}

/** In which files, deleted entries, slack or free space bytes of a medium stand. */
export interface PlacesRequest {
  verb: "places";
  /** A device comes as descriptor 4. */
  source: ImageSpec | DeviceSpec;
  /** First link of every place, hexadecimal. */
  name: string;
  /** Bytes of the medium that are asked for, ascending. */
  offsets: number[];
  /** Trees that are not walked, as "tree" lines named them. */
  skip: string[];
  /** Tests only: what happens in this tree. */
  fault?: MediumFault;
}

/** A reader of foreign bytes that fails, for tests. */
export interface MediumFault {
  tree: string;
  how: "crash" | "hang" | "memory";
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

/** Lines of the child's standard output. */
export type MediumLine =
  | { kind: "beat" }
  /** The tree that is walked from now on. */
  | { kind: "tree"; tree: string }
  | { kind: "container"; answer: ContainerAnswer }
  /** `of`: for every offset that was asked the index of its standing, or -1. */
  /** Ascending; deleted files are read behind those that are there. */
  | { kind: "guide"; present: number[]; deleted: number[] }
  | { kind: "places"; standings: Standing[]; of: number[]; volumes: VolumeRow[] };
