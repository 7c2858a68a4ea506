import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openSealed, type SealedReader } from "#base/signing/node";
import { canonicalBytes, equalBytes } from "#base/values";
import { boundedJson } from "./bounded-json.ts";
import { writeAllAt, writing } from "./durable-file.node.ts";
import { type ExhibitManifest, MANIFEST, MANIFEST_MAX_BYTES, manifestShape } from "./exhibit-manifest.ts";
import { evidenceFault } from "./faults.ts";
import { readTarHeader, TAR_BLOCK, type TarEntry, tarPadding } from "./tar-entry.ts";

const PIECE_BYTES = 1_048_576;

/**
 * Opens a sealed exhibit into a new folder: every file has the size and the digest that the first entry says, in its order, and
 * nothing follows. Where that fails, no folder is left. Verify the folder afterwards: the seal says who may read, not who wrote.
 *
 * @param out The folder to make; it must not be there.
 * @throws {Fault} seal/format, seal/version, report/unreadable, report/exists, sealed/…, evidence/no-space, evidence/rights, evidence/write.
 */
export async function openExhibit(path: string, ageSecret: string, out: string): Promise<ExhibitManifest> {
  const fd = openFile(path);
  try {
    const readAt = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    };
    return unpackExhibit(await openSealed(readAt, fstatSync(fd).size, ageSecret), out);
  } finally {
    closeSync(fd);
  }
}

/** The plain bytes of a sealed exhibit, written into a new folder. @throws {Fault} As openExhibit does, but for its envelope. */
export function unpackExhibit(reader: SealedReader, out: string): ExhibitManifest {
  const { manifest, plainOffset } = readManifest(reader);
  makeNewFolder(out);
  const made: string[] = [];
  try {
    writeFiles(reader, { manifest, plainOffset, out, made });
  } catch (error) {
    for (const name of made) rmSync(name, { force: true });
    rmdirSync(out);
    throw error;
  }
  return manifest;
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const error = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw evidenceFault("report/unreadable", `Cannot read ${path}`, { place: path, values: { path, error }, cause });
  }
}

function makeNewFolder(out: string): void {
  try {
    mkdirSync(out, { mode: 0o700 });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") {
      throw evidenceFault("report/exists", `${out} is there`, { place: out, values: { path: out }, cause });
    }
    writing(out, () => {
      throw cause;
    });
  }
}

function readManifest(reader: SealedReader): { manifest: ExhibitManifest; plainOffset: number } {
  const entry = headerAt(reader, 0);
  if (entry.name !== MANIFEST || entry.sizeBytes > MANIFEST_MAX_BYTES) throw damaged(MANIFEST);
  const bytes = bytesAt(reader, TAR_BLOCK, entry.sizeBytes);
  return { manifest: checkedManifest(bytes), plainOffset: endOf(reader, TAR_BLOCK, entry.sizeBytes) };
}

/** @throws {Fault} seal/format, seal/version. */
function checkedManifest(bytes: Uint8Array): ExhibitManifest {
  try {
    const value = boundedJson(bytes, MANIFEST_MAX_BYTES);
    const { format, version } = (value ?? {}) as Partial<Record<string, unknown>>;
    if (format === "phum-exhibit" && typeof version === "number" && version > 1) {
      throw evidenceFault("seal/version", `The sealed exhibit has version ${version}; this Phum reads version 1`);
    }
    const manifest = manifestShape.check(value, "");
    const names = manifest.files.map(({ name }) => name);
    const ordered = names.every((name, i) => i === 0 || name > (names[i - 1] ?? ""));
    if (!ordered || !equalBytes(canonicalBytes(manifest), bytes)) throw damaged(MANIFEST);
    return manifest;
  } catch (error) {
    if (error instanceof Error && error.name === "ShapeError") throw damaged(MANIFEST, error);
    throw error;
  }
}

interface Writing {
  manifest: ExhibitManifest;
  plainOffset: number;
  out: string;
  /** Paths of the files made so far. */
  made: string[];
}

function writeFiles(reader: SealedReader, { manifest, plainOffset, out, made }: Writing): void {
  let at = plainOffset;
  for (const { name, sizeBytes, sha256 } of manifest.files) {
    const entry = headerAt(reader, at);
    if (entry.name !== name || entry.sizeBytes !== sizeBytes) throw damaged(name);
    const path = join(out, name);
    const fd = writing(path, () => openSync(path, "wx", 0o600));
    made.push(path);
    try {
      if (copy(reader, { from: at + TAR_BLOCK, sizeBytes, fd, path }) !== sha256) throw damaged(name);
      writing(path, () => fsyncSync(fd));
    } finally {
      closeSync(fd);
    }
    at = endOf(reader, at + TAR_BLOCK, sizeBytes);
  }
  const rest = bytesAt(reader, at, 2 * TAR_BLOCK);
  if (at + rest.length !== reader.plainBytes || rest.some((byte) => byte !== 0)) throw damaged("end");
}

/** @returns SHA-256 of what was copied. */
function copy(
  reader: SealedReader,
  { from, sizeBytes, fd, path }: { from: number; sizeBytes: number; fd: number; path: string },
): string {
  if (from + sizeBytes > reader.plainBytes) throw damaged(path);
  const hash = createHash("sha256");
  for (let done = 0; done < sizeBytes; done += PIECE_BYTES) {
    const piece = bytesAt(reader, from + done, Math.min(PIECE_BYTES, sizeBytes - done));
    hash.update(piece);
    writing(path, () => writeAllAt(fd, piece, done));
  }
  return hash.digest("hex");
}

function headerAt(reader: SealedReader, at: number): TarEntry {
  const entry = readTarHeader(bytesAt(reader, at, TAR_BLOCK));
  if (entry === undefined) throw damaged(`byte ${at}`);
  return entry;
}

/** Where the next entry begins; what fills the last block must be zero. */
function endOf(reader: SealedReader, from: number, sizeBytes: number): number {
  const padding = bytesAt(reader, from + sizeBytes, tarPadding(sizeBytes));
  if (padding.some((byte) => byte !== 0)) throw damaged(`byte ${from + sizeBytes}`);
  return from + sizeBytes + padding.length;
}

function bytesAt(reader: SealedReader, at: number, length: number): Uint8Array {
  if (at + length > reader.plainBytes) throw damaged("end");
  const bytes = new Uint8Array(length);
  reader.readInto(bytes, at);
  return bytes;
}

function damaged(place: string, cause?: unknown): Error {
  return evidenceFault("seal/format", `Not a sealed exhibit as Phum writes it: ${place}`, { values: { place }, cause });
}
