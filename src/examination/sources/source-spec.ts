/** How a source is named to another process or thread: JSON-safe, paths as hexadecimal bytes. Made by lookAtSource. */
export type SourceSpec = FolderSpec | ImageSpec | DeviceSpec;

export interface FolderSpec {
  kind: "folder";
  /** Absolute path, hexadecimal. */
  pathBytes: string;
  /** Not a folder but an image that holds files and no disk: name of the format. Its files are opened by the images room. */
  container?: string;
}

export interface ImageSpec {
  kind: "image";
  /** Absolute paths (hexadecimal) and sizes, in reading order; one element where the image is one file. */
  segments: { pathBytes: string; sizeBytes: number }[];
  /** Of the disk: with a container not the sum of its files. */
  sizeBytes: number;
  /** The files' bytes are not the disk's own: name of the format. Opened by the images room, never by openSource. */
  container?: string;
}

export interface DeviceSpec {
  kind: "device";
  /** "/dev/" and the kernel's name, never a link. */
  path: string;
  /** "major:minor", compared with what is opened. */
  number: string;
  sizeBytes: number;
  sectorBytes: number;
}

/** How a source is best read: seeks cost on rotating media; images are treated by the caller's choice. */
type Medium = "rotating" | "flash" | "image" | "folder";

/** Facts found before the first read; null where the system does not say. */
export interface WriteState {
  /** True where the hardware forbids writing (a lock switch, optical media, mmc's read-only area); never guessed. */
  hardware: boolean | null;
  /** True where the kernel's block layer refuses writes to it (all of the disk, for a disk). */
  kernel: boolean | null;
  mounted: boolean;
  mountedWritable: boolean;
}

/** One place at which (a part of) the source is in use by this computer. */
export interface SourceMount {
  /** Device or loop device that is mounted, e.g. "/dev/sdb1". */
  device: string;
  /** Where, escaped as in docs/formats/place.md; "[swap]" for swap space. */
  mountPoint: string;
  writable: boolean;
}

/** What page one must say about a source, in the form of a report's notice. Sentences: words, "notice.<code>". */
export interface SourceNotice {
  code: SourceNoticeCode;
  values: Record<string, string | number>;
}

export const SOURCE_NOTICES = [
  "mounted-writable",
  "mounted",
  "no-write-blocker",
  "own-disk",
  "raw-device-first",
  "on-writable-mount",
  "folder-times",
  "mounts-unknown",
  "segments-uneven",
  "compressed-file",
] as const;
type SourceNoticeCode = (typeof SOURCE_NOTICES)[number];

/** What a source is, found without opening a device. */
export interface SourceLook {
  spec: SourceSpec;
  /** The path as text, escaped as in docs/formats/place.md but with "/" between its names. */
  place: string;
  /** Hexadecimal of the path where it is not valid Unicode. */
  placeBytes?: string;
  /** Last name of the path: first link of the chain of parents that places inside the source begin with. */
  name: Uint8Array;
  /** 0 for a folder: known only after listing. */
  sizeBytes: number;
  /** Logical sector; 512 for images and folders. */
  sectorBytes: number;
  medium: Medium;
  removable: boolean | null;
  serial?: string;
  model?: string;
  segments?: number;
  readOnly: WriteState;
  mounts: SourceMount[];
  /** The disk this computer or Phum itself runs from. */
  ownDisk: boolean;
  /** The whole disk beneath a given partition or folder: to be offered first. */
  rawDevice?: string;
  notices: SourceNotice[];
}

/** What a plugged-in disk is for whoever holds it in the hand; "image": a loop device. */
export type PluggedKind = "stick" | "card" | "disk" | "disc" | "image";

/** One disk that is plugged in, as listDevices sees it. */
export interface PluggedDevice {
  path: string;
  kind: PluggedKind;
  /** Counts up with every plugging, where the kernel tells it (Linux 5.15): another one in the same socket is another device. */
  plugging: string;
  sizeBytes: number;
  sectorBytes: number;
  medium: "rotating" | "flash";
  removable: boolean | null;
  serial?: string;
  model?: string;
  readOnly: WriteState;
  mounts: SourceMount[];
  ownDisk: boolean;
  partitions: { path: string; offsetBytes: number; sizeBytes: number }[];
}
