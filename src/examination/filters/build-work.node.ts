import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSealed, type Signer, sealFile } from "#base/signing/node";
import { canonicalBytes, canonicalText, concatBytes, fromHex, toHex } from "#base/values";
import { fileId } from "./build-walk.node.ts";
import { replaceFile, writeFault } from "./build-write.node.ts";
import { filtersFault } from "./faults.ts";
import type { LikenessWish } from "./likeness-wish.ts";
import type { DigestWish } from "./list-section.ts";

/** What decides whether an interrupted build can go on. */
export interface WorkSettings {
  inputs: string[];
  knownGood: string[];
  rules: boolean;
  maxBlocks: number;
  /** Lists of perceptual fingerprints; absent: none. */
  likeness?: LikenessWish;
  /** Sealed lists of whole-file digests; absent: none. */
  digests?: readonly DigestWish[];
}

/** How far the reading is. Everything behind the lengths is cut off when it goes on. */
interface Checkpoint {
  /** Inputs finished, in the order of inputs.jsonl. */
  finished: number;
  filesBytes: number;
  blocksBytes: number;
  knownBytes: number;
}

/** The keys of the build, 32 bytes each. */
export interface BuildKeys {
  setKey: Uint8Array;
  releaseKey: Uint8Array;
}

/** The folder beside the filter file in which a build keeps what it has, until it is done. */
export interface WorkFolder {
  path(name: WorkFile): string;
  keys: BuildKeys;
  /** Present where an earlier run of the same build was interrupted while reading. */
  checkpoint: Checkpoint | undefined;
  save(checkpoint: Checkpoint): void;
  /** "dev:ino" of the folder. */
  id: string;
  /** Gives the folder up; what is in it stays. */
  close(): void;
  remove(): void;
}
type WorkFile =
  | "inputs.jsonl"
  | "files.jsonl"
  | "blocks.spill"
  | "known.spill"
  | "pairs.spill"
  | "listed.keys"
  | "kept.hashes"
  | "whole.digests"
  | "likeness.jsonl"
  | "likeness.set"
  | "lists.spill"
  | "lists.tables";

/** Version of everything in the folder; another version does not resume. */
const WORK_VERSION = 1;

/**
 * Opens the work folder of a build, or makes it. The keys lie in it sealed to the agency's key; block hashes lie in it open.
 *
 * @param given Keys to use instead of fresh ones; an interrupted build goes on only with the same.
 * @throws {Fault} filter/work-in-use, filter/work-differs, filter/unwritable, filter/disk-full.
 */
export async function openWork(
  folder: string,
  settings: WorkSettings,
  { agency, given }: { agency: Signer; given?: Partial<BuildKeys> | undefined },
): Promise<WorkFolder> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw writeFault(folder, cause);
  }
  lock(folder);
  try {
    const checkpoint = readCheckpoint(folder, settings);
    const keys = await openKeys(folder, agency, checkpoint === undefined ? given : undefined);
    if (given?.setKey !== undefined && toHex(given.setKey) !== toHex(keys.setKey)) throw differs(folder);
    return {
      keys,
      checkpoint,
      path: (name) => join(folder, name),
      save: (reached) => replaceFile(join(folder, "checkpoint.json"), canonicalBytes(reached)),
      id: fileId(statSync(folder, { bigint: true })),
      close: () => rmSync(join(folder, "lock"), { force: true }),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    rmSync(join(folder, "lock"), { force: true });
    throw error;
  }
}

function lock(folder: string): void {
  const path = join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return;
    } catch (cause) {
      if (!existsSync(path)) throw writeFault(path, cause);
      if (isRunning(Number(readFileSync(path, "utf8")))) break;
      rmSync(path, { force: true });
    }
  }
  throw filtersFault("filter/work-in-use", `Another build uses ${folder}`, { values: { path: folder } });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The checkpoint of an interrupted build with these settings; a folder without one is begun anew. */
function readCheckpoint(folder: string, settings: WorkSettings): Checkpoint | undefined {
  const settingsPath = join(folder, "settings.json");
  const checkpointPath = join(folder, "checkpoint.json");
  const { maxBlocks, ...fixed } = settings;
  const wanted = canonicalText({ version: WORK_VERSION, ...fixed });
  if (existsSync(settingsPath) && existsSync(checkpointPath)) {
    const { maxBlocks: had, ...other } = JSON.parse(readFileSync(settingsPath, "utf8")) as WorkSettings;
    // A smaller limit takes fewer of the runs that were written down; a larger one would need others.
    if (canonicalText(other) !== wanted || maxBlocks > had) throw differs(folder);
    return JSON.parse(readFileSync(checkpointPath, "utf8")) as Checkpoint;
  }
  rmSync(checkpointPath, { force: true });
  replaceFile(settingsPath, canonicalBytes({ version: WORK_VERSION, ...fixed, maxBlocks }));
  return undefined;
}

function differs(folder: string): Error {
  return filtersFault("filter/work-differs", `${folder} belongs to another build`, { values: { path: folder } });
}

async function openKeys(folder: string, agency: Signer, given: Partial<BuildKeys> | undefined): Promise<BuildKeys> {
  const path = join(folder, "keys.sealed");
  if (given === undefined && existsSync(path)) {
    const sealed = Uint8Array.from(readFileSync(path));
    const readAt = (offset: number, length: number): Uint8Array => sealed.subarray(offset, offset + length);
    const reader = await openSealed(readAt, sealed.length, agency.ageSecret);
    const plain = new Uint8Array(reader.plainBytes);
    reader.readInto(plain, 0);
    const { setKey, releaseKey } = JSON.parse(new TextDecoder().decode(plain)) as {
      setKey: string;
      releaseKey: string;
    };
    return { setKey: fromHex(setKey), releaseKey: fromHex(releaseKey) };
  }
  const fresh = (): Uint8Array => Uint8Array.from(randomBytes(32));
  const keys = { setKey: given?.setKey ?? fresh(), releaseKey: given?.releaseKey ?? fresh() };
  const parts: Uint8Array[] = [];
  const plain = canonicalBytes({ setKey: toHex(keys.setKey), releaseKey: toHex(keys.releaseKey) });
  await sealFile([plain], [agency.recipient], (bytes) => void parts.push(bytes));
  replaceFile(path, concatBytes(...parts));
  return keys;
}
