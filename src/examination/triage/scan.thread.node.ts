// Entry of a scanning thread: takes jobs from the engine's main thread, reads and scans them one after another, posts what
// came out. Ends with its process.
import { parentPort, workerData } from "node:worker_threads";
import { openHashKernel } from "#base/hashing/node";
import { toHex } from "#base/values";
import { openLookup } from "#examination/filters/node";
import {
  type FolderSpec,
  knownPhases,
  type OpenBytes,
  type OpenFile,
  ReadError,
  withReadFaults,
} from "#examination/sources";
import { adoptSource, listFolder, openFolderFile } from "#examination/sources/node";
import { openContainer, openContainerFiles } from "./container-source.node.ts";
import type { FileRow, Job, JobResult, RefusedRow } from "./engine-message.ts";
import { dropFfi } from "./engine-rights.node.ts";
import { type JobSource, jobScanner } from "./job-scan.node.ts";
import { readBegins, readEnds, type ThreadPost, type ThreadStart } from "./scan-thread.node.ts";

/** Results of small runs are posted at most this late, or so many at once; those of large ones before the next read. */
const POST_MS = 20;
const POST_AT_ONCE = 64;
const LARGE_BYTES = 1 << 20;
const LISTED_AT_ONCE = 500;

dropFfi();
const start: ThreadStart = workerData;
/** Files in an image that holds no disk. */
const files =
  start.source.kind === "folder" && start.source.container !== undefined ? openContainerFiles(start.source) : undefined;
const source = jobSource();
const scan = jobScanner(start, source, { hash: openHashKernel(start.memory), lookup: openLookup(start.memory) });

parentPort?.on("message", (jobs: Job[]) => {
  let results: JobResult[] = [];
  let postedMs = performance.now();
  for (const job of jobs) {
    results.push(resultOf(job));
    const small = job.lengthBytes < LARGE_BYTES && results.length < POST_AT_ONCE;
    if (small && performance.now() - postedMs < POST_MS) continue;
    post({ kind: "done", results });
    results = [];
    postedMs = performance.now();
  }
  if (results.length > 0) post({ kind: "done", results });
});

function post(message: ThreadPost): void {
  parentPort?.postMessage(message);
}

function jobSource(): JobSource {
  const { handles, faults, vanished, source: spec } = start;
  if (files !== undefined) return { openFile: (path) => failing(files.open(path)) };
  if (spec.kind === "folder") return { openFile: (path) => failing(openFolderFile(spec, path)) };
  const open = spec.kind === "image" && spec.container !== undefined ? openContainer(spec) : adopted(handles);
  return { bytes: faults === undefined ? open : withReadFaults(open, faults, vanished) };
}

function adopted(handles: ThreadStart["handles"]): OpenBytes {
  if (handles === null) throw new TypeError("Cannot scan: the source was not opened");
  return adoptSource(handles);
}

/** Tests only: every file of the folder fails at the same places. */
function failing(file: OpenFile): OpenFile {
  const { faults, vanished } = start;
  if (faults === undefined) return file;
  const { sizeBytes } = file;
  const open = { ...file, direct: false, handles: { sizeBytes, parts: [] } };
  return { ...file, readSync: withReadFaults(open, faults, vanished).readSync };
}

function resultOf(job: Job): JobResult {
  if (job.kind === "list" && start.source.kind === "folder") return list(start.source, job);
  if (job.kind === "headers" && "bytes" in source) return headers(source.bytes, job);
  return scan(job);
}

function headers(bytes: Extract<JobSource, { bytes: unknown }>["bytes"], job: Job): JobResult {
  readBegins(start.watch, job.id);
  try {
    return { id: job.id, readBytes: 0, known: knownPhases((view, at) => bytes.readSync(view, at), bytes.sizeBytes) };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return { id: job.id, readBytes: 0, error: { why: error.why, code: error.code } };
  } finally {
    readEnds(start.watch);
  }
}

function list(folder: FolderSpec, job: Job): JobResult {
  let rows: FileRow[] = [];
  let refused: RefusedRow[] = [];
  const flush = (): void => {
    post({ kind: "files", files: rows, refused });
    rows = [];
    refused = [];
  };
  readBegins(start.watch, job.id);
  for (const entry of entriesOf(folder)) {
    const path = toHex(entry.pathBytes);
    if (entry.kind === "file") rows.push([path, entry.sizeBytes, entry.mtimeMs]);
    else refused.push(entry.kind === "link" ? [path, "link", "link"] : [path, entry.why, entry.what]);
    if (rows.length + refused.length >= LISTED_AT_ONCE) flush();
    readBegins(start.watch, job.id);
  }
  readEnds(start.watch);
  flush();
  return { id: job.id, readBytes: 0 };
}

type ListedEntry =
  | { kind: "file"; pathBytes: Uint8Array; sizeBytes: number; mtimeMs: number }
  | Exclude<ReturnType<typeof listFolder> extends Iterable<infer E> ? E : never, { kind: "file" }>;

function* entriesOf(folder: FolderSpec): Generator<ListedEntry> {
  if (files === undefined) {
    yield* listFolder(folder);
    return;
  }
  for (const { path: pathBytes, sizeBytes, modifiedMs: mtimeMs } of files.list()) {
    yield { kind: "file", pathBytes, sizeBytes, mtimeMs };
  }
}
