import type { ByteSource } from "#examination/sources";
import type { ExfatGeometry } from "./exfat-geometry.ts";
import type { Upcase } from "./exfat-upcase.ts";
import type { FatTable } from "./fat-table.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** An exFAT volume as its readers need it. */
export interface ExfatReader {
  volume: ByteSource;
  geometry: ExfatGeometry;
  /** Last cluster that begins in the volume: where it is cut, or its header lies, less than the geometry's last one. */
  lastHeld: number;
  read: VolumeReader;
  note: NoteProblem;
  table: FatTable;
  upcase: Upcase;
  /** Whether the bitmap says a cluster is in use; null where there is no bitmap. */
  isUsed: ((cluster: number) => boolean) | null;
  /** A later cluster up to which all are as this one is, as far as that is cheap to say. */
  sameUntil: (cluster: number) => number;
  label: string | null;
  /** Clusters of the root, the bitmap and the table of capitals. */
  system: { cluster: number; count: number }[];
}

/** The longest directory the format allows. */
export const DIRECTORY_BYTES = 256 * 1024 * 1024;
