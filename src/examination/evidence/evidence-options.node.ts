import type { Certificate } from "#base/signing";
import type { Notice } from "./notices.ts";
import type { SignedReport } from "./report-record.ts";
import type { RunRecord } from "./run-record.ts";

/** Who signs: the officer's Identity of #base/signing/node has this shape. */
export interface EvidenceSigner {
  public: { signPublic: string };
  sign(bytes: Uint8Array): Uint8Array;
}

export interface EvidenceOptions {
  signer: EvidenceSigner;
  /** The agency's word for the signer; kept in the report as it is. */
  certificate?: Certificate;
  /** Go on in a used folder. False: a used folder is Fault evidence/used. */
  resume: boolean;
  exhibit: string;
  basis: string | null;
  /** zone: IANA name or "+07:00". offsetMs: the stated time minus the computer's. */
  clock: { zone: string; statedAt: string | null; offsetMs: number | null };
  /** The clock; read at every entry. */
  nowMs(): number;
  /** What is examined, as a path: the folder of evidence must not lie inside. */
  sourcePath?: string;
  /** The kit's own folder (kitStateDir()), where the newest checkpoint is noted, so that a journal set back is noticed. */
  stateDir?: string;
}

/** What a used folder holds, when it is opened again. */
export interface Resumed {
  /** State of the last checkpoint; null when none was made. */
  state: Record<string, unknown> | null;
  /** Counter of the last checkpoint; 0 when none was made. */
  checkpoint: number;
  /** Records up to the last checkpoint; later ones were discarded. */
  runs(): Iterable<Required<RunRecord>>;
  /** What page one must say about the interruptions: hand it over with the draft. */
  notices: Notice[];
}

/** The digests of the files that were hit, for the agency's eyes alone. */
export interface AnnexDraft {
  /** age1… of the agency (the certificate's agencyRecipient); none: no annex is written. */
  recipients: string[];
  files: { place: string; sizeBytes: number; digests: Record<string, string> }[];
}

export interface FinishedReport {
  report: SignedReport;
  reportPath: string;
  htmlPath: string;
  pdfPath: string;
  /** SHA-256 of the report, hexadecimal; what the paper form carries. */
  digest: string;
  /** The digest's eight words. */
  words: string[];
  /** The same as four-digit numbers, for whoever does not read English. */
  digits: string[];
}
