import type { DigestAlgorithm } from "#examination/filters";
import type { SourceHandles } from "#examination/sources";
import type { EngineStart, FileRow, JobResult, RefusedRow, RunDigest } from "./engine-message.ts";
import type { SetArea, WorkArea } from "./scan-layout.ts";

/** What a scanning thread is started with. */
export interface ThreadStart {
  memory: WebAssembly.Memory;
  sets: SetArea[];
  work: WorkArea;
  source: EngineStart["source"];
  /** Image and device: open in this process already. */
  handles: SourceHandles | null;
  digest: RunDigest;
  /** Digests of whole files: SHA-256 and what else some part lists. */
  algorithms: DigestAlgorithm[];
  faults: EngineStart["faults"];
  /** Set to 1 by the thread that first sees the device gone. */
  vanished: Int32Array;
  watch: ReadWatch;
  chunkBytes: number;
}

/** Which job a thread is reading for, and since when; shared with the engine's main thread. */
export interface ReadWatch {
  /** Two words a thread: the job's number (0: not reading), and milliseconds since epochMs. */
  words: Int32Array;
  thread: number;
  epochMs: number;
}

/** What a thread posts to the engine's main thread. */
export type ThreadPost =
  | { kind: "done"; results: JobResult[] }
  | { kind: "files"; files: FileRow[]; refused: RefusedRow[] };

/** Notes that a read begins. */
export function readBegins({ words, thread, epochMs }: ReadWatch, job: number): void {
  Atomics.store(words, 2 * thread + 1, Date.now() - epochMs);
  Atomics.store(words, 2 * thread, job);
}

/** Notes that a read is over. */
export function readEnds({ words, thread }: ReadWatch): void {
  Atomics.store(words, 2 * thread, 0);
}

/** The job whose read has lasted longer than `limitMs`, or 0. */
export function stuckJob({ words, thread, epochMs }: ReadWatch, limitMs: number): number {
  const job = Atomics.load(words, 2 * thread);
  const sinceMs = Atomics.load(words, 2 * thread + 1);
  return job !== 0 && Date.now() - epochMs - sinceMs > limitMs ? job : 0;
}
