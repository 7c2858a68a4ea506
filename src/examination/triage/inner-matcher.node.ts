import { BLOCK_BYTES } from "#base/hashing";
import { KEYS_BYTES, openHashKernel, SIP_BYTES } from "#base/hashing/node";
import type { DigestAlgorithm } from "#examination/filters";
import { type OpenFilter, type OpenPart, openFilter, openLookup } from "#examination/filters/node";
import { type ChunkScanner, chunkScanner } from "./chunk-scan.node.ts";
import { algorithmsOf, listBytesOf, loadPart, takeMemory } from "./engine.node.ts";
import type { ListedRow } from "./engine-message.ts";
import type { ReadyFilter } from "./examination-setup.node.ts";
import { listedIn } from "./listed-files.node.ts";
import { scanLayout, type WorkArea } from "./scan-layout.ts";
import { wholeContent } from "./whole-content.node.ts";

const CHUNK_BYTES = 2 ** 18;
/** Blocks are looked for from an inner file's own beginning. */
const OWN_PHASE = 1;
/** What this process has besides. */
const BESIDES_BYTES = 64 << 20;

/** What of one inner file is listed. */
export interface InnerMatch {
  listed: ListedRow[];
  lowEntropy: boolean;
  hits: { part: number; offsetBytes: number; fingerprint: string }[];
}

/** One inner file that comes piece by piece. */
export interface InnerMatching {
  piece(bytes: Uint8Array): void;
  /** @param sizeBytes Of all of it; null: not all of it came, so it is no whole file. */
  end(sizeBytes: number | null): InnerMatch;
}

/** Lists that inner files are compared with. */
export interface InnerMatcher {
  begin(): InnerMatching;
  close(): void;
}

/**
 * Opens the lists once more, in this process: it compares bytes and parses none of them. The engine, which held them, has ended.
 *
 * @throws {Fault} filter/*, triage/memory.
 */
export async function innerMatcher(filters: readonly ReadyFilter[], nowMs: number): Promise<InnerMatcher> {
  const open: OpenFilter[] = [];
  const close = (): void => {
    for (const filter of open) filter.close();
  };
  try {
    for (const { path, unlock } of filters) open.push(await openFilter(path, unlock, nowMs));
    const parts = open.flatMap((filter) => filter.parts);
    const ground = await groundOf(parts);
    return { begin: () => matching(ground), close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Ground {
  parts: readonly OpenPart[];
  algorithms: DigestAlgorithm[];
  bytes: Uint8Array;
  histogram: Uint32Array;
  work: WorkArea;
  scanner: ChunkScanner;
  count(bytesAt: number, lengthBytes: number): void;
}

async function groundOf(parts: OpenPart[]): Promise<Ground> {
  const needs = { parts, workers: 1, chunkBytes: CHUNK_BYTES, keysBytes: KEYS_BYTES, sipBytes: SIP_BYTES };
  const layout = scanLayout(needs);
  const memory = takeMemory(layout, {
    besidesBytes: BESIDES_BYTES + listBytesOf(parts),
    freeBytes: process.availableMemory(),
  });
  for (const set of layout.sets) {
    for (const area of set.parts) {
      const part = parts[area.part];
      if (part !== undefined) await loadPart(memory, part, { ...area, keysAt: set.keysAt });
    }
  }
  for (const { lists } of parts) lists?.load();
  const [work] = layout.work;
  if (work === undefined) throw new TypeError("Cannot compare: no place to work in");
  const hash = openHashKernel(memory);
  return {
    ...{ parts, algorithms: algorithmsOf(parts), work, bytes: new Uint8Array(memory.buffer) },
    histogram: new Uint32Array(memory.buffer, work.histogramAt, 256),
    scanner: chunkScanner(memory, { sets: layout.sets, work }, { hash, lookup: openLookup(memory) }),
    count: (bytesAt, lengthBytes) => hash.histogram(bytesAt, lengthBytes, work.histogramAt),
  };
}

function matching(ground: Ground): InnerMatching {
  const { parts, algorithms, bytes, histogram, work, scanner } = ground;
  const content = wholeContent(algorithms);
  const hits: InnerMatch["hits"] = [];
  let [filled, offsetBytes] = [0, 0];
  const flush = (): void => {
    if (filled === 0) return;
    const { dataAt: bytesAt } = work;
    content.add(bytes.subarray(bytesAt, bytesAt + filled), () => {
      histogram.fill(0);
      ground.count(bytesAt, filled);
      return histogram;
    });
    const chunk = { bytesAt, lengthBytes: filled, availableBytes: filled, offsetBytes, phases: OWN_PHASE };
    for (const { part, offsetBytes: at, fingerprint } of filled < BLOCK_BYTES ? [] : scanner.scan(chunk)) {
      if (parts[part]?.confirm(fingerprint) !== true) continue;
      hits.push({ part, offsetBytes: at, fingerprint: fingerprint.toString(16).padStart(16, "0") });
    }
    offsetBytes += filled;
    filled = 0;
  };
  return {
    piece(piece) {
      for (let at = 0; at < piece.length; ) {
        const part = piece.subarray(at, at + CHUNK_BYTES - filled);
        bytes.set(part, work.dataAt + filled);
        filled += part.length;
        at += part.length;
        if (filled === CHUNK_BYTES) flush();
      }
    },
    end(sizeBytes) {
      flush();
      const { digests = {}, lowEntropy = false } = content.told();
      const listed = sizeBytes === null ? [] : listedIn(parts, { sizeBytes, digests }).listed;
      return { listed, lowEntropy, hits };
    },
  };
}
