// volumes: how a medium is divided. Takes its bytes; gives its volumes and the gaps between them, in order and covering
// it, with what the tables say wrongly. Never writes, never throws for foreign bytes, never follows a chain for ever,
// never judges what a volume holds: the table's word for it is only told.

export { readVolumes } from "./read-volumes.ts";
export type { Volume, VolumeExtent, VolumeRefusal, VolumeScheme, VolumeTable } from "./volume.ts";
export { VOLUME_REFUSALS, VOLUME_SCHEMES } from "./volume.ts";
export type { VolumeKind } from "./volume-kinds.ts";
export { VOLUME_KINDS } from "./volume-kinds.ts";
export type { VolumeProblem, VolumeProblemCode } from "./volume-problem.ts";
export { VOLUME_PROBLEM_CODES } from "./volume-problem.ts";
export { sayVolumes, volumeKindKey, volumeProblemKey, volumeRefusalKey } from "./words.ts";
