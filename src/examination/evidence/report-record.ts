import type { Notice } from "./notices.ts";

/** The judgement about one device. Green never means more than: nothing found, in this much, with this bound. */
export type Verdict = "red" | "amber" | "green";

/** Why a verdict is not green; closed: each has its own sentence and its own next step in words/. */
export const REASONS = [
  "listed-blocks",
  "listed-file",
  "likeness-agreed",
  "hit-single",
  "hit-related",
  "likeness",
  "encrypted",
  "unread",
  "wiped",
  "stopped-early",
  "filter-expired",
  "not-examinable",
] as const;
export type Reason = (typeof REASONS)[number];

/** A filter's standing; closed vocabulary that later issues extend by a signed release. */
export const CATEGORIES = ["baseline", "national", "related", "practice"] as const;
export type Category = (typeof CATEGORIES)[number];

/**
 * Where a finding in an image or device stands: in a file or directory, in what remains of a deleted one, behind a file's end in
 * its last cluster, in free space of a file system, or in a part of the medium that belongs to no volume.
 */
export const STANDINGS = ["allocated", "deleted", "slack", "unallocated", "outside"] as const;
export type FindingStanding = (typeof STANDINGS)[number];

/** How sure it is that the bytes are the deleted entry's; as filesystems says it. */
export const CERTAINTIES = ["proven", "contiguous-guess", "best-fit", "partly-overwritten"] as const;
export type FindingCertainty = (typeof CERTAINTIES)[number];

/** Digests by which a whole file is on a list, the strongest first. */
export const MATCHED = ["sha256", "sha1", "md5"] as const;

/** What would be done to a listed picture to get this one. */
export const POSITIONS = [
  ...(["none", "rotate90", "rotate180", "rotate270"] as const),
  ...(["mirror", "flip", "transpose", "transverse"] as const),
] as const;

/** How like a file is to an entry of a list. A lead, never a proof. */
export interface Alikeness {
  /** Bits in which the fingerprints differ, of 256, and how many may. Of a video: of its nearest frame. */
  distanceBits: number;
  thresholdBits: number;
  /** Of this file's fingerprint, 0 to 100. Of a video: what each frame has at least. */
  quality: number;
  position: (typeof POSITIONS)[number];
  /** Position of the entry in its set: for the agency that made it. */
  entry: number;
  /** What of the picture was compared: "whole", or a part; "video". */
  part: string;
  /** How many officers confirmed this entry, as the list says; 255: that many or more. Absent in older reports. */
  confirmedBy?: number;
  /** Videos: how much of the listed one is met, in percent, and where in this one: the first spans. */
  percent?: number;
  spans?: { fromMs: number; toMs: number }[];
  /** The second, independent proof in the same file; only with it a lead is red. */
  agrees?: (typeof PROOFS)[number];
}

/** What can agree with a lead by likeness: listed blocks, a listed file's digest, a lead of another list. */
export const PROOFS = ["blocks", "whole-file", "likeness"] as const;

/** Why a picture or video could not be compared. */
export const UNDECODED = ["not-decoded", "not-supported", "too-large", "not-read"] as const;

/** How comparing by likeness ended: all was compared; its time was up; the officer stopped it; its reader gave up. */
export const LIKENESS_ENDS = ["all", "time", "stopped", "reader"] as const;

/** What was compared by likeness; absent where no list holds fingerprints. */
export interface LikenessRecord {
  /** Files that were there to be looked into, and that were. */
  filesTotal: number;
  filesOpened: number;
  /** Pictures and videos among them: compared, and not to be read. */
  compared: number;
  undecoded: number;
  ended: (typeof LIKENESS_ENDS)[number];
  /** The first of those that could not be read, by place. */
  undecodedFirst: { place: string; why: (typeof UNDECODED)[number] }[];
  /** Pictures on no list that are like each other: how many series, how many files in them, and the largest by one of each. */
  series: number;
  seriesFiles: number;
  seriesFirst: { place: string; files: number }[];
}

/** One maximal run of hits of one set at one phase, one whole file, or one file that is like an entry. */
export interface Finding {
  /** Parents joined by "/", each name escaped; see docs/formats/report.md. */
  place: string;
  /** Hexadecimal of the place's raw bytes, present where a name is not valid Unicode. */
  placeBytes?: string;
  /** First byte, from the start of the source (device, image) or of the file (folder). */
  offsetBytes: number;
  lengthBytes: number;
  /** Sector of a 4 KiB cell at which the blocks begin, 0-7; null for a whole file. */
  phase: number | null;
  set: string;
  release: string;
  category: Category;
  kind: "blocks" | "whole-file" | "likeness";
  /** Both planes equal on a second read (blocks), or digest and size equal (whole file); never likeness. */
  confirmed: boolean;
  /** Blocks in the run and how many contents among them differ; 0 for a whole file. */
  blocks: number;
  distinctBlocks: number;
  /** Whether this finding alone carries the verdict's colour. */
  weight: "red" | "amber";
  /** It stands in a file that stands in another: `offsetBytes` counts from the start of that file. */
  inside?: boolean;
  /** Its file is a picture or film by its content, and its name says something else. */
  misnamed?: boolean;
  /** Absent in folders, and where no file system tells it; with "inside": of the outermost file. */
  standing?: FindingStanding;
  /** With "deleted" only. */
  certainty?: FindingCertainty;
  /** Whole files only; absent in older reports. `sizeEqual` false: the list has no size for it. */
  matched?: { algorithms: (typeof MATCHED)[number][]; sizeEqual: boolean };
  /** With "likeness" only. */
  likeness?: Alikeness;
}

/** Bytes that were asked for and not given. */
export interface UnreadRange {
  place: string;
  offsetBytes: number;
  lengthBytes: number;
  why: "input-error" | "timeout" | "refused" | "vanished" | "not-regular";
}

/** How much was looked at. */
export interface Coverage {
  bytesTotal: number;
  bytesRead: number;
  /** bytesRead / bytesTotal, 0 to 1; 1 for an empty source. */
  fraction: number;
  /** Phases at which blocks were looked for, ascending. */
  phases: number[];
  bytesBlank: number;
  bytesUnread: number;
  /** Folders only. */
  filesTotal?: number;
  filesProbed?: number;
  filesRead?: number;
  /** 64 cells from start to end: fraction read, and whether the cell holds a finding or unread bytes. */
  tape: { read: number; found: boolean; unread: boolean }[];
}

/** The bound: had targetBytes of listed material stood there in the worst of three shapes, it would have been met. */
export interface Bound {
  confidence: number;
  /** null: no amount is bounded (a hit was found, or nothing was read). */
  targetBytes: number | null;
  /** The target that green asks for. */
  goalBytes: number;
  reached: boolean;
  /**
   * targetBytes in files of one equal size, each in one piece at a place of its own: the size that is met least surely, and how
   * surely. Beyond the three shapes, so it may be below `confidence`. null: no amount is bounded; absent: folders, older reports.
   */
  hardest?: { fileBytes: number; confidence: number } | null;
}

/** What the device is, as the machine says. */
export interface SourceRecord {
  kind: "folder" | "image" | "device";
  place: string;
  sizeBytes: number;
  medium: "rotating" | "flash" | "image" | "folder";
  segments?: number;
  serial?: string;
  model?: string;
  /** Facts found before the first read. */
  readOnly: { hardware: boolean | null; kernel: boolean | null; mounted: boolean; mountedWritable: boolean };
}

/** Which filter parts were looked for. */
export interface FilterRecord {
  name: string;
  agency: string;
  category: Category;
  release: string;
  releasedAt: string;
  validUntil: string;
  graceUntil: string;
  /** SHA-256 of the filter file, hexadecimal. */
  digest: string;
  signedBy: string;
  keys: number;
  expired: boolean;
}

/** One thing behind a reason, e.g. the part of the device that is locked. */
export interface ReasonFact {
  reason: Reason;
  place: string;
  offsetBytes: number;
  lengthBytes: number;
  /** What it calls itself, e.g. "BitLocker". */
  name?: string;
}

/** The whole report: canonical JSON, signed. Times are UTC, ISO 8601. Format: docs/formats/report.md. */
export interface Report {
  format: "phum-report";
  version: 1;
  practice: boolean;
  exhibit: string;
  basis: string | null;
  verdict: Verdict;
  reasons: Reason[];
  /** What stands behind a reason, where it can be said: the locked part, the wiped range. */
  facts?: ReasonFact[];
  coverage: Coverage;
  bound: Bound;
  findings: Finding[];
  /** Candidates that did not stand on a second read. */
  unconfirmed: number;
  unread: UnreadRange[];
  notices: Notice[];
  /** Absent where no list holds fingerprints. */
  likeness?: LikenessRecord;
  filter: FilterRecord[];
  source: SourceRecord;
  /** Enough to read the same places in the same order again: `--plan REPORT`. */
  plan: Record<string, unknown>;
  /** Root of the Merkle tree over the read runs, in runs.bin order. */
  reads: { leaves: number; root: string; digest: "sha256" | "sha256-of-sector-hashes" };
  officer: { name: string; unit: string; signPublic: string; vouchedFor: boolean };
  clock: { startedAt: string; endedAt: string; zone: string; statedAt: string | null; offsetMs: number | null };
  tool: { name: string; version: string; digest: string };
  /** Count and head of the journal's `closed` entry. */
  journal: { entries: number; head: string };
  /** The sealed file with the digests of hit files, where one was written. */
  annex?: { file: string; digest: string };
}

/** The officer's signature and what it covers besides the report: Ed25519 over "phum-report/1\\n" and this without `signature`. */
export interface ReportSeal {
  /** The officer's Ed25519 public key, hexadecimal. */
  signPublic: string;
  /** The agency's word for that key, as it was enrolled; null: nobody vouches. */
  certificate: Record<string, unknown> | null;
  /** SHA-256 of the canonical JSON of the report without `seal`: what page one, QR and the eight words carry. */
  digest: string;
  /** SHA-256 of report.html. */
  html: string;
  /** SHA-256 of report.pdf; absent in older reports, which have none. */
  pdf?: string;
  /** 128 hexadecimal digits. */
  signature: string;
}

/** report.json: the report, and its seal in the same object. */
export type SignedReport = Report & { seal: ReportSeal };

/** What the examination itself says; the rest of a Report is this room's. */
export type ReportDraft = Pick<
  Report,
  | "practice"
  | "verdict"
  | "reasons"
  | "facts"
  | "coverage"
  | "bound"
  | "findings"
  | "unconfirmed"
  | "unread"
  | "notices"
  | "likeness"
  | "filter"
  | "source"
  | "plan"
> & { readsDigest: Report["reads"]["digest"] };
