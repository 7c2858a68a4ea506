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

/** What lists say of a file. */
export interface ListedFile {
  listed: ListedRow[];
  /** It stands on known-good lists alone. */
  knownGood?: true;
}

/** Which sets list a file. */
export function listedIn(parts: readonly OpenPart[], file: WholeFile): ListedFile {
  return listedAmong(parts, [file])[0] ?? { listed: [] };
}

/** Which sets list each of these files. */
export function listedAmong(parts: readonly OpenPart[], files: readonly WholeFile[]): ListedFile[] {
  const raw = files.map(({ sizeBytes, digests }) => ({ sizeBytes, digests: rawOf(digests) }));
  const said = files.map(() => ({ listed: [] as ListedRow[], good: false }));
  const first = firstGroupSets(parts.map(({ header }) => header));
  for (const [index, part] of parts.entries()) {
    for (const [at, { digests, sizeBytes }] of raw.entries()) {
      for (const algorithm of DIGEST_ALGORITHMS) {
        const digest = digests[algorithm];
        if (digest === undefined || !part.digestListed(algorithm, sizeBytes, digest)) continue;
        said[at]?.listed.push([index, algorithm]);
      }
    }
    part.lists?.findEach(raw, (at, { group, algorithms, sizeEqual }) => {
      const own = said[at];
      if (own === undefined) return;
      if (part.header.lists?.groups[group]?.role === "known-good") own.good = true;
      else for (const name of algorithms) own.listed.push(row((first[index] ?? 0) + group, name, sizeEqual));
    });
  }
  return said.map(({ listed, good }) => (good && listed.length === 0 ? { listed, knownGood: true } : { listed }));
}

function rawOf(digests: WholeFile["digests"]): Partial<Record<DigestAlgorithm, Uint8Array>> {
  const raw: Partial<Record<DigestAlgorithm, Uint8Array>> = {};
  for (const algorithm of DIGEST_ALGORITHMS) {
    const digest = digests[algorithm];
    if (digest !== undefined) raw[algorithm] = fromHex(digest);
  }
  return raw;
}

function row(set: number, algorithm: DigestAlgorithm, sizeEqual: boolean): ListedRow {
  return sizeEqual ? [set, algorithm] : [set, algorithm, 1];
}
