import { hostname, platform, release, userInfo } from "node:os";
import { join } from "node:path";
import { verifyCertificate } from "#base/signing/node";
import { toHex } from "#base/values";
import { dropState, writeState } from "./checkpoint-state.node.ts";
import {
  type FolderContent,
  isUsed,
  makeFolder,
  NAMES,
  type OpenParts,
  openFolder,
  setReportAside,
} from "./evidence-folder.node.ts";
import type { AnnexDraft, EvidenceOptions, FinishedReport, Resumed } from "./evidence-options.node.ts";
import { evidenceFault } from "./faults.ts";
import { checkDraft, finishReport } from "./finish-report.node.ts";
import { lockFolder } from "./folder-lock.node.ts";
import { refuseInsideSource } from "./inside-source.node.ts";
import { writeAnchor } from "./journal-anchor.node.ts";
import { type JournalBody, type JournalEntry, type JournalKind, OWN_KINDS, type OwnKind } from "./journal-entry.ts";
import { openJournal } from "./journal-file.node.ts";
import { checkpointBytes } from "./journal-walk.node.ts";
import { type Notice, notice } from "./notices.ts";
import { ownTool } from "./own-tool.node.ts";
import type { ReportDraft } from "./report-record.ts";
import type { RunRecord } from "./run-record.ts";
import { decodedRuns } from "./runs-file.node.ts";

/** A checkpoint is due this long after the last: a kill loses this, and what is read until the next, of work. */
const CHECKPOINT_MS = 4000;

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
  /** Writes `closed`, report.json, report.html and, where there are recipients, annex.age. Nothing can be written afterwards. */
  finish(draft: ReportDraft, annex?: AnnexDraft): Promise<FinishedReport>;
  /** Gives the folder free. Without finish() the examination stays "interrupted" and can be resumed. */
  close(): void;
}

/**
 * Opens a folder of evidence for writing: takes its lock, proves what it holds, and writes `opened` or `resumed`.
 *
 * @throws {Fault} evidence/used, evidence/in-use, evidence/other-exhibit, evidence/other-officer, evidence/other-certificate,
 * evidence/tampered, evidence/set-back, evidence/no-space, evidence/rights, evidence/inside-source, evidence/write, certificate/….
 */
export async function openEvidence(dir: string, options: EvidenceOptions): Promise<Evidence> {
  const { signer, certificate, exhibit, sourcePath, stateDir } = options;
  const { signPublic } = signer.public;
  if (certificate !== undefined && certificate.signPublic !== signPublic) {
    throw evidenceFault("evidence/other-certificate", "The certificate was made for another key");
  }
  const vouched = certificate !== undefined && !verifyCertificate(certificate, options.nowMs()).expired;
  if (sourcePath !== undefined) refuseInsideSource(dir, sourcePath);
  makeFolder(dir);
  const lock = lockFolder(dir, NAMES.lock, 0);
  try {
    if (!options.resume && isUsed(dir)) throw evidenceFault("evidence/used", `${dir} is used`, { place: dir });
    const content = openFolder(dir, { exhibit, signPublic, ...(stateDir === undefined ? {} : { stateDir }) });
    const earlier = setReportAside(dir);
    const journal = openJournal(join(dir, NAMES.journal), content.end);
    return openEntries({ dir, options, vouched, content, journal, earlier, release: lock.release });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openEntries(parts: OpenParts): Evidence {
  const { dir, options, content, journal } = parts;
  const now = (): string => new Date(options.nowMs()).toISOString();
  const began = writeBeginning(parts, now());
  journal.sync();
  const anchorTo = content.walk.opened ?? began;
  let counter = content.walk.checkpoints.at(-1)?.counter ?? 0;
  let checkpointMs = options.nowMs();
  let open = true;
  const check = (): void => {
    if (!open) throw new Error("Cannot write evidence: the folder is closed or finished");
  };
  const evidence: Evidence = {
    dir,
    entries: content.walk.opened === null ? [] : content.entries,
    resumed: content.walk.opened === null ? null : resumedOf(content, parts.earlier),
    append: (kind, body) => {
      check();
      if ((OWN_KINDS as readonly JournalKind[]).includes(kind))
        throw new RangeError(`Cannot append: kind ${kind} is written by evidence`);
      return journal.append(now(), kind, body);
    },
    addRuns: (runs) => {
      check();
      content.runs.add(runs);
    },
    checkpointDue: () => Math.abs(options.nowMs() - checkpointMs) >= CHECKPOINT_MS,
    checkpoint: (state) => {
      check();
      counter++;
      const entry = signCheckpoint(parts, counter, { at: now(), state });
      dropState(dir, counter - 1);
      if (options.stateDir !== undefined)
        writeAnchor(options.stateDir, anchorTo.hash, { n: entry.n, hash: entry.hash });
      checkpointMs = options.nowMs();
    },
    finish: async (draft, annex) => {
      check();
      const closing = { draft, startedAt: anchorTo.at, endedAt: now(), resumed: evidence.resumed?.notices ?? [] };
      checkDraft(parts, closing);
      open = false;
      return finishReport(parts, closing, annex);
    },
    close: () => {
      open = false;
      journal.close();
      content.runs.close();
      parts.release();
    },
  };
  return { ...evidence, close: once(evidence.close) };
}

/** The first entry of a journal, or the entry that says it goes on. */
function writeBeginning({ options, content, journal, earlier, vouched }: OpenParts, at: string): JournalEntry {
  const { exhibit, basis, clock, signer, certificate } = options;
  const here = {
    where: { host: hostname(), user: userName(), system: `${platform()} ${release()}` },
    tool: ownTool(),
    clock,
  };
  if (content.walk.opened === null) {
    const who = { signPublic: signer.public.signPublic, name: certificate?.name ?? "", unit: certificate?.unit ?? "" };
    const officer = { ...who, vouchedFor: vouched };
    return journal.append(at, "opened", { format: "phum-journal", version: 1, exhibit, basis, ...officer, ...here });
  }
  const { walk, end, discardedRuns } = content;
  const checkpoint = walk.checkpoints.at(-1)?.counter ?? 0;
  const lost = { checkpoint, tornBytes: end.tornBytes, discardedRuns };
  return journal.append(at, "resumed", { ...lost, earlierReport: earlier, ...here });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // a user without an entry in the system's list
  }
}

function resumedOf(
  { walk, state, runs, end, discardedRuns }: FolderContent,
  earlier: { file: string; digest: string } | null,
): Resumed {
  const last = walk.checkpoints.at(-1);
  // Going on from a report that stands is no interruption.
  const times = (walk.counts.resumed ?? 0) - walk.earlier.length + (earlier === null ? 1 : 0);
  const notices: Notice[] = times > 0 ? [notice("interrupted-before", { times })] : [];
  const report = earlier ?? walk.earlier.at(-1);
  if (report !== undefined) notices.push(notice("earlier-report", { file: report.file, digest: report.digest }));
  if (end.tornBytes > 0) notices.push(notice("torn-journal-line", { tornBytes: end.tornBytes }));
  if (discardedRuns > 0) notices.push(notice("runs-discarded", { runs: discardedRuns }));
  const count = last?.runs ?? 0;
  return { state, checkpoint: last?.counter ?? 0, runs: () => decodedRuns(runs.records(count)), notices };
}

function signCheckpoint(
  { dir, options, content, journal }: OpenParts,
  counter: number,
  { at, state }: { at: string; state: Record<string, unknown> },
): JournalEntry {
  content.runs.sync();
  const says = {
    counter,
    runs: content.runs.count,
    runsDigest: content.runs.digest(),
    state: writeState(dir, counter, state),
  };
  const place = { n: journal.entries, at, previous: journal.head };
  const signature = toHex(options.signer.sign(checkpointBytes(place, says)));
  const entry = journal.append(at, "checkpoint", { ...says, signature });
  journal.sync();
  return entry;
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
