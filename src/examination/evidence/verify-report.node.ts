import { createHash, hash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { merkleRoot, readCertificate, verifyCertificate, verifySignature } from "#base/signing/node";
import { canonicalBytes, fromHex, toHex } from "#base/values";
import { NAMES } from "./evidence-folder.node.ts";
import { evidenceFault } from "./faults.ts";
import { reportDigest, sealBytes } from "./finish-report.node.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { readJournal } from "./journal-file.node.ts";
import { type JournalWalk, walkJournal } from "./journal-walk.node.ts";
import { readLooking } from "./looking-log.node.ts";
import { REPORT_MAX_BYTES, readReport } from "./read-report.ts";
import type { SignedReport } from "./report-record.ts";
import { hasRunsHeader, readRecords } from "./runs-file.node.ts";
import { decodeRun, RUN_BYTES } from "./runs-record.node.ts";

/** Largest report.html, report.pdf or annex.age that is read: 64 MiB. */
const PAGE_MAX_BYTES = 64 * 1024 * 1024;

/** What the journal and the runs are worth by themselves. */
export interface JournalProof {
  entries: number;
  head: string;
  checkpoints: number;
  runs: number;
  /** Bytes of a last line torn by a crash. */
  tornBytes: number;
  exhibit: string;
}

/** What a folder of evidence proves. */
export type Verification =
  | {
      outcome: "verified" | "not-vouched-for";
      report: SignedReport;
      /** SHA-256 of the report, hexadecimal; the eight words come from it. */
      digest: string;
      signer: { name: string; unit: string; signPublic: string };
      /** The agency's key that vouches; null where the certificate is missing or had expired. */
      agencyKey: string | null;
      /** Why nobody vouches. */
      why: "no-certificate" | "expired" | null;
      /** The report's time is later than this computer's: one of the two clocks is wrong. */
      fromFuture: boolean;
      journal: JournalProof;
      /** Reports that the examination was gone on from, proved like this one. */
      earlier: SignedReport[];
      /** Entries of looking.jsonl, written after the report, each signed by whoever looked or noted. */
      looks: number;
    }
  | { outcome: "interrupted"; journal: JournalProof; earlier: SignedReport[] };

/**
 * Proves a folder of evidence: shape and canonical bytes of report.json, the officer's signature, the agency's certificate,
 * report.html and report.pdf, the journal's chain and signed checkpoints, its `closed` entry, the Merkle root over runs.bin, the
 * annex, the log of looks; and the same of every report that the examination was gone on from.
 *
 * @param trust Agencies' public keys that are believed; none: any agency, whose key the caller must show. A
 * certificate is held against the report's own time, not against `nowMs`.
 * @throws {Fault} report/missing, report/unreadable, report/version, report/format, report/tampered, report/untrusted,
 * evidence/tampered, certificate/….
 */
export function verifyReport(dir: string, { trust, nowMs }: { trust: readonly string[]; nowMs: number }): Verification {
  const paths = { report: join(dir, NAMES.report), journal: join(dir, NAMES.journal) };
  if (!existsSync(paths.report)) {
    if (!existsSync(paths.journal)) {
      throw evidenceFault("report/missing", `No report and no journal in ${dir}`, {
        place: dir,
        values: { path: dir },
      });
    }
    const { proof, walk } = proveJournal(dir);
    return { outcome: "interrupted", journal: proof, earlier: proveEarlier(dir, walk, trust) };
  }
  const report = readReport(readBounded(paths.report, REPORT_MAX_BYTES));
  const { digest, vouching } = proveSeal(report, trust, pathsOf(dir));
  const { proof, walk } = proveJournal(dir);
  if (walk.closed === null || proof.tornBytes > 0) throw tampered("journal.jsonl, closed");
  proveClosed(report, walk, walk.closed);
  const earlier = proveEarlier(dir, walk, trust);
  const { name, unit, signPublic } = report.officer;
  const { agencyKey, why } = vouching;
  const outcome = agencyKey === null ? "not-vouched-for" : "verified";
  const fromFuture = Date.parse(report.clock.endedAt) > nowMs;
  const signer = { name, unit, signPublic };
  const looks = readLooking(join(dir, NAMES.looking), digest).entries.length;
  return { outcome, report, digest, signer, agencyKey, why, fromFuture, journal: proof, earlier, looks };
}

interface Vouching {
  agencyKey: string | null;
  why: "no-certificate" | "expired" | null;
}

/** Files of a report, this one's or (`k`) an earlier one's. */
function pathsOf(dir: string, k?: string): Record<"html" | "pdf" | "annex", string> {
  const { html, pdf, annex } = NAMES;
  const name = (plain: string): string => (k === undefined ? plain : plain.replace(".", `-${k}.`));
  return { html: join(dir, name(html)), pdf: join(dir, name(pdf)), annex: join(dir, name(annex)) };
}

/** Every report that was gone on from: the file that the journal names, and all that it says itself. */
function proveEarlier(dir: string, walk: JournalWalk, trust: readonly string[]): SignedReport[] {
  return walk.earlier.map(({ file, digest, closed }) => {
    const bytes = readBounded(join(dir, file), REPORT_MAX_BYTES);
    if (hash("sha256", bytes, "hex") !== digest) throw tampered(file);
    const report = readReport(bytes);
    const k = /\d+/.exec(file)?.[0];
    proveSeal(report, trust, pathsOf(dir, k));
    readLooking(join(dir, NAMES.looking.replace(".", `-${k}.`)), report.seal.digest);
    proveClosed(report, walk, closed);
    return report;
  });
}

/** Signature, certificate, pages and annex. */
function proveSeal(
  report: SignedReport,
  trust: readonly string[],
  paths: ReturnType<typeof pathsOf>,
): { digest: string; vouching: Vouching } {
  const { seal, officer } = report;
  const digest = reportDigest(report);
  if (seal.digest !== digest) throw tampered("report.json, digest");
  if (
    officer.signPublic !== seal.signPublic ||
    !verifySignature(seal.signPublic, sealBytes(seal), fromHex(seal.signature))
  ) {
    throw tampered("report.json, signature");
  }
  const vouching = proveCertificate(report, trust);
  const page = readBounded(paths.html, PAGE_MAX_BYTES);
  if (hash("sha256", page, "hex") !== seal.html) throw tampered(NAMES.html);
  provePdf(paths.pdf, seal.pdf);
  const { annex } = report;
  if (annex !== undefined && hash("sha256", readBounded(paths.annex, PAGE_MAX_BYTES), "hex") !== annex.digest) {
    throw tampered(NAMES.annex);
  }
  return { digest, vouching };
}

/** A paper beside a report that does not know it would be believed all the same. */
function provePdf(path: string, digest: string | undefined): void {
  if (digest === undefined ? existsSync(path) : hash("sha256", readBounded(path, PAGE_MAX_BYTES), "hex") !== digest) {
    throw tampered(NAMES.pdf);
  }
}

function proveCertificate({ seal, officer, clock }: SignedReport, trust: readonly string[]): Vouching {
  if (seal.certificate === null) {
    if (officer.vouchedFor || officer.name !== "" || officer.unit !== "") throw tampered("report.json, officer");
    return { agencyKey: null, why: "no-certificate" };
  }
  const certificate = readCertificate(canonicalBytes(seal.certificate));
  const { agencyKey, expired } = verifyCertificate(certificate, Date.parse(clock.endedAt));
  const same =
    certificate.signPublic === officer.signPublic &&
    certificate.name === officer.name &&
    certificate.unit === officer.unit;
  if (!same) throw tampered("report.json, officer");
  if (trust.length > 0 && !trust.includes(agencyKey)) {
    throw evidenceFault("report/untrusted", "The agency that vouches is not among the trusted", {
      values: { key: agencyKey },
    });
  }
  return expired ? { agencyKey: null, why: "expired" } : { agencyKey, why: null };
}

/** The journal's chain and structure, and the runs that its checkpoints signed. */
function proveJournal(dir: string): { proof: JournalProof; walk: JournalWalk } {
  const walk = walkJournal();
  const { entries, head, tornBytes } = readJournal(join(dir, NAMES.journal), walk.take);
  const runs = proveRuns(join(dir, NAMES.runs), walk);
  const exhibit = String(walk.opened?.body["exhibit"] ?? "");
  const proof = { entries, head, checkpoints: walk.checkpoints.length, runs, tornBytes, exhibit };
  return { proof, walk };
}

/** Holds runs.bin against every checkpoint. @returns how many records are proved. */
function proveRuns(path: string, { checkpoints, closed, earlier }: JournalWalk): number {
  const last = checkpoints.at(-1)?.runs ?? 0;
  const proved = closed === null ? last : Number(closed.body["leaves"]);
  const fail = (at: number): Error =>
    evidenceFault("evidence/tampered", `runs.bin is not what was signed, record ${at}`, {
      place: path,
      values: { place: `${NAMES.runs}, ${at}` },
    });
  if (!Number.isSafeInteger(proved) || proved < last) throw fail(proved);
  if (!existsSync(path)) {
    if (proved > 0 || closed !== null) throw fail(0);
    return 0;
  }
  const fd = openSync(path, "r");
  try {
    if (proved > 0 && !hasRunsHeader(fd)) throw fail(-1);
    if (closed !== null && statSync(path).size !== (proved + 1) * RUN_BYTES) throw fail(proved);
    const digest = createHash("sha256");
    const waiting = [...checkpoints];
    let count = 0;
    const meet = (): void => {
      for (; waiting[0]?.runs === count; waiting.shift()) {
        if (digest.copy().digest("hex") !== waiting[0].runsDigest) throw fail(count);
      }
    };
    const checked = function* (): Generator<Uint8Array> {
      for (const record of readRecords(fd, proved)) {
        if (decodeRun(record) === undefined) throw fail(count);
        digest.update(record);
        count++;
        meet();
        yield record;
      }
    };
    meet();
    const root = toHex(merkleRoot(checked()));
    if (count !== proved || (closed !== null && closed.body["root"] !== root)) throw fail(count);
    for (const { closed: end } of earlier) {
      const leaves = Number(end.body["leaves"]);
      if (!(leaves <= proved) || toHex(merkleRoot(readRecords(fd, leaves))) !== end.body["root"]) throw fail(leaves);
    }
    return count;
  } finally {
    closeSync(fd);
  }
}

/** The report and the entry of the journal that it ends with must say the same. */
function proveClosed(report: SignedReport, { opened }: JournalWalk, closed: JournalEntry): void {
  if (report.journal.entries !== closed.n + 1 || report.journal.head !== closed.hash) {
    throw tampered("journal.jsonl, head");
  }
  if (closed.body["leaves"] !== report.reads.leaves || closed.body["root"] !== report.reads.root) {
    throw tampered("report.json, reads");
  }
  if ((closed.body["annex"] ?? null) !== (report.annex?.digest ?? null)) throw tampered("report.json, annex");
  const { signPublic, exhibit, basis } = opened?.body ?? {};
  if (signPublic !== report.officer.signPublic || exhibit !== report.exhibit || basis !== report.basis) {
    throw tampered("journal.jsonl, 0");
  }
}

function tampered(place: string): Error {
  return evidenceFault("report/tampered", `The report was changed: ${place}`, { place, values: { place } });
}

/** Bytes of a file of the folder. @throws {Fault} report/unreadable, report/tampered when it is missing or too large. */
function readBounded(path: string, maxBytes: number): Uint8Array {
  try {
    if (statSync(path).size > maxBytes) throw tampered(path);
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") throw tampered(path);
    if (error instanceof Error && "syscall" in error) {
      const options = { place: path, values: { path, error: code }, cause: error };
      throw evidenceFault("report/unreadable", `Cannot read ${path}`, options);
    }
    throw error;
  }
}
