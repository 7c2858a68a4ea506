// What tests of filter files share: an agency, officers and small filters of seeded noise. Never part of the product's walk.
import { generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import { newSealKey, type Signer } from "#base/signing/node";
import { seededRandom } from "#base/values";
import type { FilterDraft, ListedFile } from "./filter-draft.ts";
import { type WrittenFilter, writeFilter } from "./filter-file-write.node.ts";
import type { FilterAbout } from "./filter-header.ts";
import type { Unlocker } from "./filter-open-unlock.node.ts";
import { distinctFingerprints } from "./fuse-distinct.ts";
import { shardCountFor } from "./fuse-shape.ts";

/** A moment at which sample filters are valid. */
export const SAMPLE_NOW_MS = Date.parse("2026-11-25T00:00:00Z");

/** An Ed25519 key as an agency holds it. */
export function sampleAgency(): Pick<Signer, "publicKey" | "sign"> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(12);
  return { publicKey: raw.toString("hex"), sign: (bytes) => Uint8Array.from(sign(null, bytes, privateKey)) };
}

/** An officer's opening key. */
export async function sampleOfficer(): Promise<Unlocker> {
  const { ageSecret, recipient } = await newSealKey();
  return { ageSecret, public: { recipient } };
}

/** Distinct random fingerprints of a seed, ascending. */
export function sampleFingerprints(seed: string, count: number): BigUint64Array {
  const random = seededRandom(seed);
  const halves = new Uint32Array(2 * count);
  for (let i = 0; i < halves.length; i++) halves[i] = random.bits32();
  return distinctFingerprints(new BigUint64Array(halves.buffer));
}

/** A draft over fingerprints, with whole files of these sizes whose digests are made of their position. */
export function sampleDraft(fingerprints: BigUint64Array, given: Partial<FilterAbout> = {}): FilterDraft {
  const shards = shardCountFor(fingerprints.length);
  const own = (shard: number): BigUint64Array =>
    shards === 1 ? fingerprints : fingerprints.filter((key) => Number(key >> 56n) >> (8 - Math.log2(shards)) === shard);
  return {
    about: {
      name: "Sample list",
      agency: "Sample agency",
      category: "baseline",
      release: "1",
      releasedAt: "2026-11-18T00:00:00Z",
      validUntil: "2026-12-31T00:00:00Z",
      graceUntil: "2027-01-31T00:00:00Z",
      listedBytes: 4096 * fingerprints.length,
      inputBytes: 4096 * fingerprints.length,
      statistics: { kept: fingerprints.length, dropped: { "low-entropy": 0 } },
      ...given,
    },
    keys: { setKey: sampleKey("set"), releaseKey: sampleKey("release") },
    shardKeys: Array.from({ length: shards }, (_, shard) => own(shard).length),
    async *fingerprints(shard) {
      yield own(shard);
    },
    files: SAMPLE_FILES,
  };
}

/** 32 bytes made of a name. */
export function sampleKey(name: string): Uint8Array {
  const random = seededRandom(`key ${name}`);
  return Uint8Array.from({ length: 32 }, () => random.below(256));
}

/** Whole files every sample filter lists. */
export const SAMPLE_FILES: ListedFile[] = [
  {
    sizeBytes: 5000,
    sha256: new Uint8Array(32).fill(1),
    sha1: new Uint8Array(20).fill(1),
    md5: new Uint8Array(16).fill(1),
  },
  { sizeBytes: 5000, sha256: new Uint8Array(32).fill(2) },
  { sizeBytes: 2 ** 40, sha256: new Uint8Array(32).fill(3), md5: new Uint8Array(16).fill(3) },
];

/** A small filter file with everyone it takes to use it. */
export interface SampleFilter {
  path: string;
  agency: ReturnType<typeof sampleAgency>;
  officer: Unlocker;
  fingerprints: BigUint64Array;
  written: WrittenFilter;
}

/** Writes a small filter into a folder. */
export async function sampleFilter(
  folder: string,
  { name = "sample", keys = 100, about = {} }: { name?: string; keys?: number; about?: Partial<FilterAbout> } = {},
): Promise<SampleFilter> {
  const [agency, officer] = [sampleAgency(), await sampleOfficer()];
  const fingerprints = sampleFingerprints(name, keys);
  const path = join(folder, `${name}.phumf`);
  const recipients = [officer.public.recipient];
  const written = await writeFilter(path, sampleDraft(fingerprints, about), { agency, recipients });
  return { path, agency, officer, fingerprints, written };
}
