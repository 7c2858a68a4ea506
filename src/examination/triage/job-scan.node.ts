import { createHash } from "node:crypto";
import { BLOCK_BYTES, OVERLAP_BYTES, PHASES, SECTOR_BYTES } from "#base/hashing";
import type { HashKernel } from "#base/hashing/node";
import { fromHex } from "#base/values";
import type { Lookup } from "#examination/filters/node";
import type { OpenBytes, OpenFile } from "#examination/sources";
import { ReadError } from "#examination/sources";
import { type Candidate, type Chunk, type ChunkScanner, chunkScanner } from "./chunk-scan.node.ts";
import type { HitRow, Job, JobResult } from "./engine-message.ts";
import { chiSquare, isLowEntropy } from "./randomness.ts";
import { type ByteSource, type RangeReader, rangeReader } from "./range-read.node.ts";
import type { ThreadStart } from "./scan-thread.node.ts";

/** What a thread's jobs read: one open source, or the files of a folder. */
export type JobSource = { bytes: OpenBytes } | { openFile(path: Uint8Array): OpenFile };

/** Does a "run" or "whole" job; a read error is part of the result, never thrown. */
export type JobScanner = (job: Job) => JobResult;

interface Tools {
  start: ThreadStart;
  scanner: ChunkScanner;
  read: RangeReader;
  bytes: Uint8Array;
  histogram: Uint32Array;
  hash: HashKernel;
}

/** Makes the scanner of one thread over its source. */
export function jobScanner(
  start: ThreadStart,
  source: JobSource,
  kernels: { hash: HashKernel; lookup: Lookup },
): JobScanner {
  const { memory, work } = start;
  const tools: Tools = {
    start,
    scanner: chunkScanner(memory, start, kernels),
    read: rangeReader(memory, work, start.watch),
    bytes: new Uint8Array(memory.buffer),
    histogram: new Uint32Array(memory.buffer, work.histogramAt, 256),
    hash: kernels.hash,
  };
  return (job) => {
    if ("bytes" in source) return runResult(tools, source.bytes, job);
    let file: OpenFile | undefined;
    try {
      file = source.openFile(fromHex(job.file ?? ""));
      const result = job.kind === "whole" ? wholeResult(tools, file, job) : runResult(tools, file, job);
      return file.changed() ? { ...result, changed: true } : result;
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      return { id: job.id, readBytes: 0, error: { why: error.why, code: error.code } };
    } finally {
      file?.close();
    }
  };
}

function runResult(tools: Tools, source: ByteSource, job: Job): JobResult {
  const { read, scanner } = tools;
  const overlap = job.phases === 1 && job.lengthBytes % BLOCK_BYTES === 0 ? 0 : OVERLAP_BYTES;
  const range = read(source, { offsetBytes: job.offsetBytes, bytes: job.lengthBytes + overlap }, job.id);
  const ownBytes = Math.min(job.lengthBytes, range.bytes, Math.max(0, source.sizeBytes - job.offsetBytes));
  const result: JobResult = { id: job.id, readBytes: ownBytes };
  if (range.error !== undefined && range.bytes < job.lengthBytes) result.error = range.error;
  if (ownBytes === 0) return result;
  const chunk: Chunk = { ...job, bytesAt: range.bytesAt, lengthBytes: ownBytes, availableBytes: range.bytes };
  const candidates = scanner.scan(chunk, (sectors) => {
    result.digest = digestOf(tools, chunk, sectors);
  });
  result.blankBytes = scanner.blankBytes(chunk);
  const cellAt = scanner.filledCellAt(chunk);
  if (cellAt !== undefined) result.chiSquare = chiSquare(countBytes(tools, cellAt, BLOCK_BYTES));
  if (candidates.length > 0) result.hits = readAgain(tools, source, { job, candidates });
  return result;
}

/** SHA-256 of the run's bytes, or of its sector hashes and what is left of a last, partial sector. */
function digestOf({ start, bytes }: Tools, chunk: Chunk, sectors: number): string {
  const hash = createHash("sha256");
  const end = chunk.bytesAt + chunk.lengthBytes;
  if (start.digest === "sha256") return hash.update(bytes.subarray(chunk.bytesAt, end)).digest("hex");
  const hashesAt = start.work.hashesAt;
  hash.update(bytes.subarray(hashesAt, hashesAt + 16 * sectors));
  return hash.update(bytes.subarray(chunk.bytesAt + sectors * SECTOR_BYTES, end)).digest("hex");
}

function countBytes({ histogram, hash, start }: Tools, bytesAt: number, length: number): Uint32Array {
  histogram.fill(0);
  hash.histogram(bytesAt, length, start.work.histogramAt);
  return histogram;
}

/** Reads the places of the candidates from the source once more: 1 where the same fingerprint comes out. */
function readAgain(
  { read, scanner }: Tools,
  source: ByteSource,
  { job, candidates }: { job: Job; candidates: Candidate[] },
): HitRow[] {
  const places = candidates.map(({ offsetBytes }) => offsetBytes);
  const offsetBytes = places.reduce((a, b) => Math.min(a, b));
  const endBytes = places.reduce((a, b) => Math.max(a, b)) + BLOCK_BYTES;
  const range = read(source, { offsetBytes, bytes: endBytes - offsetBytes }, job.id);
  const lengthBytes = Math.max(0, range.bytes - (PHASES - 1) * SECTOR_BYTES);
  const again = scanner.scan({
    bytesAt: range.bytesAt,
    offsetBytes,
    lengthBytes,
    availableBytes: range.bytes,
    phases: job.phases,
  });
  const stands = new Set(again.map(nameOf));
  return candidates.map((candidate) => [
    candidate.part,
    candidate.offsetBytes,
    candidate.fingerprint.toString(16).padStart(16, "0"),
    stands.has(nameOf(candidate)) ? 1 : 0,
  ]);
}

function nameOf({ part, offsetBytes, fingerprint }: Candidate): string {
  return `${part} ${offsetBytes} ${fingerprint}`;
}

/** A whole file: blocks looked for in every chunk, the digests of all its bytes, the entropy of all its bytes. */
function wholeResult(tools: Tools, file: OpenFile, job: Job): JobResult {
  const { start, read, scanner, bytes } = tools;
  const hashes = start.algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  const counts = new Float64Array(256);
  const result: JobResult = { id: job.id, readBytes: 0, blankBytes: 0, hits: [] };
  while (result.readBytes < job.lengthBytes && result.error === undefined) {
    const offsetBytes = result.readBytes;
    const part = { ...job, offsetBytes, lengthBytes: Math.min(start.chunkBytes, job.lengthBytes - offsetBytes) };
    const range = read(file, { offsetBytes, bytes: part.lengthBytes + OVERLAP_BYTES }, job.id);
    const lengthBytes = Math.min(part.lengthBytes, range.bytes);
    if (lengthBytes < part.lengthBytes) result.error = range.error ?? { why: "vanished", code: "ENDED" };
    const own = bytes.subarray(range.bytesAt, range.bytesAt + lengthBytes);
    for (const { hash } of hashes) hash.update(own);
    for (const [value, count] of countBytes(tools, range.bytesAt, lengthBytes).entries()) {
      counts[value] = (counts[value] ?? 0) + count;
    }
    const chunk: Chunk = { ...part, bytesAt: range.bytesAt, lengthBytes, availableBytes: range.bytes };
    const candidates = scanner.scan(chunk);
    result.blankBytes = (result.blankBytes ?? 0) + scanner.blankBytes(chunk);
    if (candidates.length > 0) result.hits?.push(...readAgain(tools, file, { job: part, candidates }));
    result.readBytes += lengthBytes;
  }
  const digests = Object.fromEntries(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest("hex")]));
  result.lowEntropy = isLowEntropy(counts);
  if (result.readBytes > 0 && digests["sha256"] !== undefined) result.digest = digests["sha256"];
  return result.error === undefined ? { ...result, digests } : result;
}
