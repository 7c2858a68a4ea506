import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fingerprintOf } from "#base/hashing";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import { newSigner, openSigner, type Signer } from "#base/signing/node";
import { concatBytes, seededRandom, toHex } from "#base/values";
import { type BuildOptions, type Built, buildFilter } from "./build-filter.node.ts";
import type { InputNote } from "./build-whole.node.ts";
import { openFilter } from "./filter-open.node.ts";
import type { OpenPart } from "./filter-open-part.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { openKeptHashes } from "./kept-hashes.node.ts";

// What the builder's tests share: seeded content, folders, fixed keys, an agency, one call that builds and opens again.

export const NOW_MS = Date.parse("2026-11-25T00:00:00Z");
/** Fixed keys, so that two builds can be compared. */
export const KEYS = { setKey: new Uint8Array(32).fill(7), releaseKey: new Uint8Array(32).fill(9) };
export const ABOUT: BuildOptions["about"] = {
  name: "Trial",
  agency: "Trial agency",
  category: "practice",
  release: "1",
  releasedAt: "2026-11-25T00:00:00.000Z",
  validUntil: "2026-12-25T00:00:00.000Z",
  graceUntil: "2027-01-25T00:00:00.000Z",
};
export const BLOCK = 4096;

/** Seeded noise of so many blocks, like a compressed picture's. */
export function noise(seed: string, blocks: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return new Uint8Array(Uint32Array.from({ length: blocks * 1024 }, () => random.bits32()).buffer);
}

/** The block of a content with this number. */
export function blockOf(content: Uint8Array, number: number): Uint8Array {
  return content.subarray(number * BLOCK, (number + 1) * BLOCK);
}

/** A folder of its own, removed after the test. */
export function trialFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "phum-build-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder. @returns the folder. */
export function writeFiles(folder: string, files: Record<string, Uint8Array>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

let agency: Promise<Signer> | undefined;

/** One agency for all tests of a process; its passphrase costs nothing to try. */
export function trialAgency(): Promise<Signer> {
  agency ??= newSigner("trial", { workFactor: 1 }).then(({ file }) => openSigner(file, "trial"));
  return agency;
}

/** A built filter, opened again. */
export interface Trial {
  built: Built;
  /** Notes by the file's name, as "kind" or "kind why". */
  notes: Record<string, string>;
  part: OpenPart;
  /** How many of a content's blocks are listed (both planes). */
  listed(content: Uint8Array): number;
  close(): void;
}

/** Builds with fixed keys and opens the result. */
export async function tryBuild(folder: string, options: Partial<BuildOptions> & { inputs: string[] }): Promise<Trial> {
  const out = options.out ?? join(folder, "trial.phumf");
  const signer = await trialAgency();
  const notes: Record<string, string> = {};
  const built = await buildFilter({
    about: ABOUT,
    agency: signer,
    recipients: [],
    out,
    keys: KEYS,
    ...options,
    onNote: (note) => {
      notes[note.path.toString().slice(folder.length + 1)] = noteText(note);
      options.onNote?.(note);
    },
  });
  const opener = { ageSecret: signer.ageSecret, public: { recipient: signer.recipient } };
  const filter = await openFilter(out, await unlockFilter(out, opener), NOW_MS);
  const [part] = filter.parts;
  if (part === undefined) throw new Error("the filter has no part");
  const pages = Math.ceil(part.scanBytes / 65536) + 2;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  await part.loadScanPlane(memory, 65536);
  return { built, notes, part, close: () => filter.close(), listed: (content) => countListed(part, content) };
}

function noteText(note: InputNote): string {
  if (note.kind === "link") return "link";
  return note.kind === "whole" ? `whole ${note.kept}` : `${note.kind} ${note.why}`;
}

/** Keys of fingerprints under KEYS. */
const TRIAL_KEYS = { ...deriveSetKeys(KEYS.setKey), sipKey: deriveSipKey(KEYS.releaseKey) };

function countListed(part: OpenPart, content: Uint8Array): number {
  let listed = 0;
  for (let at = 0; at + BLOCK <= content.length; at += BLOCK) {
    if (part.confirm(fingerprintOf(content.subarray(at, at + BLOCK), TRIAL_KEYS))) listed++;
  }
  return listed;
}

/** Everything in a file of kept hashes, for comparing two builds. */
export async function keptText(path: string): Promise<string> {
  const kept = await openKeptHashes(path, await trialAgency());
  try {
    const records: Uint8Array[] = [];
    const take = (bytes: Uint8Array): void => void records.push(bytes.slice());
    kept.read({ files: take, hashes: take });
    return `${JSON.stringify(kept.header)}\n${toHex(concatBytes(...records))}`;
  } finally {
    kept.close();
  }
}
