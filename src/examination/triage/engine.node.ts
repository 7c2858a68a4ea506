import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { KEYS_BYTES, SIP_BYTES } from "#base/hashing/node";
import { entryFile } from "#base/machine/node";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "#examination/filters";
import { type OpenFilter, type OpenPart, openFilter } from "#examination/filters/node";
import type { OpenBytes } from "#examination/sources";
import { openSource } from "#examination/sources/node";
import { collectGarbage } from "./collect-garbage.node.ts";
import { CONTAINER_BYTES } from "./container-source.node.ts";
import type { EngineLine, EngineStart, Job, JobResult } from "./engine-message.ts";
import { dropFfi } from "./engine-rights.node.ts";
import { triageFault } from "./faults.ts";
import { isSizeListed, listedAmong, listedIn } from "./listed-files.node.ts";
import { type ScanLayout, scanLayout } from "./scan-layout.ts";
import { stuckJob, type ThreadPost, type ThreadStart } from "./scan-thread.node.ts";

/** Jobs a thread holds at once: enough that it never waits for the next message, few enough that all threads end together. */
const JOBS_AHEAD = 64;
const CHUNKS_AHEAD = 3;
/** Beyond filter and buffers: what Node and the threads themselves need. */
const BESIDES_BYTES = 96 << 20;
const PAGE_BYTES = 65536;

/** The engine of one process: jobs in, lines out. */
export interface Engine {
  memoryBytes: number;
  /** Whether reads go past the page cache. */
  direct: boolean;
  take(jobs: Job[]): void;
  /** Jobs whose read lasts longer than the start's stuckMs, each told once. */
  stuck(): number[];
}

interface Thread {
  worker: Worker;
  watch: ThreadStart["watch"];
  ahead: Map<number, number>;
  aheadBytes: number;
}

/**
 * Opens filters and source, fills the one shared memory and starts the scanning threads.
 *
 * @param say Takes the engine's lines, in the order in which things were done.
 * @throws {Fault} filter/*, source/*, triage/memory.
 */
export async function startEngine(start: EngineStart, say: (line: EngineLine) => void): Promise<Engine> {
  const filters: OpenFilter[] = [];
  for (const { path, unlock } of start.filters) filters.push(await openFilter(path, unlock, start.nowMs));
  const parts = filters.flatMap((filter) => filter.parts);
  const layout = scanLayout({ ...start, parts, keysBytes: KEYS_BYTES, sipBytes: SIP_BYTES });
  const container = start.source.kind !== "device" && start.source.container !== undefined;
  const besidesBytes = BESIDES_BYTES + listBytesOf(parts) + (container ? start.workers * CONTAINER_BYTES : 0);
  const memory = takeMemory(layout, { besidesBytes, freeBytes: start.freeBytes ?? process.availableMemory() });
  for (const set of layout.sets) {
    for (const area of set.parts) {
      const part = parts[area.part];
      if (part !== undefined) await loadPart(memory, part, { ...area, keysAt: set.keysAt });
    }
  }
  for (const { lists } of parts) lists?.load();
  collectGarbage();
  dropFfi();
  // A container is opened by every thread for itself.
  const open = start.source.kind === "folder" || container ? null : openSource(start.source, howToOpen(start));
  const threads = startThreads(start, { memory, layout, open, algorithms: algorithmsOf(parts) });
  return engineOver({ start, parts, threads, memory, direct: open?.direct ?? false }, say);
}

function howToOpen({ inherited, source }: EngineStart): Parameters<typeof openSource>[1] {
  const direct = source.kind === "device";
  return inherited ? { direct, inherited: { direct: 3, buffered: 4 } } : { direct };
}

/** Memory that foreign lists take besides the shared one. */
export function listBytesOf(parts: readonly OpenPart[]): number {
  return parts.reduce((sum, { lists }) => sum + (lists?.memoryBytes ?? 0), 0);
}

/** Digests that lists ask for; SHA-256 always. */
export function algorithmsOf(parts: OpenPart[]): DigestAlgorithm[] {
  const listed = new Set<DigestAlgorithm>(["sha256", ...parts.flatMap(algorithmsIn)]);
  return DIGEST_ALGORITHMS.filter((algorithm) => listed.has(algorithm));
}

function algorithmsIn({ algorithms, lists }: OpenPart): DigestAlgorithm[] {
  return [...algorithms, ...(lists?.algorithms ?? [])];
}

/** @throws {Fault} triage/memory, with the numbers, before anything is taken. */
export function takeMemory(
  { pages }: ScanLayout,
  { besidesBytes, freeBytes }: { besidesBytes: number; freeBytes: number },
): WebAssembly.Memory {
  const neededBytes = pages * PAGE_BYTES + besidesBytes;
  const values = { neededMb: Math.ceil(neededBytes / 1e6), freeMb: Math.floor(freeBytes / 1e6) };
  const message = `The lists need ${values.neededMb} MB of memory, ${values.freeMb} MB are free`;
  if (neededBytes > freeBytes || pages > 65536) throw triageFault("triage/memory", message, { values });
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw triageFault("triage/memory", message, { values, cause });
  }
}

/** Keys and the scanned plane of a part, where the layout has their places. */
export async function loadPart(
  memory: WebAssembly.Memory,
  part: OpenPart,
  { keysAt, sipAt, planeAt }: { keysAt: number; sipAt: number; planeAt: number },
): Promise<void> {
  const { sectorKey, blockKey, sipKey } = part.keys;
  const words = new Uint32Array(memory.buffer, keysAt, sectorKey.length + blockKey.length);
  words.set(sectorKey);
  words.set(blockKey, sectorKey.length);
  new Uint8Array(memory.buffer, sipAt, SIP_BYTES).set(sipKey);
  await part.loadScanPlane(memory, planeAt);
}

interface Ground {
  memory: WebAssembly.Memory;
  layout: ScanLayout;
  open: OpenBytes | null;
  algorithms: DigestAlgorithm[];
}

function startThreads(start: EngineStart, { memory, layout, open, algorithms }: Ground): Thread[] {
  const words = new Int32Array(new SharedArrayBuffer(8 * layout.work.length));
  const vanished = new Int32Array(new SharedArrayBuffer(4));
  const epochMs = Date.now();
  return layout.work.map((work, thread) => {
    const watch = { words, thread, epochMs };
    const { source, digest, faults, chunkBytes } = start;
    const given = { memory, sets: layout.sets, work, source, handles: open?.handles ?? null };
    const workerData: ThreadStart = { ...given, digest, algorithms, faults, vanished, watch, chunkBytes };
    const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 1 };
    const worker = new Worker(entryFile("src/examination/triage/scan.thread.node.ts"), { workerData, resourceLimits });
    return { worker, watch, ahead: new Map(), aheadBytes: 0 };
  });
}

interface Running {
  start: EngineStart;
  parts: OpenPart[];
  threads: Thread[];
  memory: WebAssembly.Memory;
  direct: boolean;
}

function engineOver({ start, parts, threads, memory, direct }: Running, say: (line: EngineLine) => void): Engine {
  const queue: Job[] = [];
  let first = 0;
  const told = new Set<number>();
  const feed = (thread: Thread): void => {
    const batch: Job[] = [];
    while (first < queue.length && thread.ahead.size < JOBS_AHEAD) {
      const job = queue[first];
      if (job === undefined || (thread.ahead.size > 0 && thread.aheadBytes >= CHUNKS_AHEAD * start.chunkBytes)) break;
      first++;
      thread.ahead.set(job.id, job.lengthBytes);
      thread.aheadBytes += job.lengthBytes;
      batch.push(job);
    }
    if (first > 4096) {
      queue.splice(0, first);
      first = 0;
    }
    if (batch.length > 0) thread.worker.postMessage(batch);
  };
  for (const thread of threads) {
    thread.worker.on("error", (error) => {
      throw error;
    });
    thread.worker.on("message", (post: ThreadPost) => {
      if (post.kind === "files") return say(post);
      for (const { id } of post.results) {
        thread.aheadBytes -= thread.ahead.get(id) ?? 0;
        thread.ahead.delete(id);
      }
      feed(thread);
      say({ kind: "done", results: post.results.map((result) => judged(parts, result)) });
    });
  }
  return {
    memoryBytes: memory.buffer.byteLength,
    direct,
    take(jobs) {
      const asked = jobs.filter(isQuestion);
      if (asked.length > 0) say({ kind: "done", results: asked.map((job) => answerOf(parts, job)) });
      queue.push(...jobs.filter((job) => !isQuestion(job)));
      for (const thread of threads) feed(thread);
    },
    stuck() {
      const ids = threads.map(({ watch }) => stuckJob(watch, start.stuckMs));
      const fresh = ids.filter((id) => id !== 0 && !told.has(id));
      for (const id of fresh) told.add(id);
      return fresh;
    },
  };
}

/** Asks the lists alone: nothing is read. */
function isQuestion({ kind }: Job): boolean {
  return kind === "sizes" || kind === "digests";
}

function answerOf(parts: OpenPart[], job: Job): JobResult {
  if (job.kind === "sizes") return listedSizes(parts, job);
  const said = listedAmong(parts, job.files ?? []);
  const listedFiles = said.flatMap(
    ({ listed, knownGood }, index): NonNullable<JobResult["listedFiles"]> =>
      listed.length > 0 || knownGood ? [[index, listed, knownGood ? 1 : 0]] : [],
  );
  return { id: job.id, readBytes: 0, listedFiles };
}

function listedSizes(parts: OpenPart[], { id, sizes = [] }: Job): JobResult {
  const listedSizes = sizes.flatMap((size, index) => (parts.some((part) => isSizeListed(part, size)) ? [index] : []));
  return { id, readBytes: 0, listedSizes };
}

/** Asks the second plane about blocks that stood on a second read, and the lists about a whole file's digests. */
function judged(parts: OpenPart[], result: JobResult): JobResult {
  for (const row of result.hits ?? []) {
    if (row[3] === 1 && parts[row[0]]?.confirm(BigInt(`0x${row[2]}`)) !== true) row[3] = 0;
  }
  const { digests, ...rest } = result;
  const { fileBytes = result.readBytes } = result;
  if (digests === undefined) return rest;
  const { listed } = listedIn(parts, { digests, sizeBytes: fileBytes });
  return listed.length > 0 || (result.hits?.length ?? 0) > 0 ? { ...rest, listed, digests } : rest;
}

/** Threads that read at once: two wait well for one another on rotating media, four keep flash and a page cache busy. */
export function defaultWorkers(medium: "rotating" | "flash" | "image" | "folder"): number {
  if (medium === "rotating") return 2;
  return medium === "flash" ? 4 : Math.min(4, availableParallelism());
}
