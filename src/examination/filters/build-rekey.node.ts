import { closeSync, openSync } from "node:fs";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import type { Signer } from "#base/signing/node";
import { draftOf } from "./build-draft.node.ts";
import { blockHasher } from "./build-hasher.node.ts";
import { openSpillReader, openSpillWriter } from "./build-spill.node.ts";
import { openWork, type WorkFolder } from "./build-work.node.ts";
import { writeWhole } from "./build-write.node.ts";
import { filtersFault } from "./faults.ts";
import { type WrittenFilter, writeFilter } from "./filter-file-write.node.ts";
import type { FilterAbout } from "./filter-header.ts";
import { distinctFingerprints } from "./fuse-distinct.ts";
import { type KeptHashes, openKeptHashes } from "./kept-hashes.node.ts";
import { gatherLists, refusePractice } from "./list-gather.node.ts";
import type { DigestWish } from "./list-section.ts";

const FINGERPRINT_WORDS = 2;
const HASH_BYTES = 16;

/** What a new release is asked for. */
export interface RekeyOptions {
  /** A file that buildFilter() kept. */
  kept: string;
  release: Pick<FilterAbout, "release" | "releasedAt" | "validUntil" | "graceUntil">;
  agency: Signer;
  recipients: string[];
  out: string;
  /** The sealed lists again, where the release has some: their keyed form cannot be made from an earlier one. */
  digests?: readonly DigestWish[];
  /** Instead of a fresh release key: only in a test. */
  releaseKey?: Uint8Array;
  onProgress?(done: number, total: number): void;
}

/**
 * Makes a new release of a filter from its kept hashes: same contents and set key, new release key and new cells, so that a chance hit of
 * the old release does not come back, and an opened old release says nothing of the new one.
 *
 * @throws {Fault} filter/lists-needed, filter/missing, filter/kept-damaged, filter/kept-foreign, filter/work-in-use, filter/disk-full, filter/unwritable.
 */
export async function rekeyFilter(options: RekeyOptions): Promise<WrittenFilter> {
  const { agency, out, releaseKey } = options;
  const kept = await openKeptHashes(options.kept, agency);
  try {
    const settings = { inputs: [], knownGood: [], rules: true, maxBlocks: 0 };
    const given = { setKey: kept.setKey(), ...(releaseKey && { releaseKey }) };
    const work = await openWork(`${out}.work`, settings, { agency, given });
    try {
      const counts = takeHashes(kept, work, options);
      const about = { ...(await listedAgain(kept.header.about, work, options)), ...options.release };
      const draft = draftOf(work, { about, keys: work.keys, counts });
      const written = await writeFilter(out, draft, { agency, recipients: [agency.recipient, ...options.recipients] });
      work.remove();
      return written;
    } finally {
      work.close();
    }
  } finally {
    kept.close();
  }
}

async function listedAgain(
  { lists: had, ...about }: KeptHashes["header"]["about"],
  work: WorkFolder,
  { digests = [], agency }: RekeyOptions,
): Promise<KeptHashes["header"]["about"]> {
  if (digests.length === 0) {
    if (had === undefined) return about;
    const names = [...new Set(had.groups.map(({ name, release }) => `${name} ${release}`))].join(", ");
    throw filtersFault("filter/lists-needed", "The release has lists of digests", { values: { names } });
  }
  const lists = await gatherLists(work, digests, { agency, pause: () => undefined });
  refusePractice(lists, about.category);
  return { ...about, lists: lists.about };
}

/** Fingerprints under the new release key, sorted into listed.keys; files' records into whole.digests. @returns counts by bucket. */
function takeHashes(kept: KeptHashes, work: WorkFolder, { onProgress }: RekeyOptions): number[] {
  const { sectorKey, blockKey } = deriveSetKeys(work.keys.setKey);
  const hasher = blockHasher({ sectorKey, blockKey, sipKey: deriveSipKey(work.keys.releaseKey) });
  const spill = openSpillWriter(work.path("blocks.spill"), FINGERPRINT_WORDS);
  const filesFd = openSync(work.path("whole.digests"), "w");
  const likenessFd = openSync(work.path("likeness.set"), "w");
  let done = 0;
  try {
    kept.read({
      likeness: (bytes) => writeWhole(likenessFd, bytes, work.path("likeness.set")),
      files: (records) => writeWhole(filesFd, records, work.path("whole.digests")),
      hashes: (records) => {
        hasher.bytes.set(records);
        const fingerprints = hasher.seal(records.length / HASH_BYTES);
        for (let at = 0; at < fingerprints.length; at += FINGERPRINT_WORDS) {
          const record = fingerprints.subarray(at, at + FINGERPRINT_WORDS);
          spill.add((record[1] ?? 0) >>> 24, record);
        }
        done += records.length / HASH_BYTES;
        onProgress?.(done, kept.header.hashes);
      },
    });
    spill.flush();
  } finally {
    spill.close();
    closeSync(filesFd);
    closeSync(likenessFd);
  }
  return sortKeys(work);
}

function sortKeys(work: WorkFolder): number[] {
  const spilled = openSpillReader(work.path("blocks.spill"), FINGERPRINT_WORDS);
  const fd = openSync(work.path("listed.keys"), "w");
  try {
    return Array.from({ length: 256 }, (_, bucket) => {
      const keys = distinctFingerprints(new BigUint64Array(spilled.bucket(bucket).buffer));
      writeWhole(fd, new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength), work.path("listed.keys"));
      return keys.length;
    });
  } finally {
    spilled.close();
    closeSync(fd);
  }
}
