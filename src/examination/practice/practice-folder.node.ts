import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { practiceFault } from "./faults.ts";
import { isUsable, type PracticeRecord, readPracticeRecord } from "./practice-record.ts";

/** What a practice folder holds; nothing else in it is ever touched. */
export const PRACTICE_NAMES = {
  record: "practice.json",
  device: "practice-stick.dd",
  known: "known",
  truth: "truth.json",
  filter: "practice.phumf",
  agency: "agency.key",
  agencyPassphrase: "agency.passphrase",
  identity: "officer.key",
  officerPublic: "officer.pub",
  passphrase: "officer.passphrase",
  certificate: "officer.cert",
  readMe: "READ-ME.txt",
} as const;

/** Where the files of a practice set lie. */
export type PracticePaths = Record<keyof typeof PRACTICE_NAMES, string>;

/** Paths of the files in a practice folder, there or not. */
export function practiceFiles(folder: string): PracticePaths {
  const paths = Object.entries(PRACTICE_NAMES).map(([what, name]) => [what, join(folder, name)]);
  return Object.fromEntries(paths) as PracticePaths;
}

const SLICE_BYTES = 1 << 20;

/** What stands in a folder: nothing, a set that can be used, or one that must be made again. */
export type FolderState = { state: "empty" | "again" } | { state: "usable"; record: PracticeRecord };

/**
 * Looks at the folder a practice set is wanted in.
 *
 * @throws {Fault} practice/not-empty where it holds something else, practice/not-a-folder.
 */
export function lookAtFolder(folder: string, at: { nowMs: number; seed: string | undefined }): FolderState {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return { state: "empty" };
  if (!there.isDirectory()) throw practiceFault("practice/not-a-folder", "Not a folder", { values: { path: folder } });
  if (readdirSync(folder).length === 0) return { state: "empty" };
  const path = join(folder, PRACTICE_NAMES.record);
  const record = existsSync(path) ? readPracticeRecord(readFileSync(path, "utf8")) : undefined;
  if (record === undefined && !existsSync(path)) {
    throw practiceFault("practice/not-empty", "The folder holds other files", { values: { path: folder } });
  }
  if (record === undefined || !isUsable(record, at)) return { state: "again" };
  const whole = Object.entries(record.files).every(
    ([name, sizeBytes]) => statSync(join(folder, name), { throwIfNoEntry: false })?.size === sizeBytes,
  );
  return whole ? { state: "usable", record } : { state: "again" };
}

/** Makes the folder ready: removes our own files of an earlier set, and only those. @throws {Fault} practice/unwritable. */
export function clearFolder(folder: string): void {
  writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    const { record, ...rest } = PRACTICE_NAMES;
    for (const name of Object.values(rest)) rmSync(join(folder, name), { recursive: true, force: true });
    rmSync(join(folder, `${PRACTICE_NAMES.filter}.work`), { recursive: true, force: true });
    mkdirSync(join(folder, PRACTICE_NAMES.known));
    return record;
  });
}

/** Writes one file of the set, for its owner alone. @returns its size. @throws {Fault} practice/unwritable. */
export function writePracticeFile(folder: string, name: string, content: Uint8Array | string): number {
  const path = join(folder, name);
  writing(path, () => writeFileSync(path, content, { mode: 0o600 }));
  return Buffer.byteLength(content);
}

/** Writes the stick's image, blank stretches as holes. @returns its size. @throws {Fault} practice/unwritable. */
export function writeImage(folder: string, image: Uint8Array): number {
  const path = join(folder, PRACTICE_NAMES.device);
  writing(path, () => {
    const file = openSync(path, "w", 0o600);
    try {
      ftruncateSync(file, image.length);
      const zeros = Buffer.alloc(SLICE_BYTES);
      for (let at = 0; at < image.length; at += SLICE_BYTES) {
        const slice = image.subarray(at, at + SLICE_BYTES);
        if (Buffer.compare(slice, zeros.subarray(0, slice.length)) === 0) continue;
        for (let done = 0; done < slice.length; ) done += writeSync(file, slice, done, slice.length - done, at + done);
      }
    } finally {
      closeSync(file);
    }
  });
  return image.length;
}

function writing(path: string, work: () => unknown): void {
  try {
    work();
  } catch (cause) {
    throw practiceFault("practice/unwritable", `Cannot write ${path}`, { values: { path }, cause });
  }
}
