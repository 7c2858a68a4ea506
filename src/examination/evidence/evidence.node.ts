import type { JournalBody, JournalEntry, JournalKind, OwnKind } from "./journal-entry.ts";
import type { Notice } from "./notices.ts";
import type { Report, ReportDraft } from "./report-record.ts";
import type { RunRecord } from "./run-record.ts";

/** Who signs: the officer's identity of #base/signing/node has this shape. */
export interface EvidenceSigner {
  public: { signPublic: string };
  sign(bytes: Uint8Array): Uint8Array;
}

/** The agency's word for the signer, as #base/signing/node makes it; kept in the report as it is. */
export type EvidenceCertificate = { name: string; unit: string; signPublic: string } & Record<string, unknown>;

export interface EvidenceOptions {
  signer: EvidenceSigner;
  certificate?: EvidenceCertificate;
  /** Go on in a used folder. False: a used folder is Fault evidence/used. */
  resume: boolean;
  exhibit: string;
  basis: string | null;
  clock: { zone: string; statedAt: string | null; offsetMs: number | null };
  /** The clock; read at every entry. */
  nowMs(): number;
  /** What is examined, as a path: the folder of evidence must not lie inside. */
  sourcePath?: string;
  /** Folder outside the exhibit where the newest checkpoint is noted, so that a journal set back is noticed. */
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
  /** What page one must say about the interruption. */
  notices: Notice[];
}

/** A file with the digests of the files that were hit, for the agency's eyes alone. */
export interface AnnexDraft {
  /** age1… of the agency. */
  recipients: string[];
  files: { place: string; sizeBytes: number; digests: Record<string, string> }[];
}

export interface FinishedReport {
  report: Report;
  reportPath: string;
  htmlPath: string;
  /** SHA-256 of the report, hexadecimal; what the paper form carries. */
  digest: string;
  /** The digest's eight words. */
  words: string[];
}

/** An open folder of evidence: this process alone writes in it. */
export interface Evidence {
  readonly dir: string;
  /** Entries that count from before a --resume, in order; empty in a new folder. */
  readonly entries: readonly JournalEntry[];
  /** null in a new folder. */
  readonly resumed: Resumed | null;
  /** Writes one entry at once; it survives the end of this process, and a power cut from the next checkpoint on. */
  append(kind: Exclude<JournalKind, OwnKind>, body: JournalBody): JournalEntry;
  addRuns(runs: readonly RunRecord[]): void;
  /** Whether the last checkpoint is 4 s old or older. */
  checkpointDue(): boolean;
  /** Syncs runs and journal and signs their state. `state` may be large: it is kept beside the journal. */
  checkpoint(state: Record<string, unknown>): void;
  /** Writes `closed`, report.json, report.html and, where given, annex.age. Nothing can be written afterwards. */
  finish(draft: ReportDraft, annex?: AnnexDraft): Promise<FinishedReport>;
  /** Gives the folder free. Without finish() the examination stays "interrupted" and can be resumed. */
  close(): void;
}

/**
 * Opens a folder of evidence for writing.
 *
 * @throws Fault evidence/used, evidence/in-use, evidence/other-exhibit, evidence/other-officer, evidence/tampered,
 * evidence/no-space, evidence/rights, evidence/inside-source, evidence/write.
 */
export async function openEvidence(dir: string, options: EvidenceOptions): Promise<Evidence> {
  throw new Error(`Cannot open evidence in ${dir} for ${options.exhibit}: not built yet`);
}
