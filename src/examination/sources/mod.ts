// sources: what a source is (folder, raw image, block device), where in it a byte stands, and its bytes by ranges.
// Takes a path or a reader; gives looks, places, ranges. Never writes to a source, never mounts, never follows a link,
// never holds a whole source in memory, never judges what the bytes mean.
export type { FolderEntry, FolderFile, FolderLink, FolderUnread, OpenFile } from "./folder-entry.ts";
export type { OpenBytes, ReadBytes, ReadFaultRange, ReadFaults, SourceHandles } from "./open-bytes.ts";
export type { Encryption, KnownPhases, PhaseRegion } from "./phase-region.ts";
export type { UnreadReason } from "./read-error.ts";
export { ReadError, unreadReason } from "./read-error.ts";
export type {
  DeviceSpec,
  FolderSpec,
  ImageSpec,
  Medium,
  PluggedDevice,
  SourceLook,
  SourceMount,
  SourceNotice,
  SourceNoticeCode,
  SourceSpec,
  WriteState,
} from "./source-spec.ts";
export { SOURCE_NOTICES } from "./source-spec.ts";

// Coming from this door (signatures are settled):
//   placeText(chain: Uint8Array[]): { place: string; placeBytes?: string }      names → text, reversible
//   placeNames(place: string): Uint8Array[]                                     the way back
//   splitPath(pathBytes: Uint8Array): Uint8Array[]                              names of a relative path
//   knownPhases(readSync: ReadBytes, sizeBytes: number): KnownPhases
//   withReadFaults(open: OpenBytes, faults: ReadFaults, vanished?: Int32Array): OpenBytes    tests and practice only
//   sourceAnswers, saySources
