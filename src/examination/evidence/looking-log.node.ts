import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { verifySignature } from "#base/signing/node";
import { canonicalBytes, concatBytes, fromHex, toHex, utf8 } from "#base/values";
import { writeAllAt, writing } from "./durable-file.node.ts";
import { NAMES } from "./evidence-folder.node.ts";
import type { EvidenceSigner } from "./evidence-options.node.ts";
import { evidenceFault } from "./faults.ts";
import { fileLines } from "./file-lines.node.ts";
import { lockFolder } from "./folder-lock.node.ts";
import type { JournalBody } from "./journal-entry.ts";
import { type ChainedEntry, chainedLine, LINE_MAX_BYTES, readChainedLine } from "./journal-line.node.ts";

/** What can be written after a report stands; closed. */
const LOOKING_KINDS = ["look", "sharpened", "category", "note"] as const;
export type LookingKind = (typeof LOOKING_KINDS)[number];

const LABEL = utf8("phum-looking/1\n");
const LOCK = "looking.lock";
const WAIT_MS = 5000;

/** Who looked at what of a finished report, and what was noted: looking.jsonl beside it. */
export interface LookingLog {
  /** All entries, proved. @throws {Fault} report/tampered. */
  entries(): ChainedEntry[];
  /** Writes one entry, signed and synced. @param at UTC, ISO 8601. @throws {Fault} report/tampered, evidence/…. */
  append(entry: { at: string; kind: LookingKind; body: JournalBody }, signer: EvidenceSigner): ChainedEntry;
}

/**
 * The log of looks of a folder of evidence. Its chain begins with the report's digest, so that it belongs to that report alone;
 * each entry is signed by whoever did it. A torn last line is cut off at the next entry.
 *
 * @param digest SHA-256 of the report, hexadecimal.
 */
export function lookingLog(dir: string, digest: string): LookingLog {
  const path = join(dir, NAMES.looking);
  return {
    entries: () => readLooking(path, digest).entries,
    append: ({ at, kind, body }, signer) => {
      const lock = lockFolder(dir, LOCK, WAIT_MS);
      try {
        const { entries, wholeBytes } = readLooking(path, digest);
        const says = { n: entries.length, at, kind, body: { ...body, signPublic: signer.public.signPublic } };
        const previous = entries.at(-1)?.hash ?? digest;
        const signature = toHex(signer.sign(signedBytes(previous, says)));
        const { entry, line } = chainedLine({ ...says, body: { ...says.body, signature } }, previous);
        appendLine(path, line, wholeBytes);
        return entry;
      } finally {
        lock.release();
      }
    },
  };
}

function signedBytes(
  previous: string,
  { n, at, kind, body }: Pick<ChainedEntry, "n" | "at" | "kind" | "body">,
): Uint8Array {
  return concatBytes(LABEL, fromHex(previous), canonicalBytes({ n, at, kind, body }));
}

function appendLine(path: string, line: Uint8Array, wholeBytes: number): void {
  writing(path, () => {
    const fd = openSync(path, existsSync(path) ? "r+" : "wx+", 0o600);
    try {
      ftruncateSync(fd, wholeBytes);
      writeAllAt(fd, line, wholeBytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/** The entries of a log of looks, proved; none where there is no file. @throws {Fault} report/tampered. */
export function readLooking(path: string, digest: string): { entries: ChainedEntry[]; wholeBytes: number } {
  const entries: ChainedEntry[] = [];
  let wholeBytes = 0;
  if (!existsSync(path) || statSync(path).size === 0) return { entries, wholeBytes };
  for (const { bytes, ended, offsetBytes } of fileLines(path, LINE_MAX_BYTES)) {
    if (!ended) break;
    const previous = entries.at(-1)?.hash ?? digest;
    const entry = readChainedLine(bytes, entries.length, previous);
    if (entry === undefined || !isSigned(entry, previous)) {
      const place = `${NAMES.looking}, ${entries.length}`;
      throw evidenceFault("report/tampered", `The log of looks was changed: ${place}`, { place, values: { place } });
    }
    entries.push(entry);
    wholeBytes = offsetBytes + bytes.length + 1;
  }
  return { entries, wholeBytes };
}

function isSigned({ n, at, kind, body }: ChainedEntry, previous: string): boolean {
  const { signature, ...rest } = body;
  const { signPublic } = rest;
  if (!LOOKING_KINDS.some((known) => known === kind)) return false;
  if (typeof signPublic !== "string" || typeof signature !== "string" || !/^[0-9a-f]{128}$/.test(signature))
    return false;
  return (
    /^[0-9a-f]{64}$/.test(signPublic) &&
    verifySignature(signPublic, signedBytes(previous, { n, at, kind, body: rest }), fromHex(signature))
  );
}
