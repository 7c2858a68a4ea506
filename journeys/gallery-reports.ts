// Reports and findings as the program would give them: synthetic in every part.
import type { Report } from "#examination/evidence";
import type { FindingRow, FindingsPage } from "#examination/looking";
import { HOSTILE, type Lane, tape } from "./gallery-lanes.ts";

const ZEROS = "0".repeat(64);
const LIST = {
  name: "National list",
  agency: "National Police, sample",
  category: "national",
  release: "47",
  releasedAt: "2026-11-18T00:00:00.000Z",
  validUntil: "2026-12-31T23:59:59.000Z",
  graceUntil: "2027-01-31T23:59:59.000Z",
  digest: ZEROS,
  signedBy: ZEROS,
  keys: 1_000_000,
  expired: false,
} as const;

type Findings = Report["findings"];

function finding(place: string, more: Partial<Findings[number]> = {}): Findings[number] {
  return {
    place,
    offsetBytes: 232e9,
    lengthBytes: 2_410_000,
    phase: null,
    set: "National list",
    release: "47",
    category: "national",
    kind: "whole-file",
    confirmed: true,
    blocks: 0,
    distinctBlocks: 0,
    weight: "red",
    standing: "allocated",
    ...more,
  };
}

const REASONS: Record<Report["verdict"], Partial<Report>> = {
  red: {
    reasons: ["listed-file", "listed-blocks", "unread"],
    findings: [
      finding("p1/ntfs/DCIM/100MEDIA/IMG_0412.JPG", { standing: "deleted", certainty: "proven" }),
      finding("p1/ntfs/DCIM/100MEDIA/IMG_0413.JPG", {
        standing: "deleted",
        certainty: "best-fit",
        kind: "blocks",
        blocks: 14,
        distinctBlocks: 14,
        phase: 0,
      }),
      finding("p1/ntfs/DCIM/101MEDIA/IMG_0977.JPG"),
    ],
    unread: [815e9, 870e9].map((offsetBytes) => ({
      place: "/dev/sdb",
      offsetBytes,
      lengthBytes: 20_480,
      why: "input-error" as const,
    })),
  },
  amber: {
    reasons: ["hit-single", "encrypted"],
    facts: [{ reason: "encrypted", place: "/dev/sdb/2", offsetBytes: 7e11, lengthBytes: 120e9, name: "BitLocker" }],
    findings: [
      finding("p1/ntfs/$free", { weight: "amber", kind: "blocks", blocks: 1, distinctBlocks: 1, lengthBytes: 4096 }),
    ],
  },
  green: {},
};

/** The report of a lane that has its answer. */
export function reportOf(lane: Lane): Report | null {
  if (lane.answer === null) return null;
  const { verdict } = lane.answer;
  const disk = lane.device.kind === "disk";
  const bound = { confidence: 0.99, targetBytes: verdict === "green" ? lane.boundBytes : null, goalBytes: 20_971_520 };
  return {
    format: "phum-report",
    version: 1,
    practice: lane.practice,
    exhibit: lane.exhibit,
    basis: "Search warrant 214/2026; offence 04",
    verdict,
    reasons: [],
    coverage: {
      bytesTotal: lane.bytesTotal,
      bytesRead: lane.bytesRead,
      fraction: lane.fraction,
      phases: [0, 1, 2, 3, 4, 5, 6, 7],
      bytesBlank: 0,
      bytesUnread: lane.unreadBytes,
      tape: lane.tape,
    },
    bound: { ...bound, reached: verdict === "green" },
    findings: [],
    unconfirmed: 0,
    unread: [],
    notices: [],
    filter: [LIST],
    source: {
      kind: "device",
      place: "/dev/sdb",
      sizeBytes: lane.bytesTotal,
      medium: disk ? "rotating" : "flash",
      serial: lane.device.serial ?? "",
      readOnly: { hardware: true, kernel: true, mounted: false, mountedWritable: false },
    },
    plan: { seed: "7c19-52e0" },
    reads: { leaves: 114_441, root: ZEROS, digest: "sha256" },
    officer: { name: "សុខ ដារ៉ា Sok Dara", unit: "Phnom Penh", signPublic: ZEROS, vouchedFor: true },
    clock: {
      startedAt: "2026-11-22T07:08:00.000Z",
      endedAt: "2026-11-22T07:29:00.000Z",
      zone: "Asia/Phnom_Penh",
      statedAt: null,
      offsetMs: null,
    },
    tool: { name: "phum", version: "0.1.0", digest: ZEROS },
    journal: { entries: 12, head: ZEROS },
    ...REASONS[verdict],
  };
}

/** What else a report may have to say. */
export const EVERY_REASON: Partial<Report> = {
  reasons: ["hit-single", "hit-related", "encrypted", "unread", "stopped-early", "filter-expired"],
  notices: [
    { code: "mounted-writable", values: {} },
    { code: "image-refused", values: { name: HOSTILE } },
  ],
};
const BOUND = { confidence: 0.99, goalBytes: 20_971_520, reached: true };
export const WEAKEST: Partial<Report> = {
  bound: { ...BOUND, targetBytes: 20_971_520, hardest: { fileBytes: 9_437_184, confidence: 0.8127 } },
};
export const FOLDER: Partial<Report> = {
  coverage: {
    ...{ bytesTotal: 16e9, bytesRead: 6.56e9, fraction: 0.41, phases: [0], bytesBlank: 0, bytesUnread: 0 },
    ...{ filesTotal: 1200, filesProbed: 1200, filesRead: 300, tape: tape(0.41) },
  },
  bound: { ...BOUND, targetBytes: null },
  source: {
    ...{ kind: "folder", place: "/media/copy", sizeBytes: 16e9, medium: "folder" },
    readOnly: { hardware: null, kernel: null, mounted: true, mountedWritable: false },
  },
};

export function row(index: number, more: Partial<FindingRow> = {}): FindingRow {
  return {
    index,
    kind: "whole-file",
    name: "IMG_0412.JPG",
    parents: "DCIM/100MEDIA",
    standing: "deleted",
    certainty: "proven",
    sizeBytes: 2_410_000,
    offsetBytes: 232e9,
    lengthBytes: 2_410_000,
    blocks: 0,
    modifiedMs: Date.parse("2025-03-03T14:07:00.000Z"),
    set: "National list",
    release: "47",
    weight: "red",
    entry: null,
    showable: "yes",
    category: null,
    note: "",
    ...more,
  };
}

export const ROWS: FindingRow[] = [
  row(0),
  row(1, {
    kind: "blocks",
    blocks: 14,
    name: "ច្បាប់ចម្លងពីទូរសព្ទចាស់_ថ្ងៃទី០៣_ខែមីនា_ឆ្នាំ២០២៥_(2)_final_edited_20250303T210714.jpeg",
    parents: "Users/Public/Downloads/backup-old-phone/backup-old-phone (2)/2025",
    certainty: "best-fit",
    showable: "not-a-whole-file",
    note: "Ask the lab.",
    category: 3,
  }),
  row(2, { name: "IMG_0977.JPG", parents: "DCIM/101MEDIA", standing: "allocated", certainty: null }),
];

export function pageOf(rows: FindingRow[], from: number, count: number): FindingsPage {
  return { total: rows.length, from, rows: rows.slice(from, from + count) };
}

/** A report that found likeness: leads beside each other, and series on no list. */
export const ALIKE: Partial<Report> = {
  likeness: {
    ...{ filesTotal: 4000, filesOpened: 4000, compared: 912, undecoded: 0, ended: "all", undecodedFirst: [] },
    ...{
      series: 2,
      seriesFiles: 11,
      seriesFirst: [8, 3].map((files, i) => ({ place: `p1/ntfs/DCIM/1${i}0/a.jpg`, files })),
    },
  },
};
export const ALIKE_ROWS: FindingRow[] = [0, 1, 2].map((index) =>
  row(index, {
    kind: "likeness",
    weight: "amber",
    entry: index < 2 ? 12 : 40,
    name: `IMG_04${index}2.JPG`,
    standing: "allocated",
    certainty: null,
  }),
);
