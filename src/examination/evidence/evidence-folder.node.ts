import { hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { readState } from "./checkpoint-state.node.ts";
import { writing } from "./durable-file.node.ts";
import type { EvidenceOptions } from "./evidence-options.node.ts";
import { evidenceFault } from "./faults.ts";
import { readAnchor } from "./journal-anchor.node.ts";
import { type JournalEntry, WORK_KINDS } from "./journal-entry.ts";
import { type JournalEnd, type JournalFile, readJournal } from "./journal-file.node.ts";
import { type JournalWalk, walkJournal } from "./journal-walk.node.ts";
import { openRuns, type RunsFile } from "./runs-file.node.ts";
import { RUN_BYTES } from "./runs-record.node.ts";

/** Names in a folder of evidence. */
export const NAMES = {
  journal: "journal.jsonl",
  runs: "runs.bin",
  report: "report.json",
  html: "report.html",
  pdf: "report.pdf",
  annex: "annex.age",
  looking: "looking.jsonl",
  lock: "lock",
} as const;

/** Makes the folder if it is not there. @throws {Fault} evidence/rights, evidence/no-space, evidence/write. */
export function makeFolder(dir: string): void {
  writing(dir, () => mkdirSync(dir, { recursive: true, mode: 0o700 }));
}

/** Whether an examination was ever begun here. */
export function isUsed(dir: string): boolean {
  const { journal, runs, report, html, pdf, annex } = NAMES;
  return [journal, runs, report, html, pdf, annex].some((name) => {
    return sizeOf(join(dir, name)) > 0;
  });
}

/** What a folder held when it was opened. */
export interface FolderContent {
  walk: JournalWalk;
  end: JournalEnd;
  /** Entries that count: work after the last checkpoint is done again and does not. */
  entries: JournalEntry[];
  runs: RunsFile;
  discardedRuns: number;
  state: Record<string, unknown> | null;
}

/** What an open folder of evidence stands on. */
export interface OpenParts {
  dir: string;
  options: EvidenceOptions;
  /** The certificate holds today. */
  vouched: boolean;
  content: FolderContent;
  journal: JournalFile;
  earlier: { file: string; digest: string } | null;
  release(): void;
}

/**
 * Reads what the folder holds, proves it, and cuts off what was torn or never signed.
 *
 * @throws {Fault} evidence/tampered, evidence/set-back, evidence/other-exhibit, evidence/other-officer.
 */
export function openFolder(
  dir: string,
  expect: { exhibit: string; signPublic: string; stateDir?: string },
): FolderContent {
  const walk = walkJournal();
  let entries: JournalEntry[] = [];
  let anchor: { n: number; hash: string } | undefined;
  const counting = (): JournalEntry[] =>
    entries.filter(({ n, kind }) => n <= walk.checkpointAt || !WORK_KINDS.some((work) => work === kind));
  const end = readJournal(join(dir, NAMES.journal), (entry) => {
    walk.take(entry);
    if (entry.n === 0) {
      refuseOthers(entry, expect);
      anchor = expect.stateDir === undefined ? undefined : readAnchor(expect.stateDir, entry.hash);
    }
    if (anchor !== undefined && entry.n === anchor.n && entry.hash !== anchor.hash) throw setBack(anchor.n);
    if (entry.kind === "resumed") entries = counting();
    entries.push(entry);
  });
  if (anchor !== undefined && anchor.n >= end.entries) throw setBack(anchor.n);
  entries = counting();
  const last = walk.checkpoints.at(-1);
  const state = last === undefined ? null : readState(dir, last.counter, last.state);
  const runsPath = join(dir, NAMES.runs);
  if (walk.opened === null && (sizeOf(runsPath) > RUN_BYTES || existsSync(join(dir, NAMES.report))))
    throw tampered(NAMES.journal);
  const opened = openRuns(
    runsPath,
    last === undefined ? { records: 0 } : { records: last.runs, digest: last.runsDigest },
  );
  if (opened === undefined) throw tampered(NAMES.runs);
  return { walk, end, entries, runs: opened.runs, discardedRuns: opened.discarded, state };
}

function refuseOthers({ body }: JournalEntry, expect: { exhibit: string; signPublic: string }): void {
  const { exhibit, signPublic } = body;
  if (exhibit !== expect.exhibit) {
    throw evidenceFault("evidence/other-exhibit", "The folder belongs to another exhibit", {
      values: { exhibit: String(exhibit) },
    });
  }
  if (signPublic !== expect.signPublic) {
    throw evidenceFault("evidence/other-officer", "The journal was begun with another signing key");
  }
}

function tampered(name: string): Error {
  return evidenceFault("evidence/tampered", `${name} is not what was written`, {
    place: name,
    values: { place: name },
  });
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function setBack(entry: number): Error {
  return evidenceFault("evidence/set-back", `This kit has seen entry ${entry}, and the journal does not hold it`, {
    place: NAMES.journal,
    values: { entry },
  });
}

/**
 * Puts a report that is there aside as report-1.json, report-1.html and report-1.pdf (2, 3 …): the examination goes on.
 *
 * @returns the new name and its digest, or null when there was none.
 */
export function setReportAside(dir: string): { file: string; digest: string } | null {
  const report = join(dir, NAMES.report);
  if (!existsSync(report)) return null;
  let k = 1;
  while (existsSync(join(dir, `report-${k}.json`))) k++;
  const digest = hash("sha256", readFileSync(report), "hex");
  writing(report, () => {
    for (const [name, aside] of [
      [NAMES.html, `report-${k}.html`],
      [NAMES.pdf, `report-${k}.pdf`],
      [NAMES.annex, `annex-${k}.age`],
      [NAMES.looking, `looking-${k}.jsonl`],
      [NAMES.report, `report-${k}.json`],
    ] as const) {
      if (existsSync(join(dir, name))) renameSync(join(dir, name), join(dir, aside));
    }
  });
  return { file: `report-${k}.json`, digest };
}
