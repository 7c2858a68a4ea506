import { createHash } from "node:crypto";
import { BLOCK_BYTES, OVERLAP_BYTES, PHASES, SECTOR_BYTES } from "#base/hashing";
import type { HashKernel } from "#base/hashing/node";
import { fromHex } from "#base/values";
import type { Lookup } from "#examination/filters/node";
import type { OpenBytes, OpenFile } from "#examination/sources";
import { ReadError } from "#examination/sources";
import { type Candidate, type Chunk, type ChunkScanner, chunkScanner } from "./chunk-scan.node.ts";
import type { HitRow, Job, JobResult } from "./engine-message.ts";
import { chiSquare } from "./randomness.ts";
import { type ByteSource, type RangeReader, rangeReader } from "./range-read.node.ts";
import type { ThreadStart } from "./scan-thread.node.ts";
import { wholeContent } from "./whole-content.node.ts";

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
  const digest = runHash(tools);
  const candidates = scanner.scan(chunk, (sectors) => digest.add(chunk, sectors));
  result.digest = digest.hex();
  result.blankBytes = scanner.blankBytes(chunk);
  const cellAt = scanner.filledCellAt(chunk);
  if (cellAt !== undefined) result.chiSquare = chiSquare(countBytes(tools, cellAt, BLOCK_BYTES));
  if (candidates.length > 0) result.hits = readAgain(tools, source, { job, candidates });
  return result;
}

/** The digest of a run under way. */
interface RunHash {
  add(chunk: Chunk, sectors: number): void;
  hex(): string;
}

/**
 * SHA-256 of the run's bytes, or of its keyed sector hashes; of a last, partial sector that hash is made as if zeros followed,
 * so that no digest of a short file can be computed without the list.
 */
function runHash(tools: Tools): RunHash {
  const { start, bytes } = tools;
  const hash = createHash("sha256");
  return {
    add(chunk, sectors) {
      const end = chunk.bytesAt + chunk.lengthBytes;
      if (start.digest === "sha256") {
        hash.update(bytes.subarray(chunk.bytesAt, end));
        return;
      }
      const { hashesAt } = start.work;
      hash.update(bytes.subarray(hashesAt, hashesAt + 16 * sectors));
      const tail = bytes.subarray(chunk.bytesAt + sectors * SECTOR_BYTES, end);
      if (tail.length > 0) hash.update(partialSectorHash(tools, tail));
    },
    hex: () => hash.digest("hex"),
  };
}

/** Made in areas that the scan fills later. */
function partialSectorHash({ start, bytes, hash }: Tools, tail: Uint8Array): Uint8Array {
  const { histogramAt: sectorAt, blockHashesAt: hashAt, startsAt: flagAt } = start.work;
  bytes.fill(0, sectorAt, sectorAt + SECTOR_BYTES);
  bytes.set(tail, sectorAt);
  hash.sectors(sectorAt, 1, { keys: start.sets[0]?.keysAt ?? 0, hashes: hashAt, flags: flagAt });
  return bytes.subarray(hashAt, hashAt + 16);
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

/** A whole file, or the next part of one: blocks looked for in every chunk, digests and entropy of all its bytes. */
function wholeResult(tools: Tools, file: OpenFile, job: Job): JobResult {
  const { start, read, scanner, bytes } = tools;
  const content = wholeContent(start.algorithms, job.carried);
  const run = runHash(tools);
  const result: JobResult = { id: job.id, readBytes: 0, blankBytes: 0, hits: [] };
  while (result.readBytes < job.lengthBytes && result.error === undefined) {
    const offsetBytes = job.offsetBytes + result.readBytes;
    const part = { ...job, offsetBytes, lengthBytes: Math.min(start.chunkBytes, job.lengthBytes - result.readBytes) };
    const range = read(file, { offsetBytes, bytes: part.lengthBytes + OVERLAP_BYTES }, job.id);
    const lengthBytes = Math.min(part.lengthBytes, range.bytes);
    if (lengthBytes < part.lengthBytes) result.error = range.error ?? { why: "vanished", code: "ENDED" };
    content.add(bytes.subarray(range.bytesAt, range.bytesAt + lengthBytes), () =>
      countBytes(tools, range.bytesAt, lengthBytes),
    );
    const chunk: Chunk = { ...part, bytesAt: range.bytesAt, lengthBytes, availableBytes: range.bytes };
    const candidates = scanner.scan(chunk, (sectors) => run.add(chunk, sectors));
    result.blankBytes = (result.blankBytes ?? 0) + scanner.blankBytes(chunk);
    if (candidates.length > 0) result.hits?.push(...readAgain(tools, file, { job: part, candidates }));
    result.readBytes += lengthBytes;
  }
  if (result.readBytes > 0) result.digest = run.hex();
  if (result.error !== undefined) return result;
  const fileBytes = job.offsetBytes + job.lengthBytes;
  return job.more === true ? { ...result, carried: content.carried() } : { ...result, fileBytes, ...content.told() };
}
