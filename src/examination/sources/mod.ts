// sources: what a source is (folder, raw image, block device), where in it a byte stands, and its bytes by ranges.
// Takes a path or a reader; gives looks, places, ranges. Never writes to a source, never mounts, never follows a link,
// never holds a whole source in memory, never judges what the bytes mean.
export type { ByteSource } from "./byte-source.ts";
export { memorySource, slice } from "./byte-source.ts";
export { sourceAnswers } from "./faults.ts";
export type { OpenFile } from "./folder-entry.ts";
export { imageSignature, SIGNATURE_HEAD_BYTES } from "./image-signature.ts";
export { knownPhases } from "./known-phases.ts";
export type { OpenBytes, ReadFaults, SourceHandles } from "./open-bytes.ts";
export type { KnownPhases, PhaseRegion } from "./phase-region.ts";
export { pathText, placeNames, placeText, splitPath } from "./place-text.ts";
export type { UnreadReason } from "./read-error.ts";
export { ReadError } from "./read-error.ts";
export { withReadFaults } from "./read-faults.ts";
export type {
  DeviceSpec,
  FolderSpec,
  ImageSpec,
  PluggedDevice,
  PluggedKind,
  SourceLook,
  SourceSpec,
} from "./source-spec.ts";
export { segmentNames } from "./split-segments.ts";
export { volumeNamed } from "./volume-named.ts";
export { saySources } from "./words.ts";
