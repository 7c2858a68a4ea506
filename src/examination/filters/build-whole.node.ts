import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { toHex } from "#base/values";
import { type CopyTable, copyTable } from "./build-copies.ts";
import type { FileTable } from "./build-files.ts";
import type { BlockHasher } from "./build-hasher.node.ts";
import { identityWords } from "./build-inputs.node.ts";
import { readLines } from "./build-lines.node.ts";
import { type Pause, readInput } from "./build-read.node.ts";
import type { InputLine } from "./build-reading.node.ts";
import type { FileRecord } from "./build-record.ts";
import type { InputTrouble } from "./build-trouble.ts";
import type { WorkFolder } from "./build-work.node.ts";
import { writeWhole } from "./build-write.node.ts";
import type { ListedFile } from "./filter-draft.ts";
import { type FileRule, wholeFileRule } from "./probative.ts";
import { probeOffsets } from "./probe-places.ts";

/** An input with fewer listed blocks is listed whole as well: a verdict asks for three in one window. */
const FEW_BLOCKS = 3;
/** Bytes of one record of whole.digests: u64 size, SHA-256, SHA-1, MD5. */
export const DIGESTS_BYTES = 8 + 32 + 20 + 16;

/** What is to be said about one input; names are bytes. */
export type InputNote =
  | { path: Buffer; kind: "whole"; kept: number; missed: boolean }
  | { path: Buffer; kind: "cannot"; why: FileRule | "known-good" | "unreadable" | "changed" }
  | { path: Buffer; kind: "trouble"; why: Exclude<InputTrouble, "link"> }
  | { path: Buffer; kind: "link" };

/** What listing whole files works with. */
export interface WholeTools {
  work: WorkFolder;
  table: FileTable;
  hasher: BlockHasher;
  pause: Pause;
  onNote(note: InputNote): void;
  onRead(bytes: number): void;
}

/**
 * Writes the digests of the inputs whose blocks alone might miss them: fewer than three listed, or none at a probe place. Reads those
 * again; says each, and each that cannot be listed so.
 *
 * @returns Files in whole.digests.
 */
export async function listWhole({ work, table, hasher, pause, onNote, onRead }: WholeTools): Promise<number> {
  const good = knownGoodFiles(work);
  const fd = openSync(work.path("whole.digests"), "w");
  let listed = 0;
  let number = -1;
  try {
    for (const [line, record] of eachInput(work)) {
      number++;
      onRead(line.sizeBytes);
      await pause();
      const path = Buffer.from(line.path, "hex");
      const { trouble } = record;
      if (trouble !== undefined)
        onNote(trouble === "link" ? { path, kind: trouble } : { path, kind: "trouble", why: trouble });
      if (line.good || line.trouble || record.copyOf !== undefined || trouble === "unreadable") continue;
      const kept = table.kept[number] ?? 0;
      const missed = table.probed[number] === 0 && probeOffsets(record.sizeBytes).length > 0;
      if (kept >= FEW_BLOCKS && !missed) continue;
      const digests = isGood(good, record) ? "known-good" : await digestsOf(path, record, { hasher, pause });
      if (typeof digests === "string") {
        onNote({ path, kind: "cannot", why: digests });
        continue;
      }
      writeWhole(fd, digests, work.path("whole.digests"));
      listed++;
      onNote({ path, kind: "whole", kept, missed });
    }
  } finally {
    closeSync(fd);
  }
  return listed;
}

/** The files of whole.digests, read as they are asked for. */
export function* wholeFiles(path: string): Generator<Required<ListedFile>> {
  const fd = openSync(path, "r");
  try {
    const bytes = new Uint8Array(DIGESTS_BYTES);
    while (readSync(fd, bytes) === DIGESTS_BYTES) yield decodeDigests(bytes);
  } finally {
    closeSync(fd);
  }
}

/** One record of whole.digests. */
function decodeDigests(bytes: Uint8Array): Required<ListedFile> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, DIGESTS_BYTES);
  const part = (from: number, length: number): Uint8Array => bytes.slice(from, from + length);
  return { sizeBytes: Number(view.getBigUint64(0, true)), sha256: part(8, 32), sha1: part(40, 20), md5: part(60, 16) };
}

function* eachInput(work: WorkFolder): Generator<[InputLine, FileRecord]> {
  const records = readLines<FileRecord>(work.path("files.jsonl"));
  for (const line of readLines<InputLine>(work.path("inputs.jsonl"))) {
    const { value, done } = records.next();
    if (done) throw new Error("Cannot list whole files: the work folder holds fewer results than inputs");
    yield [line, value];
  }
}

function knownGoodFiles(work: WorkFolder): CopyTable {
  const good = copyTable();
  for (const [line, record] of eachInput(work)) {
    if (line.good && record.identity !== undefined) good.firstOf(identityWords(record.identity), 0);
  }
  return good;
}

function isGood(good: CopyTable, { identity }: FileRecord): boolean {
  return identity !== undefined && good.has(identityWords(identity));
}

/** The record of a file's digests, or why it has none. */
async function digestsOf(
  path: Buffer,
  record: FileRecord,
  tools: { hasher: BlockHasher; pause: Pause },
): Promise<Uint8Array | FileRule | "unreadable" | "changed"> {
  const hashes = (["sha256", "sha1", "md5"] as const).map((algorithm) => createHash(algorithm));
  const histogram = new Float64Array(256);
  const read = await readInput({ path, sizeBytes: record.sizeBytes }, tools, ({ lengthBytes }) => {
    for (const hash of hashes) hash.update(tools.hasher.bytes.subarray(0, lengthBytes));
    tools.hasher.histogram(0, lengthBytes).forEach((count, byte) => {
      histogram[byte] = (histogram[byte] ?? 0) + count;
    });
  });
  if (read.trouble === "unreadable") return "unreadable";
  if (read.identity === undefined || toHex(read.identity) !== record.identity) return "changed";
  const rule = wholeFileRule(read.sizeBytes, histogram);
  if (rule !== undefined) return rule;
  const bytes = new Uint8Array(DIGESTS_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(read.sizeBytes), true);
  let at = 8;
  for (const hash of hashes) {
    const digest = hash.digest();
    bytes.set(digest, at);
    at += digest.length;
  }
  return bytes;
}
