// Which files of the corpus are editions of one another, so that both stand in the same half: a later edition of a listed file
// holds listed material, and red is right there.
import { basename } from "node:path";
import { BLOCK_BYTES, PHASES } from "#base/hashing";
import { deriveSetKeys, deriveSipKey, KEYS_BYTES, openHashKernel, placeKeys, SIP_BYTES } from "#base/hashing/node";

const PIECE_BYTES = 4 << 20;
const PIECE_BLOCKS = PIECE_BYTES / BLOCK_BYTES;
/** Bits a byte; below, equal blocks say nothing about kinship. */
const INFORMATIVE = 6;
/** So many blocks in common, or a quarter of the smaller: the builder's measures for one file coming from another. */
const EDITION_BLOCKS = 16;
const FILE_BITS = 24n;
const PAIRED_FILES = 30;

/** Collects the informative blocks of files, at their own phase, and says who belongs together. */
export interface Families {
  add(file: number, bytes: Uint8Array): void;
  /** For each file the least number of its family. */
  heads(names: readonly string[]): Uint32Array;
}

/** Makes an empty collection for at most 2^24 files. */
export function families(): Families {
  const keysAt = 65536;
  const sip = keysAt + Math.ceil(KEYS_BYTES / 64) * 64;
  const histogramAt = sip + Math.ceil(SIP_BYTES / 64) * 64;
  const dataAt = histogramAt + 1024;
  const hashes = dataAt + PIECE_BYTES;
  const flags = hashes + PIECE_BLOCKS * PHASES * 16;
  const fingerprints = flags + PIECE_BLOCKS * PHASES;
  const startsAt = fingerprints + PIECE_BLOCKS * 8;
  const pages = Math.ceil((startsAt + PIECE_BLOCKS * 4) / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = openHashKernel(memory);
  const secret = new Uint8Array(32).fill(3);
  placeKeys(memory, { ...deriveSetKeys(secret), sipKey: deriveSipKey(secret) }, { keys: keysAt, sip });
  const data = new Uint8Array(memory.buffer, dataAt, PIECE_BYTES);
  const histogram = new Uint32Array(memory.buffer, histogramAt, 256);
  const isInformative = (block: number): boolean => {
    histogram.fill(0);
    kernel.histogram(dataAt + block * BLOCK_BYTES, BLOCK_BYTES, histogramAt);
    const squares = histogram.reduce((sum, count) => sum + count * count, 0);
    return 2 * Math.log2(BLOCK_BYTES) - Math.log2(squares) >= INFORMATIVE;
  };
  let entries = new BigUint64Array(1 << 20);
  let count = 0;
  return {
    add: (file, bytes) => {
      data.set(bytes);
      const sectors = Math.floor(bytes.length / BLOCK_BYTES) * PHASES;
      if (sectors === 0) return;
      const at = { keys: keysAt, sip, hashes, flags, fingerprints, starts: startsAt };
      kernel.sectors(dataAt, sectors, at);
      const found = kernel.fingerprints(hashes, { count: sectors - PHASES + 1, step: PHASES }, at);
      const values = new BigUint64Array(memory.buffer, fingerprints, found);
      const starts = new Uint32Array(memory.buffer, startsAt, found);
      for (let i = 0; i < found; i++) {
        if (!isInformative((starts[i] ?? 0) / PHASES)) continue;
        if (count === entries.length) {
          const larger = new BigUint64Array(count * 2);
          larger.set(entries);
          entries = larger;
        }
        entries[count++] = (((values[i] ?? 0n) >> FILE_BITS) << FILE_BITS) | BigInt(file);
      }
    },
    heads: (names) => headsOf(entries.subarray(0, count).sort(), names),
  };
}

function headsOf(entries: BigUint64Array, names: readonly string[]): Uint32Array {
  const informative = new Uint32Array(names.length);
  const common = new Map<number, number>();
  const settle = (files: number[]): void => {
    const distinct = [...new Set(files)];
    for (const file of distinct) informative[file] = (informative[file] ?? 0) + 1;
    const leaders = distinct.length <= PAIRED_FILES ? distinct.length : 1;
    for (let i = 0; i < leaders; i++) {
      for (let j = i + 1; j < distinct.length; j++) {
        const pair = (distinct[i] ?? 0) * 2 ** 24 + (distinct[j] ?? 0);
        common.set(pair, (common.get(pair) ?? 0) + 1);
      }
    }
  };
  let group: number[] = [];
  let last = -1n;
  for (const entry of entries) {
    const content = entry >> FILE_BITS;
    if (content !== last) {
      if (group.length > 0) settle(group);
      group = [];
      last = content;
    }
    group.push(Number(entry & ((1n << FILE_BITS) - 1n)));
  }
  settle(group);
  const parent = Uint32Array.from(names, (_, file) => file);
  const head = (file: number): number => {
    let at = file;
    while (parent[at] !== at) at = parent[at] ?? at;
    parent[file] = at;
    return at;
  };
  for (const [pair, blocks] of common) {
    const [a, b] = [Math.floor(pair / 2 ** 24), pair % 2 ** 24];
    const quarter = blocks * 4 >= Math.min(informative[a] ?? 0, informative[b] ?? 0);
    const share = blocks >= EDITION_BLOCKS || (blocks >= 3 && quarter);
    if (!share && editionName(names[a] ?? "") !== editionName(names[b] ?? "")) continue;
    const [low, high] = [head(a), head(b)].sort((x, y) => x - y);
    parent[high ?? a] = low ?? a;
  }
  return parent.map((_, file) => head(file));
}

/** A file's name up to its version number, and its ending. */
function editionName(path: string): string {
  const name = basename(path).toLowerCase();
  const stem = /^[^\d]{3,}/.exec(name)?.[0] ?? name;
  return `${stem}|${name.slice(name.lastIndexOf("."))}`;
}
