// One pass over a file's bytes against several filters with the same keys, and what their hits add up to: the kernel, lookup
// and rules of an examination, all eight phases, in one process.
import { createHash } from "node:crypto";
import { BLOCK_BYTES, OVERLAP_BYTES, PHASES, SECTOR_BYTES } from "#base/hashing";
import { KEYS_BYTES, openHashKernel, placeKeys, SIP_BYTES } from "#base/hashing/node";
import type { Finding } from "#examination/evidence";
import { lookupBytes } from "#examination/filters";
import { type OpenPart, openLookup } from "#examination/filters/node";
import { contentOf, findingsOf, openHits } from "#examination/triage";

const ALGORITHMS = ["sha256", "sha1", "md5"] as const;
const CHUNK_BYTES = 4 << 20;
const CHUNK_SECTORS = (CHUNK_BYTES + OVERLAP_BYTES) / SECTOR_BYTES;

/** What one filter says of one file. */
export interface FileResult {
  /** The colour this file alone would give; bound, coverage and readability are not asked here. */
  colour: "red" | "amber" | "none";
  findings: Finding[];
  hits: { fingerprint: bigint; offsetBytes: number }[];
}

/** Scans files. `begin`, then `add` all pieces in order, then `end` gives one result for each filter. */
export interface FileScanner {
  /** @param sizeBytes What the pieces will add up to. */
  begin(sizeBytes: number): void;
  add(bytes: Uint8Array): void;
  end(): FileResult[];
  /** Fingerprints of the blocks of a content at its own phase (at most 4 MiB), with their block numbers. */
  aligned(bytes: Uint8Array): { fingerprints: BigUint64Array; blocks: Uint32Array };
}

/** Makes a scanner over opened filters; all must have the same set and release key. */
export async function fileScanner(parts: readonly OpenPart[]): Promise<FileScanner> {
  const [first] = parts;
  if (first === undefined) throw new RangeError("Cannot scan: there must be a filter, current number is 0");
  let next = 65536;
  const room = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const at = {
    keys: room(KEYS_BYTES),
    sip: room(SIP_BYTES),
    data: room(CHUNK_SECTORS * SECTOR_BYTES),
    hashes: room(CHUNK_SECTORS * 16),
    flags: room(CHUNK_SECTORS),
    fingerprints: room(CHUNK_SECTORS * 8),
    starts: room(CHUNK_SECTORS * 4),
    hits: room(lookupBytes(CHUNK_SECTORS)),
  };
  const sets = parts.map((part) => room(part.scanBytes));
  const pages = Math.ceil(next / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  for (const [i, part] of parts.entries()) await part.loadScanPlane(memory, sets[i] ?? 0);
  placeKeys(memory, first.keys, at);
  const kernel = openHashKernel(memory);
  const { lookup } = openLookup(memory);
  const data = new Uint8Array(memory.buffer, at.data, CHUNK_SECTORS * SECTOR_BYTES);
  const fingerprints = new BigUint64Array(memory.buffer, at.fingerprints, CHUNK_SECTORS);
  const starts = new Uint32Array(memory.buffer, at.starts, CHUNK_SECTORS);
  const found = new Uint32Array(memory.buffer, at.hits, CHUNK_SECTORS);
  let filled = 0;
  let before = 0;
  let sizeBytes = 0;
  let hits: FileResult["hits"][] = [];
  let digests: { name: (typeof ALGORITHMS)[number]; hash: ReturnType<typeof createHash> }[] = [];

  const look = (): void => {
    const sectors = Math.floor(filled / SECTOR_BYTES);
    if (sectors < PHASES) return;
    kernel.sectors(at.data, sectors, at);
    const count = kernel.fingerprints(at.hashes, { count: sectors - PHASES + 1, step: 1 }, at);
    for (const [i, part] of parts.entries()) {
      const candidates = lookup(at.fingerprints, count, sets[i] ?? 0, at.hits);
      for (let k = 0; k < candidates; k++) {
        const index = found[k] ?? 0;
        const fingerprint = fingerprints[index] ?? 0n;
        if (!part.confirm(fingerprint)) continue;
        hits[i]?.push({ fingerprint, offsetBytes: before + (starts[index] ?? 0) * SECTOR_BYTES });
      }
    }
  };
  return {
    begin: (announced) => {
      filled = before = sizeBytes = 0;
      hits = parts.map(() => []);
      const wanted = parts.some((part) => part.sizeListed(announced));
      digests = wanted ? ALGORITHMS.map((name) => ({ name, hash: createHash(name) })) : [];
    },
    add: (bytes) => {
      sizeBytes += bytes.length;
      for (const { hash } of digests) hash.update(bytes);
      for (let from = 0; from < bytes.length; ) {
        const taken = bytes.subarray(from, from + data.length - filled);
        data.set(taken, filled);
        filled += taken.length;
        from += taken.length;
        if (filled < data.length) continue;
        look();
        data.copyWithin(0, data.length - OVERLAP_BYTES);
        before += data.length - OVERLAP_BYTES;
        filled = OVERLAP_BYTES;
      }
    },
    end: () => {
      look();
      const whole = digests.map(({ name, hash }) => ({ name, digest: Uint8Array.from(hash.digest()) }));
      return parts.map((part, i) => judged(part, { sizeBytes, whole, hits: hits[i] ?? [] }));
    },
    aligned: (bytes) => {
      data.set(bytes);
      const sectors = Math.floor(bytes.length / BLOCK_BYTES) * PHASES;
      kernel.sectors(at.data, sectors, at);
      const count =
        sectors === 0 ? 0 : kernel.fingerprints(at.hashes, { count: sectors - PHASES + 1, step: PHASES }, at);
      return {
        fingerprints: fingerprints.slice(0, count),
        blocks: starts.slice(0, count).map((start) => start / PHASES),
      };
    },
  };
}

interface Judged {
  sizeBytes: number;
  whole: { name: (typeof ALGORITHMS)[number]; digest: Uint8Array }[];
  hits: FileResult["hits"];
}

function judged(part: OpenPart, { sizeBytes, whole, hits }: Judged): FileResult {
  const ledger = openHits();
  for (const { fingerprint, offsetBytes } of hits) {
    const content = contentOf(fingerprint.toString(16).padStart(16, "0"));
    ledger.add({ place: "", offsetBytes, content, set: 0 });
  }
  const matched = part.sizeListed(sizeBytes)
    ? whole.filter(({ name, digest }) => part.digestListed(name, sizeBytes, digest))
    : [];
  if (matched.length > 0) {
    const algorithms = matched.map(({ name }) => ({ algorithm: name, sizeEqual: true }));
    ledger.addFile({ place: "", sizeBytes, set: 0, matched: algorithms, lowEntropy: false });
  }
  const { name, release, category } = part.header;
  const findings = findingsOf(ledger, [{ name, release, category, expired: false }]);
  const red = findings.some(({ weight }) => weight === "red");
  return { colour: red ? "red" : findings.length > 0 ? "amber" : "none", findings, hits };
}
