import { existsSync, renameSync, statSync } from "node:fs";
import { type CopyTable, copyTable } from "./build-copies.ts";
import type { BlockHasher } from "./build-hasher.node.ts";
import { identityWords, takeInput, takeKnownGood } from "./build-inputs.node.ts";
import { openLineWriter, readLines } from "./build-lines.node.ts";
import type { Pause } from "./build-read.node.ts";
import { type FileRecord, RECORD_WORDS } from "./build-record.ts";
import { openSpillWriter } from "./build-spill.node.ts";
import type { InputTrouble } from "./build-trouble.ts";
import { fileId, walkInputs } from "./build-walk.node.ts";
import type { WorkFolder, WorkSettings } from "./build-work.node.ts";

/** Words of a known-good record: a fingerprint. */
export const KNOWN_WORDS = 2;

/** One line of inputs.jsonl. */
export interface InputLine {
  /** Path's bytes, hexadecimal. */
  path: string;
  sizeBytes: number;
  good?: true;
  trouble?: InputTrouble;
}

/** All inputs, known-good ones included. */
export interface InputTotals {
  files: number;
  bytes: number;
}

/** What the reading is done with. */
export interface ReadingTools {
  work: WorkFolder;
  settings: WorkSettings;
  hasher: BlockHasher;
  pause: Pause;
  /** Milliseconds between checkpoints. */
  checkpointMs: number;
  onRead(bytes: number): void;
}

/** Writes down everything below the inputs, once: an interrupted build goes on with the same list. */
export async function listInputs(
  { work, settings, pause }: Pick<ReadingTools, "work" | "settings" | "pause">,
  own: readonly string[],
): Promise<InputTotals> {
  const path = work.path("inputs.jsonl");
  const totals = { files: 0, bytes: 0 };
  if (work.checkpoint !== undefined && existsSync(path)) {
    for (const { sizeBytes } of readLines<InputLine>(path)) {
      totals.files++;
      totals.bytes += sizeBytes;
    }
    return totals;
  }
  const leaveOut = new Set([
    work.id,
    ...own.filter(existsSync).map((file) => fileId(statSync(file, { bigint: true }))),
  ]);
  const lines = openLineWriter(`${path}.new`);
  for (const [roots, good] of [[settings.inputs, false] as const, [settings.knownGood, true] as const]) {
    for (const { path: name, sizeBytes, trouble } of walkInputs(roots, leaveOut)) {
      lines.add({ path: name.toString("hex"), sizeBytes, ...(good && { good }), ...(trouble && { trouble }) });
      totals.files++;
      totals.bytes += sizeBytes;
      await pause();
    }
  }
  lines.flush();
  lines.sync();
  lines.close();
  renameSync(`${path}.new`, path);
  return totals;
}

/**
 * Reads all listed inputs into the work folder, going on behind the last checkpoint.
 *
 * @throws {Fault} filter/disk-full, filter/unwritable, and what `pause` throws; what was finished stays for the next run.
 */
export async function readInputs(tools: ReadingTools): Promise<void> {
  const { work, settings, hasher, pause } = tools;
  const start = work.checkpoint ?? { finished: 0, filesBytes: 0, blocksBytes: 0, knownBytes: 0 };
  const blocks = openSpillWriter(work.path("blocks.spill"), RECORD_WORDS, start.blocksBytes);
  const known = openSpillWriter(work.path("known.spill"), KNOWN_WORDS, start.knownBytes);
  const files = openLineWriter(work.path("files.jsonl"), start.filesBytes);
  const copies = rememberedCopies(work.path("files.jsonl"));
  let finished = 0;
  const save = (): void => {
    const lengths = { filesBytes: files.flush(), blocksBytes: blocks.flush(), knownBytes: known.flush() };
    for (const writer of [files, blocks, known]) writer.sync();
    work.save({ finished, ...lengths });
  };
  let savedAtMs = performance.now();
  try {
    for (const line of readLines<InputLine>(work.path("inputs.jsonl"))) {
      const file = { path: Buffer.from(line.path, "hex"), sizeBytes: line.sizeBytes, number: finished };
      if (finished >= start.finished) {
        await pause();
        if (line.trouble !== undefined) files.add({ ...NOTHING, trouble: line.trouble });
        else if (line.good) files.add(await takeKnownGood(file, { hasher, pause, spill: known }));
        else {
          const { maxBlocks, rules } = settings;
          files.add(await takeInput(file, { hasher, pause, spill: blocks, copies, maxBlocks, rules }));
        }
      }
      finished++;
      tools.onRead(line.sizeBytes);
      if (finished > start.finished && performance.now() - savedAtMs >= tools.checkpointMs) {
        save();
        savedAtMs = performance.now();
      }
    }
    save();
  } finally {
    for (const writer of [files, blocks, known]) writer.close();
  }
}

const NOTHING: FileRecord = { sizeBytes: 0, blocks: 0, dropped: {}, left: 0 };

/** Identities of the inputs finished before. */
function rememberedCopies(path: string): CopyTable {
  const copies = copyTable();
  let number = 0;
  for (const { identity } of readLines<FileRecord>(path)) {
    if (identity !== undefined) copies.firstOf(identityWords(identity), number);
    number++;
  }
  return copies;
}
