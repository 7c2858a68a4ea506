// What tests of exchange share: a finished folder of evidence, synthetic in every part. Never part of the product's walk.
import { join } from "node:path";
import { enrol, newIdentity, newSigner, openIdentity, openSigner, type Signer } from "#base/signing/node";
import type { Finding, ReportDraft } from "#examination/evidence";
import { openEvidence } from "#examination/evidence/node";
import type { AnnexFile } from "./exchange-model.ts";

export const LAB_NOW_MS = Date.parse("2026-11-25T07:00:00.000Z");
const CHEAP = { workFactor: 2 };
const PASSPHRASE = "a sample passphrase";
const HEX = "9f2c41d07be85a3360c1aa7f24d9be0183f75c6ed2a944b8176ff0352ce8d7b1";

/** A finding in a file. */
export function labFinding(changes: Partial<Finding> = {}): Finding {
  return {
    ...{ place: "stick/pictures/drawing.bmp", offsetBytes: 0, lengthBytes: 5000, phase: null },
    ...{ set: "National list", release: "47", category: "national", kind: "whole-file", confirmed: true },
    ...{ blocks: 0, distinctBlocks: 0, weight: "red" },
    ...changes,
  };
}

/** An agency's key. */
export async function labAgency(): Promise<Signer> {
  return openSigner((await newSigner(PASSPHRASE, CHEAP)).file, PASSPHRASE);
}

interface LabReport {
  findings: Finding[];
  annex: AnnexFile[];
  practice?: boolean;
  /** Absent: a new one. */
  agency?: Signer;
}

/** Writes a finished report with these findings. @returns the agency whose key opens its annex. */
export async function labReport(
  dir: string,
  { findings, annex, practice = false, ...given }: LabReport,
): Promise<Signer> {
  const agency = given.agency ?? (await labAgency());
  const officer = await newIdentity(PASSPHRASE, CHEAP);
  const signer = await openIdentity(officer.file, PASSPHRASE);
  const who = { officer: officer.public, name: "សុខ ដារ៉ា <Sok & Dara>", unit: 'Unit "7"' };
  const certificate = enrol({ ...who, validUntil: "2027-12-31", agency, nowMs: LAB_NOW_MS - 86_400_000 });
  let nowMs = LAB_NOW_MS;
  const clock = { zone: "Asia/Phnom_Penh", statedAt: null, offsetMs: null };
  const about = { signer, certificate, exhibit: "2026-0142-4", basis: "Warrant 1", clock, resume: false };
  const evidence = await openEvidence(dir, {
    ...about,
    stateDir: join(dir, "..", "state"),
    nowMs: () => (nowMs += 1000),
  });
  await evidence.finish(labDraft(findings, practice), { recipients: [agency.recipient], files: annex });
  evidence.close();
  return agency;
}

function labDraft(findings: Finding[], practice: boolean): ReportDraft {
  const list = {
    name: "National list",
    agency: "Sample",
    category: practice ? ("practice" as const) : ("national" as const),
  };
  const dates = {
    releasedAt: "2026-11-18T00:00:00.000Z",
    validUntil: "2026-12-31T23:59:59.000Z",
    graceUntil: "2027-01-31T23:59:59.000Z",
  };
  return {
    practice,
    verdict: "red",
    reasons: ["listed-file"],
    facts: [],
    findings,
    coverage: {
      ...{ bytesTotal: 10_000, bytesRead: 10_000, fraction: 1, phases: [0], bytesBlank: 0, bytesUnread: 0 },
      ...{ filesTotal: 3, filesProbed: 3, filesRead: 3 },
      tape: Array.from({ length: 64 }, () => ({ read: 1, found: false, unread: false })),
    },
    bound: { confidence: 0.99, targetBytes: null, goalBytes: 20_971_520, reached: false },
    unconfirmed: 0,
    unread: [],
    notices: [],
    filter: [{ ...list, ...dates, release: "47", digest: HEX, signedBy: HEX, keys: 5, expired: false }],
    source: {
      ...{ kind: "folder", place: "/media/stick", sizeBytes: 10_000, medium: "folder" },
      readOnly: { hardware: null, kernel: null, mounted: true, mountedWritable: false },
    },
    plan: { seed: "1", version: 1 },
    readsDigest: "sha256",
  };
}
