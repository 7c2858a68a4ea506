import type { UnreadRange } from "#examination/evidence";
import type { DigestAlgorithm } from "#examination/filters";
import type { KnownPhases, ReadFaults, SourceSpec } from "#examination/sources";

/** Every phase, as a mask: bit p is set when blocks are looked for at phase p. */
export const ALL_PHASES = 0xff;

/** How the digest of a run is made; see docs/design/0008-engine.md. */
export type RunDigest = "sha256" | "sha256-of-sector-hashes";

/** First line to the engine's standard input. Holds release secrets: never logged, never an argument. */
export interface EngineStart {
  filters: { path: string; unlock: { parts: { releaseSecret: string }[] } }[];
  source: SourceSpec;
  /** The device comes as file descriptors 3 (direct) and 4 (buffered) from the child that opened it. */
  inherited: boolean;
  workers: number;
  chunkBytes: number;
  digest: RunDigest;
  nowMs: number;
  /** A read that takes longer is told as stuck. */
  stuckMs: number;
  /** Tests and practice only: faults of the source, and memory that counts as free. */
  faults?: ReadFaults;
  freeBytes?: number;
}

/** One piece of work for the engine. The engine keeps none of it: what it loses is given to the next one. */
export interface Job {
  /** Above 0; never given twice. */
  id: number;
  /**
   * run: look for listed blocks. whole: the same over a whole file, with its digests. list: the files of a folder.
   * headers: what partition table and boot sectors say. sizes: which of some file sizes are listed. digests: which of some files are.
   */
  kind: "run" | "whole" | "list" | "headers" | "sizes" | "digests";
  /** Folders: the file's relative path as hexadecimal bytes. */
  file?: string;
  /** A multiple of 512, from the start of the source or file. */
  offsetBytes: number;
  /** Blocks that begin in these bytes are looked for; at most the start's chunkBytes, but for "whole". */
  lengthBytes: number;
  /** Phases as a mask of eight bits. */
  phases: number;
  sizes?: number[];
  /** digests: files that were read whole by somebody else. */
  files?: { sizeBytes: number; digests: Partial<Record<DigestAlgorithm, string>> }[];
  /** whole, of a large file in several jobs: what the job before carried, "" in the first; `more`: this is not the last. */
  carried?: string;
  more?: true;
}

/** A listed block that was met: part, place, fingerprint as 16 hexadecimal digits, and 1 when it stood on a second read. */
export type HitRow = [part: number, offsetBytes: number, fingerprint: string, confirmed: 0 | 1];

/** A file of a listing: relative path as hexadecimal bytes, size. */
export type FileRow = [path: string, sizeBytes: number, mtimeMs: number];

/** Something of a listing that was not opened: path, why, what stands there ("link": never followed). */
export type RefusedRow = [path: string, why: UnreadRange["why"] | "link", what: string];

/** A set that lists a file, and by which digest. */
export type ListedRow = [set: number, algorithm: DigestAlgorithm, unsized?: 1];

/** What came of one job. */
export interface JobResult {
  id: number;
  /** Bytes from the job's offset that were read and looked at; fewer than asked where `error` stands. */
  readBytes: number;
  /** Hexadecimal, as the start says; absent when nothing was read. */
  digest?: string;
  blankBytes?: number;
  hits?: HitRow[];
  /** Chi-square of the byte counts of the run's first 4 KiB without a blank sector (randomness.ts). */
  chiSquare?: number;
  error?: { why: UnreadRange["why"]; code: string };
  /** whole: digests of the file, hexadecimal; handed on only where the file is listed or holds a hit. */
  digests?: Partial<Record<DigestAlgorithm, string>>;
  /** whole: sets (list-sets.ts) that list the file, by which digest; 1: the list has no size for it. */
  listed?: ListedRow[];
  /** whole: the file stands on a known-good list, and on no other. */
  knownGood?: true;
  /** whole: the file's size, with the last of its jobs. */
  fileBytes?: number;
  /** whole, not the last job: for the next one. As telling as a digest: never written down in clear. */
  carried?: string;
  /** whole: its bytes say too little (randomness.ts). */
  lowEntropy?: boolean;
  /** whole: size or times were not the same after reading. */
  changed?: boolean;
  /** headers. */
  known?: KnownPhases;
  /** sizes: indexes of those that are listed. */
  listedSizes?: number[];
  /** digests: by index, the sets that list a file; 1: it is known-good instead. Files that nobody lists are left out. */
  listedFiles?: [index: number, listed: ListedRow[], knownGood: 0 | 1][];
}

/** Lines of the engine's standard output: JSON, one a line. */
export type EngineLine =
  | { kind: "ready"; memoryBytes: number; direct: boolean }
  | { kind: "done"; results: JobResult[] }
  | { kind: "files"; files: FileRow[]; refused: RefusedRow[] }
  | { kind: "stuck"; id: number }
  | { kind: "beat" }
  | { kind: "fault"; code: string; message: string; place?: string; values: Record<string, string | number> };

/** Lines to the engine's standard input after the first. When it closes, the engine ends. */
export type SupervisorLine = { kind: "jobs"; jobs: Job[] };
