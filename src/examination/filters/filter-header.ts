import type { Category } from "#examination/evidence";
import type { ListsAbout } from "./list-section.ts";

/** What everyone may read in a filter file before anything is unlocked; canonical JSON, signed. docs/formats/filter.md */
export interface FilterHeader {
  format: "phum-filter";
  version: 1;
  name: string;
  agency: string;
  category: Category;
  /** Name of this edition, e.g. "2026-47". */
  release: string;
  /** ISO 8601, UTC. After graceUntil the filter is refused; between validUntil and graceUntil green is impossible. */
  releasedAt: string;
  validUntil: string;
  graceUntil: string;
  fingerprint: "phum-block/1";
  checkBits: 48;
  /** Hexadecimal names of the keys, 16 bytes each; they say which keys are equal and nothing else. */
  keyIds: { set: string; release: string };
  /** Distinct fingerprints in the set. */
  keys: number;
  shards: number;
  /** Bytes of both planes. */
  cellsBytes: number;
  /** Whole-file digests listed, by algorithm, and distinct file sizes. */
  digests: { sha256: number; sha1: number; md5: number };
  sizes: number;
  /** Bytes of the inputs that are listed as blocks, and bytes of all inputs. */
  listedBytes: number;
  inputBytes: number;
  /** Blocks kept, and blocks dropped by the name of the rule. */
  statistics: { kept: number; dropped: Record<string, number> };
  /** Confirmed single hits expected on a TiB of random data (theory). */
  falseHitsPerTib: { aligned: number; allPhases: number };
  /** Perceptual fingerprints, in numbers; absent where the release has none. */
  likeness?: { pictures: number; benign: number; videos: number; frames: number; foreign: number };
  /** Foreign lists of whole-file digests; absent where the release has none. */
  lists?: ListsAbout;
  /** True for category "practice": nothing found with it is evidence. */
  practice: boolean;
}

/** Header of a bundle: several whole filter files, each with its own header, keys and signature. */
export interface BundleHeader {
  format: "phum-filter-bundle";
  version: 1;
  name: string;
  agency: string;
  bundledAt: string;
  /** In file order; offsets count from the first part's first byte. */
  parts: { name: string; release: string; offsetBytes: number; sizeBytes: number }[];
  /** Sum over the parts. */
  falseHitsPerTib: { aligned: number; allPhases: number };
}

/** What the builder states about a filter; everything else in the header follows from the contents. */
export type FilterAbout = Pick<
  FilterHeader,
  | "name"
  | "agency"
  | "category"
  | "release"
  | "releasedAt"
  | "validUntil"
  | "graceUntil"
  | "listedBytes"
  | "inputBytes"
  | "statistics"
  | "likeness"
  | "lists"
>;

/** Whole-file digest algorithms a filter can hold. MD5 is for foreign lists; alone it never makes red. */
export const DIGEST_ALGORITHMS = ["sha256", "sha1", "md5"] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];
