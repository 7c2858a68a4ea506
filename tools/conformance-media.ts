// The images of a manifest as files: checks each file against its digest and unpacks zip, gzip and tar (also GNU sparse)
// into a folder. For tools/conformance.ts; its input is trusted test material, not evidence.
import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";

/** What is known of one medium. */
export interface Truth {
  media_md5: string;
  media_sha256: string;
  volume_system: string;
  filesystems: { offset_sectors: number; fs: string }[];
  alloc_file_names: number;
  deleted_names: number;
  dfxml?: string;
}

/** One line of manifest.jsonl. */
export interface ManifestLine {
  file: string;
  sha256: string;
  format: string;
  has: string;
  truth?: Truth | null;
  members?: { name: string; truth: Truth }[];
  segments?: { file: string; sha256: string }[];
  negative?: string;
  published_expectations?: Record<string, unknown>;
}

/** One medium to be read. */
export interface TestMedium {
  line: ManifestLine;
  name: string;
  path: string;
  truth: Truth | null;
  /** Whether all files have the digest of the manifest. */
  intact: boolean;
}

/** The lines of a manifest. */
export function readManifest(folder: string): ManifestLine[] {
  const text = readFileSync(join(folder, "manifest.jsonl"), "utf8");
  return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as ManifestLine]));
}

/** The media of one line, unpacked below `work` where they are packed. */
export function mediaOf(line: ManifestLine, { folder, work }: { folder: string; work: string }): TestMedium[] {
  const bytes = readFileSync(join(folder, line.file));
  const files = [{ file: line.file, sha256: line.sha256 }, ...(line.segments ?? [])];
  const intact = files.every(({ file, sha256 }) => digest(readFileSync(join(folder, file))) === sha256);
  const members = unpack(line.file, bytes);
  if (members === null) {
    const path = join(folder, line.file);
    return [{ line, name: basename(line.file), path, truth: line.truth ?? null, intact }];
  }
  const known = new Map(line.members?.map(({ name, truth }) => [basename(name), truth]));
  return members
    .filter(({ name }) => known.size === 0 || known.has(basename(name)))
    .map(({ name, write }) => {
      const path = join(work, basename(line.file), basename(name));
      mkdirSync(dirname(path), { recursive: true });
      write(path);
      return { line, name: basename(name), path, truth: known.get(basename(name)) ?? line.truth ?? null, intact };
    });
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

interface Member {
  name: string;
  write(path: string): void;
}

/** Members of an archive by its own signature; null where the file is none. */
function unpack(file: string, bytes: Buffer): Member[] | null {
  if (bytes.readUInt32LE(0) === 0x04034b50) return zipMembers(bytes);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const plain = gunzipSync(bytes);
    const name = basename(file).replace(/\.gz$/, "");
    return isTar(plain) ? tarMembers(plain) : [{ name, write: (path) => writeFileSync(path, plain) }];
  }
  return isTar(bytes) ? tarMembers(bytes) : null;
}

function isTar(bytes: Buffer): boolean {
  return bytes.toString("latin1", 257, 262) === "ustar";
}

/** @see PKWARE APPNOTE 4.3: central directory at the end */
function zipMembers(bytes: Buffer): Member[] {
  const end = bytes.lastIndexOf("PK\x05\x06", bytes.length, "latin1");
  const members: Member[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, nameLength, local] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const stored = bytes.readUInt16LE(at + 10) === 0;
    const dataAt = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(dataAt, dataAt + packed);
    if (!name.endsWith("/"))
      members.push({ name, write: (path) => writeFileSync(path, stored ? body : inflateRawSync(body)) });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return members;
}

/** @see GNU tar manual, "Basic Tar Format" and its old sparse form: type "S", a map of pieces in the header */
function tarMembers(bytes: Buffer): Member[] {
  const octal = (at: number): number => {
    // Numbers too large for 11 digits are binary, marked by the highest bit.
    if (((bytes[at] ?? 0) & 0x80) !== 0) return Number(bytes.readBigUInt64BE(at + 4));
    return Number.parseInt(bytes.toString("latin1", at, at + 12), 8) || 0;
  };
  const members: Member[] = [];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const [header, size, type] = [at, octal(at + 124), bytes.toString("latin1", at + 156, at + 157)];
    const name = bytes.toString("latin1", at, at + 100).replace(/\0.*$/s, "");
    let dataAt = at + 512;
    const pieces: { at: number; length: number }[] = [];
    const addPieces = (from: number, count: number): void => {
      for (let i = 0; i < count; i++) pieces.push({ at: octal(from + i * 24), length: octal(from + i * 24 + 12) });
    };
    let sizeBytes = size;
    if (type === "S") {
      addPieces(header + 386, 4);
      sizeBytes = octal(header + 483);
      for (let more = bytes[header + 482] === 1; more; dataAt += 512) {
        addPieces(dataAt, 21);
        more = bytes[dataAt + 504] === 1;
      }
    } else pieces.push({ at: 0, length: size });
    const body = bytes.subarray(dataAt, dataAt + size);
    if (type === "S" || type === "0" || type === "\0")
      members.push({ name, write: (path) => writePieces(path, { body, pieces, sizeBytes }) });
    at = dataAt + Math.ceil(size / 512) * 512;
  }
  return members;
}

interface Pieces {
  body: Buffer;
  pieces: { at: number; length: number }[];
  sizeBytes: number;
}

function writePieces(path: string, { body, pieces, sizeBytes }: Pieces): void {
  const fd = openSync(path, "w");
  let from = 0;
  for (const { at, length } of pieces) {
    if (length > 0) writeSync(fd, body, from, length, at);
    from += length;
  }
  ftruncateSync(fd, sizeBytes);
  closeSync(fd);
}
