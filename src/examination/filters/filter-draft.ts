import type { DigestAlgorithm, FilterAbout } from "./filter-header.ts";

/** A file to be recognised whole: its size and any of its digests (raw bytes). */
export type ListedFile = { sizeBytes: number } & Partial<Record<DigestAlgorithm, Uint8Array>>;

/** Everything a filter is written from. */
export interface FilterDraft {
  about: FilterAbout;
  /** 32 bytes each: setKey is long-lived, releaseKey is new for every release. */
  keys: { setKey: Uint8Array; releaseKey: Uint8Array };
  /** Distinct fingerprints of each shard; the length is shardCountFor(their sum), a shard's number = top bits of its fingerprints. */
  shardKeys: number[];
  /** One shard's fingerprints, ascending and distinct in unsigned order, in pieces of any size. Asked once for each shard, in order. */
  fingerprints(shard: number): AsyncIterable<BigUint64Array>;
  files: Iterable<ListedFile>;
  /** Perceptual fingerprints, as likeness lays them out; absent: none. This room carries them and never looks into them. */
  likeness?: { lengthBytes: number; pieces(): Iterable<Uint8Array> };
  /** Tables of foreign lists, by their sections' numbers; `about.lists` says what is in them. Absent: none. */
  lists?: { number: number; lengthBytes: number; pieces(): Iterable<Uint8Array> }[];
}
