import type { UnreadRange } from "#examination/evidence";

/** Every phase, as a mask: bit p is set when blocks are looked for at phase p. */
export const ALL_PHASES = 0xff;

/** How the digest of a run is made; see docs/design/0008-engine.md. */
export type RunDigest = "sha256" | "sha256-of-sector-hashes";

/** One piece of work for the engine. The engine keeps none of it: what it loses is given to the next one. */
export interface Job {
  id: number;
  /** run: look for listed blocks. whole: the same over a whole file, with its digests. peek: hand back the bytes. */
  kind: "run" | "whole" | "peek" | "list" | "sizes";
  /** Folders: the file's ordinal in the listing, and its relative path as hexadecimal bytes. */
  fileIndex: number;
  file?: string;
  /** Multiple of 512, from the start of the source or file. */
  offsetBytes: number;
  /** Blocks that begin in these bytes are looked for; at most the start message's chunkBytes, but for "whole". */
  lengthBytes: number;
  /** Phases as a mask of eight bits. */
  phases: number;
  /** sizes: the sizes asked about. */
  sizes?: number[];
  /** After an input error: halve down to 4 KiB to find the last byte that can be read. */
  salvage?: boolean;
}

/** A listed block that was met: [part, offset, fingerprint as 16 hexadecimal digits, 1 when it stood on a second read]. */
export type HitRow = [part: number, offsetBytes: number, fingerprint: string, confirmed: 0 | 1];

/** A file of the listing: [relative path as hexadecimal bytes, size, modified in ms]. */
export type FileRow = [path: string, sizeBytes: number, modifiedMs: number];

/** What came of one job. */
export interface JobResult {
  id: number;
  /** Bytes from the job's offset that were read and looked at; fewer than asked where `error` stands. */
  readBytes: number;
  /** Hexadecimal SHA-256 as the start message says; absent when nothing was read. */
  digest?: string;
  blankBytes?: number;
  hits?: HitRow[];
  /** Chi-square of the byte counts of the run's first 4 KiB without a blank sector; 255 is what random bytes have. */
  chiSquare?: number;
  error?: { why: UnreadRange["why"]; code: string };
  /** whole: parts that list this file, with the digest that says so, and whether the file says little (low entropy). */
  listed?: { part: number; algorithm: "sha256" | "sha1" | "md5" }[];
  lowEntropy?: boolean;
  /** peek: base64. */
  bytes?: string;
  /** sizes: positions of the sizes that some part lists. */
  listedSizes?: number[];
}

/** A named reason why something was not examined while listing a folder. */
export type RefusedRow = [path: string, why: UnreadRange["why"]];

/** Lines of the engine's standard output, JSON, one a line. */
export type EngineLine =
  | { kind: "ready"; memoryBytes: number }
  | { kind: "done"; results: JobResult[] }
  | { kind: "files"; id: number; files: FileRow[]; refused: RefusedRow[] }
  | { kind: "beat" }
  | { kind: "stuck"; id: number }
  | { kind: "fault"; code: string; message: string; place?: string; values: Record<string, string | number> };
