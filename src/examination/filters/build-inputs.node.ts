import { BLOCK_BYTES, PHASES } from "#base/hashing";
import { fromHex, toHex } from "#base/values";
import type { CopyTable } from "./build-copies.ts";
import { type BlockHasher, CHUNK_BYTES } from "./build-hasher.node.ts";
import { type Pause, type ReadChunk, readInput } from "./build-read.node.ts";
import { type FileRecord, RECORD_WORDS } from "./build-record.ts";
import { RUN_BLOCKS, runChooser } from "./build-runs.ts";
import type { SpillWriter } from "./build-spill.node.ts";
import { contentRule, type DropRule, isHeaderBlock } from "./probative.ts";
import { type OwnContent, ownContent } from "./probative-header.ts";

/** Blocks of a file whose records wait until it is known whether the file is a copy: 64 MiB. */
const WAITING_BLOCKS = 16384;
/** Files of so many blocks and more say which runs to keep. */
const LONG_BLOCKS = 64;

/** What turns inputs into records. */
export interface InputTools {
  hasher: BlockHasher;
  pause: Pause;
  spill: SpillWriter;
  copies: CopyTable;
  /** --max-blocks-per-file. */
  maxBlocks: number;
  /** False: every block that is not blank all over is listed. For measuring what the rules do. */
  rules: boolean;
}

/** Reads one input file into the spill. Deterministic: equal files give equal records. */
export async function takeInput(
  file: { path: Buffer; sizeBytes: number; number: number },
  tools: InputTools,
): Promise<FileRecord> {
  const dropped: Partial<Record<DropRule, number>> = {};
  const drop = (rule: DropRule, blocks: number): void => {
    if (blocks > 0) dropped[rule] = (dropped[rule] ?? 0) + blocks;
  };
  const chooser = runChooser(file.sizeBytes, tools.maxBlocks);
  const records = recordsOf(tools.spill);
  let own: OwnContent = { offsetBytes: 0, before: "header" };
  let left = 0;
  const read = await readInput(file, tools, (chunk) => {
    if (chunk.firstBlock === 0 && tools.rules) {
      own = ownContent(tools.hasher.bytes.subarray(0, chunk.lengthBytes), chunk.tail);
    }
    drop("blank", Math.floor(chunk.lengthBytes / BLOCK_BYTES) - chunk.hashed.count);
    for (let i = 0; i < chunk.hashed.count; i++) {
      const block = chunk.firstBlock + (chunk.hashed.starts[i] ?? 0) / PHASES;
      const rule = tools.rules ? ruleOf(chunk, { i, block, own, hasher: tools.hasher }) : undefined;
      if (rule !== undefined) {
        drop(rule, 1);
        continue;
      }
      left++;
      chooser.offer(Math.floor(block / RUN_BLOCKS));
      records.add(chunk, i, [file.number, block]);
    }
  });
  const first = read.identity === undefined ? file.number : tools.copies.firstOf(wordsOf(read.identity), file.number);
  const copyOf = first !== file.number && records.waiting() ? first : undefined;
  if (copyOf === undefined) records.release();
  return {
    sizeBytes: read.sizeBytes,
    blocks: read.blocks,
    dropped,
    left,
    ...(read.identity && { identity: toHex(read.identity) }),
    ...(copyOf !== undefined && { copyOf }),
    ...(read.blocks >= LONG_BLOCKS && { runs: chooser.chosen() }),
    ...(read.trouble && { trouble: read.trouble }),
  };
}

/** Reads one known-good file: the fingerprints of all its blocks into a spill of two words a record, and what identifies it. */
export async function takeKnownGood(
  file: { path: Buffer; sizeBytes: number },
  { hasher, pause, spill }: Pick<InputTools, "hasher" | "pause" | "spill">,
): Promise<FileRecord> {
  const read = await readInput(file, { hasher, pause }, ({ hashed }) => {
    for (let i = 0; i < hashed.count; i++) {
      const record = hashed.fingerprints.subarray(2 * i, 2 * i + 2);
      spill.add((record[1] ?? 0) >>> 24, record);
    }
  });
  const { sizeBytes, blocks, identity, trouble } = read;
  return {
    sizeBytes,
    blocks,
    dropped: {},
    left: 0,
    ...(identity && { identity: toHex(identity) }),
    ...(trouble && { trouble }),
  };
}

/** The identity as words of a CopyTable. */
export function identityWords(hex: string): Uint32Array {
  return wordsOf(fromHex(hex));
}

function wordsOf(identity: Uint8Array): Uint32Array {
  return new Uint32Array(identity.slice().buffer);
}

interface Judged {
  /** Index in the chunk's hashes. */
  i: number;
  block: number;
  own: OwnContent;
  hasher: BlockHasher;
}

function ruleOf({ hashed }: ReadChunk, { i, block, own, hasher }: Judged): DropRule | undefined {
  if (isHeaderBlock(block * BLOCK_BYTES, own.offsetBytes)) return own.before;
  const sector = hashed.starts[i] ?? 0;
  let blank = 0;
  for (let k = 0; k < PHASES; k++) blank += hashed.blank[sector + k] ?? 0;
  const at = (sector / PHASES) * BLOCK_BYTES;
  const words = hasher.words.subarray(at / 4, (at + BLOCK_BYTES) / 4);
  return contentRule(words, hasher.histogram(at, BLOCK_BYTES), blank);
}

interface Records {
  add(chunk: ReadChunk, i: number, place: readonly [file: number, block: number]): void;
  /** Whether all records of the file are still held back. */
  waiting(): boolean;
  release(): void;
}

/** Holds a file's records back as long as they are few, then hands them on. */
function recordsOf(spill: SpillWriter): Records {
  let held = new Uint32Array((CHUNK_BYTES / BLOCK_BYTES) * RECORD_WORDS);
  let count = 0;
  let waiting = true;
  const record = new Uint32Array(RECORD_WORDS);
  const release = (): void => {
    for (let i = 0; i < count; i++) {
      const words = held.subarray(i * RECORD_WORDS, (i + 1) * RECORD_WORDS);
      spill.add((words[1] ?? 0) >>> 24, words);
    }
    count = 0;
    waiting = false;
  };
  return {
    add: ({ hashed }, i, place) => {
      record.set(hashed.fingerprints.subarray(2 * i, 2 * i + 2));
      record.set(hashed.blockHashes.subarray(4 * i, 4 * i + 4), 2);
      record.set(place, 6);
      if (waiting && count === WAITING_BLOCKS) release();
      if (!waiting) {
        spill.add((record[1] ?? 0) >>> 24, record);
        return;
      }
      if ((count + 1) * RECORD_WORDS > held.length) {
        const larger = new Uint32Array(held.length * 2);
        larger.set(held);
        held = larger;
      }
      held.set(record, count++ * RECORD_WORDS);
    },
    waiting: () => waiting,
    release,
  };
}
