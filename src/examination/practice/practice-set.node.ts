import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { enrol, newIdentity, newSigner, openSigner, type Signer } from "#base/signing/node";
import { canonicalText, toHex } from "#base/values";
import { buildFilter } from "#examination/filters/node";
import { type PracticeDevice, practiceDevice } from "./practice-device.ts";
import { knownFiles, type PracticeFile } from "./practice-files.ts";
import {
  clearFolder,
  lookAtFolder,
  PRACTICE_NAMES,
  type PracticePaths,
  practiceFiles,
  writeImage,
  writePracticeFile,
} from "./practice-folder.node.ts";
import type { PracticeRecord, PracticeTruth } from "./practice-record.ts";
import { sayPractice } from "./words.ts";

/** A complete practice set. */
export interface PracticeSet {
  files: PracticePaths;
  /** The agency's public key, hexadecimal. */
  trust: string;
  sizeBytes: number;
  made: "new" | "again" | "reused";
}

/** How a practice set is asked for. */
export interface PracticeOptions {
  nowMs: number;
  /** Equal seeds give equal sticks; any set that is there is good enough where none is given. */
  seed?: string | undefined;
  signal?: AbortSignal | undefined;
  onStep?(step: "known" | "device" | "keys" | "list", fraction: number): void;
  /** Told before the work begins that a set which cannot be used is made again. */
  onAgain?(): void;
}

const SEED = "practice";
const VALID_MS = 365 * 86_400_000;
const GRACE_MS = 30 * 86_400_000;
/** scrypt with 2^10 steps: these passphrases lie beside their keys. */
const WORK_FACTOR = 10;
const AGENCY = "Practice agency · ទីភ្នាក់ងារហ្វឹកហាត់";

/**
 * Makes a practice set in a folder, or takes the one that is there: a stick, an agency, an officer, a list, and the truth about them.
 *
 * @param folder Absolute path: new, empty, or of an earlier set.
 * @throws {Fault} practice/not-empty, practice/not-a-folder, practice/unwritable, and those of building a filter.
 */
export async function makePractice(folder: string, options: PracticeOptions): Promise<PracticeSet> {
  const there = lookAtFolder(folder, { nowMs: options.nowMs, seed: options.seed });
  if (there.state === "usable") return setIn(folder, there.record, "reused");
  if (there.state === "again") options.onAgain?.();
  const record = begunRecord(options);
  clearFolder(folder);
  writeRecord(folder, record);
  const step = async (name: "known" | "device" | "keys" | "list"): Promise<void> => {
    options.onStep?.(name, 0);
    await setImmediate();
  };
  await step("known");
  const known = [...knownFiles(record.seed)];
  for (const { name, content } of known) writePracticeFile(folder, join(PRACTICE_NAMES.known, name), content);
  await step("device");
  writeDevice(folder, record, { device: practiceDevice(record.seed, known), known });
  await step("keys");
  const { agency, recipient } = await writeKeys(folder, record, options.nowMs);
  await step("list");
  await writeList(folder, record, { agency, recipient, options });
  const readMe = `${sayPractice("en", "file.read-me")}\n\n${sayPractice("km", "file.read-me")}\n`;
  record.files[PRACTICE_NAMES.readMe] = writePracticeFile(folder, PRACTICE_NAMES.readMe, readMe);
  record.state = "complete";
  writeRecord(folder, record);
  return setIn(folder, record, there.state === "again" ? "again" : "new");
}

function begunRecord({ nowMs, seed = SEED }: PracticeOptions): PracticeRecord {
  const [madeAt, validUntil] = [new Date(nowMs).toISOString(), new Date(nowMs + VALID_MS).toISOString()];
  return { format: "phum-practice", version: 1, state: "begun", seed, madeAt, validUntil, agencyKey: "", files: {} };
}

function writeRecord(folder: string, record: PracticeRecord): void {
  writePracticeFile(folder, PRACTICE_NAMES.record, `${canonicalText(record)}\n`);
}

function writeDevice(
  folder: string,
  record: PracticeRecord,
  { device, known }: { device: PracticeDevice; known: PracticeFile[] },
): void {
  const { image, shape, firstDataSector, planted, benign } = device;
  record.files[PRACTICE_NAMES.device] = writeImage(folder, image);
  const truth: PracticeTruth = {
    format: "phum-practice-truth",
    version: 1,
    seed: record.seed,
    image: { name: PRACTICE_NAMES.device, sizeBytes: image.length, sha256: sha256(image) },
    partition: { firstSector: shape.firstSector, firstDataSector, sectorsPerCluster: shape.sectorsPerCluster },
    known: known.map(({ name, content }) => ({ name, sizeBytes: content.length, sha256: sha256(content) })),
    planted,
    benign,
  };
  for (const { name, content } of known) record.files[join(PRACTICE_NAMES.known, name)] = content.length;
  record.files[PRACTICE_NAMES.truth] = writePracticeFile(folder, PRACTICE_NAMES.truth, `${canonicalText(truth)}\n`);
}

async function writeKeys(folder: string, record: PracticeRecord, nowMs: number) {
  const put = (name: string, content: Uint8Array | string): void => {
    record.files[name] = writePracticeFile(folder, name, content);
  };
  const [agencyWords, officerWords] = [passphrase(), passphrase()];
  const [signer, officer] = await Promise.all([
    newSigner(agencyWords, { workFactor: WORK_FACTOR }),
    newIdentity(officerWords, { workFactor: WORK_FACTOR }),
  ]);
  const agency = await openSigner(signer.file, agencyWords);
  const certificate = enrol({
    officer: officer.public,
    name: "Practice officer · មន្ត្រីហ្វឹកហាត់",
    unit: "Practice unit · អង្គភាពហ្វឹកហាត់",
    validUntil: record.validUntil,
    agency,
    nowMs,
  });
  record.agencyKey = agency.publicKey;
  put(PRACTICE_NAMES.agency, signer.file);
  put(PRACTICE_NAMES.agencyPassphrase, `${agencyWords}\n`);
  put(PRACTICE_NAMES.identity, officer.file);
  put(PRACTICE_NAMES.officerPublic, `${canonicalText(officer.public)}\n`);
  put(PRACTICE_NAMES.passphrase, `${officerWords}\n`);
  put(PRACTICE_NAMES.certificate, `${canonicalText(certificate)}\n`);
  return { agency, recipient: officer.public.recipient };
}

async function writeList(
  folder: string,
  record: PracticeRecord,
  { agency, recipient, options }: { agency: Signer; recipient: string; options: PracticeOptions },
): Promise<void> {
  const { written } = await buildFilter({
    inputs: [join(folder, PRACTICE_NAMES.known)],
    about: {
      name: "Practice list · បញ្ជីហ្វឹកហាត់",
      agency: AGENCY,
      category: "practice",
      release: `practice-${record.madeAt.slice(0, 10)}`,
      releasedAt: record.madeAt,
      validUntil: record.validUntil,
      graceUntil: new Date(Date.parse(record.validUntil) + GRACE_MS).toISOString(),
    },
    agency,
    recipients: [recipient],
    out: join(folder, PRACTICE_NAMES.filter),
    signal: options.signal,
    onProgress: ({ done, total }) => options.onStep?.("list", total > 0 ? done / total : 0),
  });
  record.files[PRACTICE_NAMES.filter] = written.sizeBytes;
}

function setIn(folder: string, record: PracticeRecord, made: PracticeSet["made"]): PracticeSet {
  const sizeBytes = record.files[PRACTICE_NAMES.device] ?? 0;
  return { files: practiceFiles(folder), trust: record.agencyKey, sizeBytes, made };
}

function passphrase(): string {
  return `practice ${toHex(randomBytes(6))}`;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
