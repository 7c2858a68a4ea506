import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { Fault } from "#base/faults";
import { openSealed, type SealedReader, type Signer, sealFile, verifySignature } from "#base/signing/node";
import { concatBytes, fromHex } from "#base/values";
import { DIGESTS_BYTES } from "./build-whole.node.ts";
import { writeFault, writeWhole } from "./build-write.node.ts";
import { filtersFault } from "./faults.ts";
import {
  decodeKeptHeader,
  encodeKeptHeader,
  KEPT_HEAD_BYTES,
  KEPT_STATEMENT,
  type KeptHeader,
  keptHeaderBytes,
} from "./kept-hashes.ts";

const PIECE_BYTES = 1 << 20;
const HASH_BYTES = 16;
const SIGNATURE_BYTES = 64;

/**
 * Writes kept hashes, sealed to the agency itself: who holds its key, and nobody else, can renew the release.
 *
 * @param parts Files with the records of whole files and with the block hashes.
 * @throws {Fault} filter/disk-full, filter/unwritable.
 */
export async function writeKeptHashes(
  out: string,
  { header, parts, agency }: { header: KeptHeader; parts: readonly string[]; agency: Signer },
): Promise<void> {
  const fresh = `${out}.part`;
  let fd: number;
  try {
    fd = openSync(fresh, "w", 0o600);
  } catch (cause) {
    throw writeFault(out, cause);
  }
  try {
    await sealFile(plainPieces(header, parts, agency), [agency.recipient], (bytes) => writeWhole(fd, bytes, out));
    fsyncSync(fd);
    closeSync(fd);
    renameSync(fresh, out);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function* plainPieces(header: KeptHeader, parts: readonly string[], agency: Signer): Generator<Uint8Array> {
  const digest = createHash("sha256");
  const signed = (bytes: Uint8Array): Uint8Array => {
    digest.update(bytes);
    return bytes;
  };
  yield signed(encodeKeptHeader(header));
  for (const part of parts) {
    const fd = openSync(part, "r");
    try {
      const piece = new Uint8Array(PIECE_BYTES);
      for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) yield signed(piece.subarray(0, read));
    } finally {
      closeSync(fd);
    }
  }
  yield agency.sign(concatBytes(KEPT_STATEMENT, digest.digest()));
}

/** Who takes the records, in this order. */
export interface KeptTaker {
  files(records: Uint8Array): void;
  hashes(records: Uint8Array): void;
  likeness?(bytes: Uint8Array): void;
}

/** Kept hashes, opened. */
export interface KeptHashes {
  header: KeptHeader;
  /** The key the block hashes were made with, 32 bytes. */
  setKey(): Uint8Array;
  /**
   * Gives all records in order, then proves the signature; what was given counts only when this returns.
   *
   * @throws {Fault} filter/kept-damaged.
   */
  read(take: KeptTaker): void;
  close(): void;
}

/**
 * Opens kept hashes with the key of the agency that made them.
 *
 * @throws {Fault} filter/missing, filter/kept-damaged, filter/kept-foreign (sealed to another agency).
 */
export async function openKeptHashes(path: string, agency: Signer): Promise<KeptHashes> {
  if (!existsSync(path)) throw filtersFault("filter/missing", `There is no ${path}`, { values: { place: path } });
  const fd = openSync(path, "r");
  try {
    const readAt = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    };
    const reader = await openSealed(readAt, fstatSync(fd).size, agency.ageSecret);
    const { header, startsAt } = readHeader(reader, path);
    if (header.signedBy !== agency.publicKey) throw foreign(path);
    const setKey = (): Uint8Array => fromHex(header.setKey);
    return {
      header,
      setKey,
      close: () => closeSync(fd),
      read: (take) => readAll(reader, { header, startsAt, path }, take),
    };
  } catch (error) {
    closeSync(fd);
    throw error instanceof Fault ? ours(error, path) : error;
  }
}

function readHeader(reader: SealedReader, path: string): { header: KeptHeader; startsAt: number } {
  const head = new Uint8Array(KEPT_HEAD_BYTES);
  if (reader.plainBytes < head.length) throw damaged(path);
  reader.readInto(head, 0);
  const length = keptHeaderBytes(head);
  if (length === undefined || KEPT_HEAD_BYTES + length > reader.plainBytes) throw damaged(path);
  const json = new Uint8Array(length);
  reader.readInto(json, KEPT_HEAD_BYTES);
  const header = decodeKeptHeader(json);
  const startsAt = KEPT_HEAD_BYTES + length;
  if (header === undefined) throw damaged(path);
  const recordBytes = header.files * DIGESTS_BYTES + header.hashes * HASH_BYTES + (header.likenessBytes ?? 0);
  if (startsAt + recordBytes + SIGNATURE_BYTES !== reader.plainBytes) throw damaged(path);
  return { header, startsAt };
}

function readAll(
  reader: SealedReader,
  { header, startsAt, path }: { header: KeptHeader; startsAt: number; path: string },
  take: KeptTaker,
): void {
  const digest = createHash("sha256").update(encodeKeptHeader(header));
  let at = startsAt;
  const pass = (length: number, recordBytes: number, onto: (records: Uint8Array) => void): void => {
    const step = PIECE_BYTES - (PIECE_BYTES % recordBytes);
    const piece = new Uint8Array(step);
    for (let left = length; left > 0; left -= step) {
      const records = piece.subarray(0, Math.min(step, left));
      try {
        reader.readInto(records, at);
      } catch (error) {
        throw error instanceof Fault ? ours(error, path) : error;
      }
      digest.update(records);
      onto(records);
      at += records.length;
    }
  };
  pass(header.files * DIGESTS_BYTES, DIGESTS_BYTES, take.files);
  pass(header.hashes * HASH_BYTES, HASH_BYTES, take.hashes);
  pass(header.likenessBytes ?? 0, 1, (bytes) => take.likeness?.(bytes));
  const signature = new Uint8Array(SIGNATURE_BYTES);
  reader.readInto(signature, at);
  const statement = concatBytes(KEPT_STATEMENT, digest.digest());
  if (!verifySignature(header.signedBy, statement, signature)) throw damaged(path);
}

function ours(fault: Fault, path: string): Fault {
  if (fault.code === "sealed/not-a-recipient") return foreign(path, fault);
  return fault.code.startsWith("sealed/") ? damaged(path, fault) : fault;
}

function damaged(path: string, cause?: unknown): Fault {
  return filtersFault("filter/kept-damaged", `${path} is damaged or no file of kept hashes`, {
    values: { path },
    cause,
  });
}

function foreign(path: string, cause?: unknown): Fault {
  return filtersFault("filter/kept-foreign", `${path} is sealed to another agency`, { values: { path }, cause });
}
