// volumes: how a medium is divided. Takes its bytes; gives its volumes and the gaps between them, in order and covering
// it, with what the tables say wrongly. Never writes, never throws for foreign bytes, never follows a chain for ever,
// never judges what a volume holds: the table's word for it is only told.

export { readVolumes } from "./read-volumes.ts";
export type { Volume, VolumeExtent, VolumeRefusal, VolumeScheme } from "./volume.ts";
export type { VolumeKind } from "./volume-kinds.ts";
export type { VolumeProblem } from "./volume-problem.ts";
export { sayVolumes } from "./words.ts";
