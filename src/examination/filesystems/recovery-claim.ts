import type { ClusterRun } from "./fat-table.ts";
import type { Certainty } from "./file-entry.ts";

/** A deleted file of which the first cluster is known. */
export interface LostFile {
  id: number;
  /** Its name, and how many bytes it had: what its format is held against. */
  name?: Uint8Array;
  sizeBytes?: number;
  cluster: number;
  count: number;
  /** When it was made; null where unknown. */
  createdMs: number | null;
  /** When it was last written, with the clock's step: nothing was allocated to it after this; null where unknown. */
  doneMs: number | null;
}

/** Clusters of a deleted file; `lost` ones are another's now. */
export interface RecoveredRun extends ClusterRun {
  lost?: true;
}

export interface Recovered {
  certainty: Certainty;
  /** The file's own format says that these are its bytes, all of them. */
  confirmed?: true;
  runs: RecoveredRun[];
}

/** What else is known of the volume. */
export interface Ground {
  lastCluster: number;
  /** Free now, and no deleted thing with proven clusters has it. */
  isFree(cluster: number): boolean;
  /** First clusters of what is known to stand where it stands (present files and folders, proven deleted ones). */
  anchors: { cluster: number; createdMs: number }[];
}

/** A file whose start nobody else has. */
export interface Claim extends LostFile {
  doneBy: number;
  /** Cluster it cannot reach or cross. */
  barrier: number;
  share: "whole" | "sharing" | "overwritten";
}
