import { fromHex } from "#base/values";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "#examination/filters";
import type { OpenPart } from "#examination/filters/node";
import type { ListedRow } from "./engine-message.ts";
import { firstGroupSets } from "./list-sets.ts";

/** A file read whole. */
export interface WholeFile {
  sizeBytes: number;
  /** Hexadecimal. */
  digests: Partial<Record<DigestAlgorithm, string>>;
}

/** Whether a file of this size may be listed: it is to be read whole then. */
export function isSizeListed({ sizeListed, lists }: OpenPart, sizeBytes: number): boolean {
  return sizeListed(sizeBytes) || lists?.sizeListed("known-bad", sizeBytes) === true;
}

/** Which sets list a file, and whether it stands on known-good lists alone. */
export function listedIn(
  parts: readonly OpenPart[],
  { sizeBytes, digests }: WholeFile,
): { listed: ListedRow[]; knownGood?: true } {
  const raw: Partial<Record<DigestAlgorithm, Uint8Array>> = {};
  for (const algorithm of DIGEST_ALGORITHMS) {
    const digest = digests[algorithm];
    if (digest !== undefined) raw[algorithm] = fromHex(digest);
  }
  const first = firstGroupSets(parts.map(({ header }) => header));
  const listed: ListedRow[] = [];
  let good = false;
  for (const [index, part] of parts.entries()) {
    for (const algorithm of DIGEST_ALGORITHMS) {
      const digest = raw[algorithm];
      if (digest !== undefined && part.digestListed(algorithm, sizeBytes, digest)) listed.push([index, algorithm]);
    }
    for (const { group, algorithms, sizeEqual } of part.lists?.find({ digests: raw, sizeBytes }) ?? []) {
      if (part.header.lists?.groups[group]?.role === "known-good") good = true;
      else for (const algorithm of algorithms) listed.push(row((first[index] ?? 0) + group, algorithm, sizeEqual));
    }
  }
  return good && listed.length === 0 ? { listed, knownGood: true } : { listed };
}

function row(set: number, algorithm: DigestAlgorithm, sizeEqual: boolean): ListedRow {
  return sizeEqual ? [set, algorithm] : [set, algorithm, 1];
}
