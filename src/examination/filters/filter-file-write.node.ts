import { createHash } from "node:crypto";
import { newSealKey, type Signer, sealFile } from "#base/signing/node";
import { canonicalBytes } from "#base/values";
import { filtersFault } from "./faults.ts";
import type { FilterDraft } from "./filter-draft.ts";
import { keyIds } from "./filter-file-keys.node.ts";
import { startFile } from "./filter-file-output.node.ts";
import { plainBytes, planPayload } from "./filter-file-plain.node.ts";
import { sealSlot } from "./filter-file-slots.node.ts";
import { type FileTables, makeTables } from "./filter-file-tables.node.ts";
import type { FilterHeader } from "./filter-header.ts";
import { filterHeaderProblem } from "./filter-header-check.ts";
import { falseHitsPerTib } from "./fuse-false-hits.ts";
import {
  CHECK_CELL_BYTES,
  largestSet,
  MAX_SCAN_BYTES,
  SCAN_CELL_BYTES,
  shapeFor,
  shardCountFor,
} from "./fuse-shape.ts";

/** Who signs a filter, who can open it, and who is told how far the writing is. */
export interface WriteFilterOptions {
  agency: Pick<Signer, "publicKey" | "sign">;
  /** age1… recipients, at least one. */
  recipients: string[];
  /** Called after each shard with the fingerprints written so far. */
  onProgress?(keysWritten: number): void;
}

/** What was written. */
export interface WrittenFilter {
  header: FilterHeader;
  /** SHA-256 of the file, hexadecimal. */
  digest: string;
  sizeBytes: number;
}

/**
 * Writes a filter file: builds the set shard by shard, seals, signs; the file appears whole or not at all.
 *
 * @param out Path; an existing file is replaced.
 * @throws {Fault} filter/too-large, filter/unbuildable, filter/unwritable, sealed/recipient.
 * @throws {RangeError} When the draft is not of its form.
 */
export async function writeFilter(
  out: string,
  draft: FilterDraft,
  options: WriteFilterOptions,
): Promise<WrittenFilter> {
  const tables = makeTables(draft.files, draft.keys.releaseKey);
  const header = headerOf(draft, tables);
  const headerBytes = canonicalBytes(header);
  const headerDigest = createHash("sha256").update(headerBytes).digest();
  const payload = planPayload({ draft, tables, headerDigest, onProgress: (keys) => options.onProgress?.(keys) });
  const { ageSecret, recipient } = await newSealKey();
  const slots = await Promise.all([...new Set(options.recipients)].map((to) => sealSlot(to, [ageSecret])));
  if (slots.length === 0) throw new RangeError("Cannot write a filter: there must be a recipient, current number is 0");
  const bodyBytes = await sealedBytes(payload.plainBytes, recipient);
  const file = startFile(out, { kind: "filter", header: headerBytes, bodyBytes });
  try {
    await sealFile(plainBytes(payload), [recipient], (bytes) => file.append(bytes));
    return { header, ...file.finish(slots, options.agency) };
  } finally {
    file.discard();
  }
}

/**
 * Refuses a set whose scanned cells do not fit one memory.
 *
 * @param keys Distinct fingerprints.
 * @throws {Fault} filter/too-large, with the number of blocks to choose instead.
 */
function refuseTooLarge(keys: number, cells: number): void {
  if (cells * SCAN_CELL_BYTES <= MAX_SCAN_BYTES) return;
  const values = { keys, largest: largestSet() };
  throw filtersFault("filter/too-large", `${keys} fingerprints need more than 3 GiB of cells`, { values });
}

function headerOf({ about, keys, shardKeys }: FilterDraft, tables: FileTables): FilterHeader {
  const total = shardKeys.reduce((sum, count) => sum + count, 0);
  if (shardKeys.length !== shardCountFor(total)) {
    throw new RangeError(
      `Cannot write a filter: ${total} fingerprints stand in ${shardCountFor(total)} shards, current number is ${shardKeys.length}`,
    );
  }
  const cells = shardKeys.reduce((sum, count) => sum + shapeFor(count).cells, 0);
  refuseTooLarge(total, cells);
  const { sha256, sha1, md5 } = tables.digests;
  const header: FilterHeader = {
    format: "phum-filter",
    version: 1,
    ...about,
    fingerprint: "phum-block/1",
    checkBits: 48,
    keyIds: keyIds(keys),
    keys: total,
    shards: shardKeys.length,
    cellsBytes: cells * (SCAN_CELL_BYTES + CHECK_CELL_BYTES),
    digests: { sha256: sha256.length / 16, sha1: sha1.length / 16, md5: md5.length / 16 },
    sizes: tables.sizes.length,
    falseHitsPerTib: falseHitsPerTib(total),
    practice: about.category === "practice",
  };
  const problem = filterHeaderProblem(header);
  if (problem !== undefined) throw new RangeError(`Cannot write a filter: ${problem.kind}, ${problem.detail}`);
  return header;
}

/** An age file's length for so many plain bytes: what sealing nothing takes, and 16 bytes for each further 64 KiB. */
async function sealedBytes(plain: number, recipient: string): Promise<number> {
  let empty = 0;
  await sealFile([], [recipient], (bytes) => {
    empty += bytes.length;
  });
  return empty + plain + 16 * Math.max(0, Math.ceil(plain / 65536) - 1);
}
