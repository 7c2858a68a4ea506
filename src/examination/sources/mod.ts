// sources: what a source is (folder, raw image, block device), where in it a byte stands, and its bytes by ranges.
// Takes a path or a reader; gives looks, places, ranges. Never writes to a source, never mounts, never follows a link,
// never holds a whole source in memory, never judges what the bytes mean.

export type { ByteSource } from "./byte-source.ts";
export { slice } from "./byte-source.ts";
export { sourceAnswers } from "./faults.ts";
export type { FolderEntry, FolderFile, FolderLink, FolderUnread, OpenFile } from "./folder-entry.ts";
export { knownPhases } from "./known-phases.ts";
export type { OpenBytes, ReadBytes, ReadFaultRange, ReadFaults, SourceHandles } from "./open-bytes.ts";
export type { Encryption, KnownPhases, PhaseRegion } from "./phase-region.ts";
export type { Place } from "./place-text.ts";
export { pathText, placeNames, placeText, splitPath } from "./place-text.ts";
export type { UnreadReason } from "./read-error.ts";
export { ReadError, unreadReason } from "./read-error.ts";
export { withReadFaults } from "./read-faults.ts";
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
export { saySources } from "./words.ts";
