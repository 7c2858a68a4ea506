import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { sealFile } from "#base/signing/node";
import { canonicalBytes } from "#base/values";
import { syncFolder, writing } from "./durable-file.node.ts";
import { type ExhibitManifest, MANIFEST } from "./exhibit-manifest.ts";
import { evidenceFault } from "./faults.ts";
import { refuseInsideSource } from "./inside-source.node.ts";
import type { SignedReport } from "./report-record.ts";
import { TAR_BLOCK, type TarEntry, tarHeader, tarPadding } from "./tar-entry.ts";
import { verifyReport } from "./verify-report.node.ts";

const PIECE_BYTES = 1_048_576;
/** What of a folder of evidence goes along; not its lock and not the states of reading. */
const KEPT =
  /^(?:report\.json|report\.html|report\.pdf|journal\.jsonl|runs\.bin|annex\.age|looking\.jsonl|(?:report|annex|looking)-\d{1,6}\.(?:json|jsonl|html|pdf|age))$/;

/** A sealed exhibit, written. */
export interface SealedExhibit {
  path: string;
  sealedBytes: number;
  /** SHA-256 of the sealed file, hexadecimal. */
  digest: string;
  manifest: ExhibitManifest;
}

export interface SealOptions {
  nowMs: number;
  /** age1… besides the agency that vouches for the report's officer. */
  recipients?: readonly string[];
}

/**
 * Seals a finished, verified folder of evidence into one new file in another folder, for the agency that vouches for its officer:
 * streamed, synced, read back from the medium and compared. Nothing is written over; where it fails, no file is left.
 *
 * @param dir The folder of evidence.
 * @param folder Where the file goes, usually a stick.
 * @throws {Fault} What verifyReport throws; report/missing where the examination was interrupted, seal/no-agency, seal/read-back,
 * evidence/inside-source, evidence/no-space, evidence/rights, evidence/write, sealed/recipient.
 */
export async function sealExhibit(dir: string, folder: string, options: SealOptions): Promise<SealedExhibit> {
  const report = finishedReport(dir, options.nowMs);
  const recipients = recipientsOf(report, options.recipients ?? []);
  if (report.source.kind !== "image") refuseInsideSource(folder, report.source.place);
  const manifest = manifestOf(dir, report);
  const path = freeName(folder, report.exhibit);
  const part = `${path}.part`;
  const modified = Math.floor(Date.parse(report.clock.endedAt) / 1000);
  const fd = writing(part, () => openSync(part, "wx", 0o600));
  try {
    const written = await writeSealed(fd, { part, recipients, plain: tarBytes(dir, manifest, modified) });
    if (digestOnMedium(part) !== written.digest) {
      throw evidenceFault("seal/read-back", `${part} is not what was written`, {
        place: part,
        values: { path: folder },
      });
    }
    writing(path, () => {
      renameSync(part, path);
      syncFolder(folder);
    });
    return { path, ...written, manifest };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function finishedReport(dir: string, nowMs: number): SignedReport {
  const verification = verifyReport(dir, { trust: [], nowMs });
  if (verification.outcome !== "interrupted") return verification.report;
  throw evidenceFault("report/missing", `No finished report in ${dir}`, { place: dir, values: { path: dir } });
}

/** The agency's own key, from the certificate that the seal of the report covers. */
function recipientsOf({ seal }: SignedReport, more: readonly string[]): string[] {
  const agency = seal.certificate?.["agencyRecipient"];
  const all = [...(typeof agency === "string" ? [agency] : []), ...more];
  if (all.length > 0) return all;
  throw evidenceFault("seal/no-agency", "No agency vouches for the officer, so there is nobody to seal to");
}

function manifestOf(dir: string, report: SignedReport): ExhibitManifest {
  const names = readdirSync(dir)
    .filter((name) => KEPT.test(name))
    .sort();
  const files = names.map((name) => {
    const path = join(dir, name);
    const hash = createHash("sha256");
    for (const piece of filePieces(path)) hash.update(piece);
    return { name, sizeBytes: statSync(path).size, sha256: hash.digest("hex") };
  });
  return { format: "phum-exhibit", version: 1, exhibit: report.exhibit, digest: report.seal.digest, files };
}

/** A name for the stick that every system takes; the first that is free. */
function freeName(folder: string, exhibit: string): string {
  const plain = exhibit
    .replace(/[^\p{L}\p{M}\p{N}._-]/gu, "_")
    .slice(0, 80)
    .replace(/^\.+|\.+$/g, "_");
  for (let n = 1; ; n++) {
    const path = join(folder, `${plain}${n === 1 ? "" : `-${n}`}.phumx`);
    if (!existsSync(path) && !existsSync(`${path}.part`)) return path;
  }
}

function* filePieces(path: string): Generator<Uint8Array> {
  const fd = openSync(path, "r");
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) yield piece.subarray(0, read);
  } finally {
    closeSync(fd);
  }
}

/** The plain bytes: a tar file whose first entry says what the others are. What changed meanwhile ends it. */
function* tarBytes(dir: string, manifest: ExhibitManifest, modified: number): Generator<Uint8Array> {
  const head = canonicalBytes(manifest);
  yield* tarEntry({ name: MANIFEST, sizeBytes: head.length, modified }, [head]);
  for (const { name, sizeBytes, sha256 } of manifest.files) {
    const hash = createHash("sha256");
    yield* tarEntry({ name, sizeBytes, modified }, hashed(filePieces(join(dir, name)), hash));
    if (hash.digest("hex") !== sha256) {
      throw evidenceFault("evidence/tampered", `${name} changed while it was sealed`, {
        place: name,
        values: { place: name },
      });
    }
  }
  yield new Uint8Array(2 * TAR_BLOCK);
}

function* hashed(pieces: Iterable<Uint8Array>, hash: Hash): Generator<Uint8Array> {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

function* tarEntry(entry: TarEntry, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield tarHeader(entry);
  yield* pieces;
  yield new Uint8Array(tarPadding(entry.sizeBytes));
}

async function writeSealed(
  fd: number,
  { part, recipients, plain }: { part: string; recipients: readonly string[]; plain: Iterable<Uint8Array> },
): Promise<{ sealedBytes: number; digest: string }> {
  const hash = createHash("sha256");
  let sealedBytes = 0;
  try {
    await sealFile(plain, recipients, (bytes) => {
      hash.update(bytes);
      writing(part, () => {
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      });
      sealedBytes += bytes.length;
    });
    writing(part, () => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
  return { sealedBytes, digest: hash.digest("hex") };
}

/** Digest of a file as the medium gives it, past the system's memory of it where the system allows. */
function digestOnMedium(path: string): string {
  try {
    return digestOf(path, constants.O_RDONLY | (constants.O_DIRECT ?? 0));
  } catch {
    return digestOf(path, constants.O_RDONLY); // a file system that reads only through memory
  }
}

function digestOf(path: string, flags: number): string {
  // Reading past the memory wants a buffer at a page's border: WebAssembly gives such ones.
  const piece = new Uint8Array(new WebAssembly.Memory({ initial: PIECE_BYTES / 65_536 }).buffer);
  const hash = createHash("sha256");
  const fd = openSync(path, flags);
  try {
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(fd);
  }
  return hash.digest("hex");
}
