import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { merkleRoot, sealFile } from "#base/signing/node";
import { canonicalBytes, canonicalText, concatBytes, fromHex, toHex, utf8 } from "#base/values";
import { writeDurably } from "./durable-file.node.ts";
import { NAMES, type OpenParts } from "./evidence-folder.node.ts";
import type { AnnexDraft, FinishedReport } from "./evidence-options.node.ts";
import { readJournal } from "./journal-file.node.ts";
import type { Notice } from "./notices.ts";
import { ownTool } from "./own-tool.node.ts";
import type { JournalRow, PageParts } from "./page-parts.ts";
import { checkSense, reportFileBytes } from "./read-report.ts";
import { reportPage } from "./report-page.ts";
import { reportPaper } from "./report-pdf.node.ts";
import type { Report, ReportDraft, ReportSeal, SignedReport } from "./report-record.ts";
import { signedReportShape } from "./report-shape.ts";
import { ShapeError } from "./shape.ts";
import { spokenDigits, spokenWords } from "./spoken-words.ts";
import { standingNotices } from "./standing-notices.ts";

const SEAL_LABEL = utf8("phum-report/1\n");
const ROW_KINDS = new Set(["hits", "unread", "likeness", "checkpoint"]);
const ROWS_MAX = 400;
const BODY_MAX = 300;

/** What an examination ends with. */
export interface Closing {
  draft: ReportDraft;
  startedAt: string;
  endedAt: string;
  /** Notices of the interruptions. */
  resumed: readonly Notice[];
}

/** Bytes that a report's signature covers. */
export function sealBytes(seal: Omit<ReportSeal, "signature">): Uint8Array {
  const { signPublic, certificate, digest, html, pdf } = seal;
  const covered = { signPublic, certificate, digest, html, ...(pdf === undefined ? {} : { pdf }) };
  return concatBytes(SEAL_LABEL, canonicalBytes(covered));
}

/** Digest of a report without its seal, hexadecimal. */
export function reportDigest(report: Report & { seal?: unknown }): string {
  const { seal: _, ...bare } = report;
  return hash("sha256", canonicalBytes(bare), "hex");
}

/**
 * Refuses a draft that could not be read back, before anything is closed.
 *
 * @throws {RangeError} naming the field: a mistake of the caller.
 */
export function checkDraft(parts: OpenParts, closing: Closing): void {
  const none = "0".repeat(64);
  const report = wholeReport(parts, closing, { root: none, leaves: 0, entries: 1, head: none, annex: null });
  try {
    signedReportShape.check(signed(parts, report, { html: none, pdf: none }), "");
    checkSense(report);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new RangeError(`Cannot finish the report: ${error.message}`, { cause: error });
  }
}

/** Closes the journal and writes annex, pages and report, in this order; until report.json stands, it counts as interrupted. */
export async function finishReport(parts: OpenParts, closing: Closing, annex?: AnnexDraft): Promise<FinishedReport> {
  const { dir, content, journal } = parts;
  const { runs } = content;
  runs.sync();
  const leaves = runs.count;
  const root = toHex(merkleRoot(runs.records(leaves)));
  const annexDigest = await writeAnnex(dir, annex);
  const body = { entries: journal.entries, head: journal.head, leaves, root, annex: annexDigest };
  const closed = journal.append(closing.endedAt, "closed", body);
  journal.sync();
  const facts = { root, leaves, entries: closed.n + 1, head: closed.hash, annex: annexDigest };
  const report = wholeReport(parts, closing, facts);
  const digest = reportDigest(report);
  const bytes = fromHex(digest);
  const words = spokenWords(bytes);
  const digits = spokenDigits(bytes);
  const source = { report, digest, words, digits, journal: journalRows(join(dir, NAMES.journal)) };
  const html = utf8(reportPage({ ...source, fonts: pageFonts() }));
  const htmlPath = join(dir, NAMES.html);
  writeDurably(htmlPath, html);
  const { pdf } = await reportPaper(source, ["km", "en"]);
  const pdfPath = join(dir, NAMES.pdf);
  writeDurably(pdfPath, pdf);
  const reportPath = join(dir, NAMES.report);
  const sealed = signed(parts, report, { html: hash("sha256", html, "hex"), pdf: hash("sha256", pdf, "hex") });
  writeDurably(reportPath, reportFileBytes(sealed));
  return { report: sealed, reportPath, htmlPath, pdfPath, digest, words, digits };
}

interface ClosedFacts {
  root: string;
  leaves: number;
  entries: number;
  head: string;
  annex: string | null;
}

function wholeReport({ options, vouched }: OpenParts, closing: Closing, facts: ClosedFacts): Report {
  const { readsDigest, ...draft } = closing.draft;
  const { certificate, signer, exhibit, basis } = options;
  const clock = { startedAt: closing.startedAt, endedAt: closing.endedAt, ...options.clock };
  const { name = "", unit = "" } = certificate ?? {};
  return {
    format: "phum-report",
    version: 1,
    ...draft,
    exhibit,
    basis,
    clock,
    notices: standingNotices(closing.draft, { basis, vouchedFor: vouched, clock, resumed: closing.resumed }),
    reads: { leaves: facts.leaves, root: facts.root, digest: readsDigest },
    officer: { name, unit, signPublic: signer.public.signPublic, vouchedFor: vouched },
    tool: ownTool(),
    journal: { entries: facts.entries, head: facts.head },
    ...(facts.annex === null ? {} : { annex: { file: NAMES.annex, digest: facts.annex } }),
  };
}

function signed({ options }: OpenParts, report: Report, pages: { html: string; pdf: string }): SignedReport {
  const { signer, certificate } = options;
  const digest = reportDigest(report);
  const seal = {
    signPublic: signer.public.signPublic,
    certificate: certificate ? { ...certificate } : null,
    digest,
    ...pages,
  };
  return { ...report, seal: { ...seal, signature: toHex(signer.sign(sealBytes(seal))) } };
}

/** Seals the digests of the files that were hit to the agency. @returns SHA-256 of the sealed file, or null when there is none. */
async function writeAnnex(dir: string, annex: AnnexDraft | undefined): Promise<string | null> {
  if (annex === undefined || annex.recipients.length === 0) return null;
  const plain = canonicalBytes({ format: "phum-annex", version: 1, files: annex.files });
  const parts: Uint8Array[] = [];
  await sealFile([plain], annex.recipients, (bytes) => {
    parts.push(bytes);
  });
  const sealed = concatBytes(...parts);
  writeDurably(join(dir, NAMES.annex), sealed);
  return hash("sha256", sealed, "hex");
}

/** The journal as the pages show it. */
export function journalRows(path: string): PageParts["journal"] {
  const rows: JournalRow[] = [];
  const counts = { hits: 0, unread: 0, checkpoints: 0 };
  readJournal(path, ({ n, at, kind, body }) => {
    if (kind === "hits") counts.hits++;
    else if (kind === "unread") counts.unread++;
    else if (kind === "checkpoint") counts.checkpoints++;
    if (ROW_KINDS.has(kind) || rows.length >= ROWS_MAX) return;
    const text = canonicalText(body);
    rows.push({ n, at, kind, body: text.length > BODY_MAX ? `${text.slice(0, BODY_MAX)}…` : text });
  });
  return { rows, counts };
}

function pageFonts(): PageParts["fonts"] {
  const font = (part: string): string =>
    readFileSync(join(projectHome, `src/examination/evidence/paper/noto-sans-khmer-${part}.woff2`)).toString("base64");
  return { khmer: font("khmer"), latin: font("latin") };
}
