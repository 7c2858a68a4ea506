import type { Planted } from "./practice-device.ts";

/** `truth.json`: what stands where on the practice stick. docs/formats/practice.md */
export interface PracticeTruth {
  format: "phum-practice-truth";
  version: 1;
  seed: string;
  image: { name: string; sizeBytes: number; sha256: string };
  partition: { firstSector: number; firstDataSector: number; sectorsPerCluster: number };
  known: { name: string; sizeBytes: number; sha256: string }[];
  planted: Planted[];
  benign: string[];
}

/** `practice.json`: written first as "begun", last as "complete". docs/formats/practice.md */
export interface PracticeRecord {
  format: "phum-practice";
  version: 1;
  state: "begun" | "complete";
  seed: string;
  /** ISO 8601, UTC. */
  madeAt: string;
  validUntil: string;
  /** The made-up agency's public key, hexadecimal. */
  agencyKey: string;
  /** Sizes of the files, by name. */
  files: Record<string, number>;
}

const DAY_MS = 86_400_000;

/** Whether a record says that its set can be used at this moment. A clock behind the set's making asks for a new one. */
export function isUsable(record: PracticeRecord, at: { nowMs: number; seed: string | undefined }): boolean {
  return (
    record.state === "complete" &&
    (at.seed === undefined || record.seed === at.seed) &&
    Date.parse(record.madeAt) <= at.nowMs &&
    Date.parse(record.validUntil) > at.nowMs + DAY_MS
  );
}

/** The record in a text; undefined where it is none of ours. */
export function readPracticeRecord(text: string): PracticeRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Partial<PracticeRecord>;
  const whole =
    record.format === "phum-practice" &&
    record.version === 1 &&
    typeof record.seed === "string" &&
    typeof record.madeAt === "string" &&
    typeof record.validUntil === "string" &&
    typeof record.agencyKey === "string" &&
    typeof record.files === "object" &&
    record.files !== null;
  return whole ? (value as PracticeRecord) : undefined;
}
