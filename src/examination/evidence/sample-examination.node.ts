// Samples for the tests of this room and for looking at the pages: synthetic in every part.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "#base/signing";
import {
  enrol,
  type Identity,
  newIdentity,
  newSigner,
  openIdentity,
  openSigner,
  type Signer,
} from "#base/signing/node";
import { type SeededRandom, seededRandom } from "#base/values";
import type { EvidenceOptions } from "./evidence-options.node.ts";
import type { Coverage, Finding, ReportDraft } from "./report-record.ts";
import type { RunRecord } from "./run-record.ts";

export const SAMPLE_START_MS = Date.parse("2026-11-22T07:08:00.000Z");
const PASSPHRASE = "a sample passphrase";
/** The cheapest wrapping: these keys guard nothing. */
const CHEAP = { workFactor: 1 };

export interface SampleOfficer {
  identity: Identity;
  certificate: Certificate;
  agency: Signer;
}

/** An officer with a certificate, and the agency that gave it. */
export async function sampleOfficer(validUntil = "2027-12-31"): Promise<SampleOfficer> {
  const [officer, agencyFile] = await Promise.all([newIdentity(PASSPHRASE, CHEAP), newSigner(PASSPHRASE, CHEAP)]);
  const [identity, agency] = await Promise.all([
    openIdentity(officer.file, PASSPHRASE),
    openSigner(agencyFile.file, PASSPHRASE),
  ]);
  const who = { officer: officer.public, name: "សុខ ដារ៉ា Sok Dara", unit: "Practice unit" };
  return { identity, agency, certificate: enrol({ ...who, validUntil, agency, nowMs: SAMPLE_START_MS - 86_400_000 }) };
}

/** A fresh folder and options to open it; the clock goes on by a second at every look. */
export function sampleOptions(
  { identity, certificate }: SampleOfficer,
  changes: Partial<EvidenceOptions> = {},
): EvidenceOptions {
  let nowMs = SAMPLE_START_MS;
  return {
    signer: identity,
    certificate,
    resume: false,
    exhibit: "2026-0142-4",
    basis: "Search warrant 214/2026; offence 04",
    clock: { zone: "Asia/Phnom_Penh", statedAt: "2026-11-22T07:08:10.000Z", offsetMs: 10_000 },
    nowMs: () => {
      nowMs += 1000;
      return nowMs;
    },
    ...changes,
  };
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, gone when the process ends. */
export function sampleFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "phum-evidence-"));
  folders.push(folder);
  return folder;
}

/** `count` reads one after another. */
export function sampleRuns(random: SeededRandom, count: number, from = 0): RunRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    offsetBytes: (from + i) * 1_048_576,
    lengthBytes: 1_048_576,
    fileIndex: 0,
    digest: Uint8Array.from({ length: 32 }, () => random.below(256)),
  }));
}

const HEX = "9f2c41d07be85a3360c1aa7f24d9be0183f75c6ed2a944b8176ff0352ce8d7b1";

/** A finding on a synthetic disk. */
export function sampleFinding(changes: Partial<Finding> = {}): Finding {
  return {
    place: "sample.img/partition 1/drawing.bmp",
    offsetBytes: 232_000_000_000,
    lengthBytes: 65_536,
    phase: 0,
    set: "Practice list",
    release: "47",
    category: "national",
    kind: "blocks",
    confirmed: true,
    blocks: 16,
    distinctBlocks: 16,
    weight: "red",
    ...changes,
  };
}

function sampleTape(fraction: number, marks: { found?: number[]; unread?: number[] }): Coverage["tape"] {
  const random = seededRandom("tape");
  return Array.from({ length: 64 }, (_, i) => {
    const found = marks.found?.includes(i) ?? false;
    const read = fraction === 1 || found ? 1 : fraction * (0.7 + 0.6 * random.fraction());
    return { read: Math.min(1, read), found, unread: marks.unread?.includes(i) ?? false };
  });
}

type Judged = Pick<ReportDraft, "reasons" | "findings" | "unread" | "bound" | "facts">;

const NO_BOUND = { confidence: 0.99, targetBytes: null, goalBytes: 20_971_520, reached: false };
const UNREAD = { place: "/dev/sdb", offsetBytes: 815_000_000_000, lengthBytes: 20_480, why: "input-error" } as const;
const JUDGED: Record<ReportDraft["verdict"], Judged> = {
  red: {
    reasons: ["listed-file", "listed-blocks", "unread"],
    findings: [sampleFinding(), sampleFinding({ kind: "whole-file", phase: null, blocks: 0, distinctBlocks: 0 })],
    unread: [UNREAD, { ...UNREAD, offsetBytes: 870_000_000_000 }],
    bound: NO_BOUND,
  },
  amber: {
    reasons: ["hit-single", "encrypted"],
    facts: [{ reason: "encrypted", place: "/dev/sdb/2", offsetBytes: 7e11, lengthBytes: 120e9, name: "BitLocker" }],
    findings: [sampleFinding({ weight: "amber", blocks: 1, distinctBlocks: 1, lengthBytes: 4096 })],
    unread: [],
    bound: NO_BOUND,
  },
  green: {
    reasons: [],
    findings: [],
    unread: [],
    bound: { ...NO_BOUND, targetBytes: 20_971_520, reached: true },
  },
};
const MARKS = {
  red: { found: [14, 40], unread: [52, 55] },
  amber: { found: [18], unread: [44, 45, 46, 47] },
  green: {},
};
const FRACTIONS = { red: 0.12, amber: 0.37, green: 0.41 };
const DISK_BYTES = 1_000_204_886_016;
const FILTER: ReportDraft["filter"][number] = {
  name: "National list",
  agency: "National Police, sample",
  category: "national",
  release: "47",
  releasedAt: "2026-11-18T00:00:00.000Z",
  validUntil: "2026-12-31T23:59:59.000Z",
  graceUntil: "2027-01-31T23:59:59.000Z",
  digest: HEX,
  signedBy: HEX,
  keys: 100_000_000,
  expired: false,
};
const SOURCE: ReportDraft["source"] = {
  kind: "device",
  place: "/dev/sdb",
  sizeBytes: DISK_BYTES,
  medium: "rotating",
  serial: "WX41-A93K-7702",
  model: "Sample Disk 1000",
  readOnly: { hardware: false, kernel: true, mounted: false, mountedWritable: false },
};

/** A draft of each colour, as of a 1 TB disk, with changes. */
export function sampleDraft(verdict: ReportDraft["verdict"], changes: Partial<ReportDraft> = {}): ReportDraft {
  const fraction = FRACTIONS[verdict];
  const bytesUnread = JUDGED[verdict].unread.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  return {
    practice: false,
    verdict,
    ...JUDGED[verdict],
    coverage: {
      bytesTotal: DISK_BYTES,
      bytesRead: Math.floor(fraction * DISK_BYTES),
      fraction,
      phases: [0, 1, 2, 3, 4, 5, 6, 7],
      bytesBlank: 8_000_000_000,
      bytesUnread,
      tape: sampleTape(fraction, MARKS[verdict]),
    },
    unconfirmed: 0,
    notices: [],
    filter: [FILTER],
    source: SOURCE,
    plan: {
      seed: "7c19-52e0",
      version: 1,
      passes: [{ startBytes: 12_345, stepBytes: 8_388_608, runBytes: 1_048_576 }],
    },
    readsDigest: "sha256",
    ...changes,
  };
}
