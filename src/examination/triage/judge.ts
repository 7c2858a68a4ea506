import type { Bound, Category, Coverage, Finding, Notice, Reason, UnreadRange, Verdict } from "#examination/evidence";

/** One confirmed block hit. */
export interface Hit {
  /** Place of the source (raw media) or file (folder), as placeText gives it. */
  place: string;
  placeBytes?: string;
  /** First byte of the block, a multiple of 512, from the start of the source or file. */
  offsetBytes: number;
  /** Equal for equal contents: the low 52 bits of the fingerprint as a number. */
  content: number;
  /** Index into the parts of the filter (JudgeFacts.sets). */
  set: number;
}

/** One whole file whose digest is listed. */
export interface FileHit {
  place: string;
  placeBytes?: string;
  sizeBytes: number;
  set: number;
  /** Which digests matched, and whether the listed size is equal (always, where the table binds the size). */
  matched: { algorithm: "sha256" | "sha1" | "md5"; sizeEqual: boolean }[];
  /** The content is a table, a ramp or nearly blank (hits.ts `isLowEntropy` over its histogram). */
  lowEntropy: boolean;
}

export interface SetFacts {
  name: string;
  release: string;
  category: Category;
  expired: boolean;
}

/** Counters of one volume (partition) or of the whole device, summed over the sampled cells. */
export interface RegionFacts {
  place: string;
  offsetBytes: number;
  lengthBytes: number;
  /** Name of an encryption found by its header ("BitLocker", "LUKS" …), else null. */
  header: string | null;
  blankBytes: number;
  /** Non-blank samples taken, and how many of them isIncompressible() held for (statistics in randomness.ts). */
  samples: number;
  incompressibleSamples: number;
}

export interface JudgeFacts {
  sourceKind: "folder" | "image" | "device";
  sizeBytes: number;
  mode: "quick" | "default" | "full";
  /** How reading ended. */
  ended: "done" | "stopped" | "pulled" | "failed";
  sets: SetFacts[];
  /** hits + file hits as the ledger (hits.ts) holds them. */
  findings: { findings: Finding[]; more: boolean; smallMatches: number };
  coverage: Coverage;
  bound: Bound;
  unread: UnreadRange[];
  regions: RegionFacts[];
  /** A reason why the source cannot be examined at all (locked, empty …), else null. */
  notExaminable: string | null;
  notices: Notice[];
}

export interface Judgement {
  verdict: Verdict;
  reasons: Reason[];
  findings: Finding[];
  notices: Notice[];
}
// export function judge(facts: JudgeFacts): Judgement
// hits.ts: export function openHits(sets: SetFacts[], limit?): HitLedger
// HitLedger { add(hit: Hit): void; addFile(hit: FileHit): void; readonly count: number (confirmed, distinct places); findings(): JudgeFacts["findings"]; toText()/from }
