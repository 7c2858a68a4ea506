import { PHASES, SECTOR_BYTES } from "#base/hashing";
import type { HashKernel } from "#base/hashing/node";
import type { Lookup } from "#examination/filters/node";
import { ALL_PHASES } from "./engine-message.ts";
import { BATCH_STARTS, type SetArea, type WorkArea } from "./scan-layout.ts";

/** Bytes that stand in the shared memory, ready to be looked at. */
export interface Chunk {
  bytesAt: number;
  /** Blocks that begin in these bytes are looked for. */
  lengthBytes: number;
  /** lengthBytes and what follows, up to 3,584 bytes. */
  availableBytes: number;
  /** Of the first byte, from the start of the source or file; a multiple of 512. */
  offsetBytes: number;
  phases: number;
}

/** A fingerprint of which the scanned plane says: listed. */
export interface Candidate {
  part: number;
  offsetBytes: number;
  fingerprint: bigint;
}

export interface ChunkScanner {
  /** Candidates in order of part, phase walk and offset; `hashed` is called when the first set's sector hashes stand. */
  scan(chunk: Chunk, hashed?: (sectors: number) => void): Candidate[];
  /** After scan(): blank bytes among the chunk's own whole sectors. */
  blankBytes(chunk: Chunk): number;
  /** After scan(): first 4 KiB cell of the chunk without a blank sector, as an address, or undefined. */
  filledCellAt(chunk: Chunk): number | undefined;
}

/** Makes the scanner of one thread; every address is of `memory`. */
export function chunkScanner(
  memory: WebAssembly.Memory,
  areas: { sets: SetArea[]; work: WorkArea },
  kernels: { hash: HashKernel; lookup: Lookup },
): ChunkScanner {
  const bytes = new Uint8Array(memory.buffer);
  const { sets, work } = areas;
  const flagsOf = (chunk: Chunk): Uint8Array =>
    bytes.subarray(work.flagsAt, work.flagsAt + Math.floor(chunk.lengthBytes / SECTOR_BYTES));
  const look = setLookup(memory, work, kernels);
  return {
    scan(chunk, hashed) {
      const sectors = Math.floor(chunk.availableBytes / SECTOR_BYTES);
      const own = Math.floor(chunk.lengthBytes / SECTOR_BYTES);
      const starts = Math.max(0, Math.min(own, sectors - PHASES + 1));
      const found: Candidate[] = [];
      for (const [i, set] of sets.entries()) {
        kernels.hash.sectors(chunk.bytesAt, sectors, {
          keys: set.keysAt,
          hashes: work.hashesAt,
          flags: work.flagsAt,
        });
        if (i === 0) hashed?.(Math.min(own, sectors));
        for (const walk of walksOf(chunk)) look(set, { ...walk, starts, offsetBytes: chunk.offsetBytes }, found);
      }
      return found;
    },
    blankBytes(chunk) {
      let blank = 0;
      for (const flag of flagsOf(chunk)) blank += flag;
      return blank * SECTOR_BYTES;
    },
    filledCellAt(chunk) {
      const flags = flagsOf(chunk);
      let filled = 0;
      for (let sector = 0; sector < flags.length; sector++) {
        filled = flags[sector] === 0 ? filled + 1 : 0;
        if (filled === PHASES) return chunk.bytesAt + (sector - PHASES + 1) * SECTOR_BYTES;
      }
      return undefined;
    },
  };
}

interface Walk {
  /** First sector of the chunk at which a block may begin, and the step to the next. */
  first: number;
  step: number;
}

function walksOf({ phases, offsetBytes }: Chunk): Walk[] {
  if (phases === ALL_PHASES) return [{ first: 0, step: 1 }];
  const at = (offsetBytes / SECTOR_BYTES) % PHASES;
  const walks: Walk[] = [];
  for (let phase = 0; phase < PHASES; phase++) {
    if ((phases >> phase) & 1) walks.push({ first: (phase - at + PHASES) % PHASES, step: PHASES });
  }
  return walks;
}

type SetLookup = (set: SetArea, walk: Walk & { starts: number; offsetBytes: number }, found: Candidate[]) => void;

function setLookup(
  memory: WebAssembly.Memory,
  work: WorkArea,
  { hash, lookup }: { hash: HashKernel; lookup: Lookup },
): SetLookup {
  const words = new Uint32Array(memory.buffer);
  const longs = new BigUint64Array(memory.buffer);
  const fingerprintsAt = work.fingerprintsAt;
  return ({ keysAt, parts }, { first, step, starts, offsetBytes }, found) => {
    const [only] = parts.length === 1 ? parts : [];
    for (let from = first; from < starts; from += BATCH_STARTS * step) {
      const range = { count: Math.min(starts - from, BATCH_STARTS * step), step };
      const hashesAt = work.hashesAt + from * 16;
      const at = { keys: keysAt, flags: work.flagsAt + from, starts: work.startsAt };
      const count = only
        ? hash.fingerprints(hashesAt, range, { ...at, sip: only.sipAt, fingerprints: fingerprintsAt })
        : hash.blockHashes(hashesAt, range, { ...at, blockHashes: work.blockHashesAt });
      if (count === 0) continue;
      for (const { part, sipAt, planeAt } of parts) {
        if (!only) hash.sip(work.blockHashesAt, count, { sip: sipAt, fingerprints: fingerprintsAt });
        const hits = lookup.lookup(fingerprintsAt, count, planeAt, work.hitsAt);
        for (let hit = 0; hit < hits; hit++) {
          const entry = words[work.hitsAt / 4 + hit] ?? 0;
          const start = from + (words[work.startsAt / 4 + entry] ?? 0);
          const fingerprint = longs[fingerprintsAt / 8 + entry] ?? 0n;
          found.push({ part, offsetBytes: offsetBytes + start * SECTOR_BYTES, fingerprint });
        }
      }
    }
  };
}
