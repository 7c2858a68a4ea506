import type { ByteSource } from "#examination/sources";
import type { FatGeometry } from "./fat-geometry.ts";
import type { FatTable } from "./fat-table.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** A FAT volume as its readers need it. */
export interface FatReader {
  volume: ByteSource;
  geometry: FatGeometry;
  /** Last cluster that begins in the volume: where it is cut, or its header lies, less than the geometry's last one. */
  lastHeld: number;
  read: VolumeReader;
  note: NoteProblem;
  table: FatTable;
  /** The second table: normally the same; where it is not, it may hold chains of deleted files. */
  spare: FatTable | null;
  /** Bytes of the entries behind a directory's end that count as present; found anew in every listing. */
  behindEnd: Set<number>;
}

/** The longest directory the format allows: 65,536 entries. */
export const DIRECTORY_BYTES = 65_536 * 32;
