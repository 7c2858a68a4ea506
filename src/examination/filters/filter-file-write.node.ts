import type { Signer } from "#base/signing/node";
import type { FilterDraft } from "./filter-draft.ts";
import type { FilterHeader } from "./filter-header.ts";

/** Who signs a filter, who can open it, and who is told how far the writing is. */
export interface WriteFilterOptions {
  agency: Signer;
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
 * @throws {Fault} filter/too-large, filter/unbuildable, filter/unwritable.
 */
export async function writeFilter(
  out: string,
  draft: FilterDraft,
  options: WriteFilterOptions,
): Promise<WrittenFilter> {
  throw new Error(`not written yet ${out} ${draft} ${options}`);
}
