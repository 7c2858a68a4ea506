import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { Fault } from "#base/faults";
import { openSealed, type SealedReader, type Signer, verifySignature } from "#base/signing/node";
import { concatBytes, equalBytes } from "#base/values";
import { hashlistsFault } from "./faults.ts";
import { readStoreHeader, type StoreHeader } from "./store-header.ts";
import { STORE_MAGIC, STORE_STATEMENT } from "./store-write.node.ts";
import { RECORD_BYTES_MOST, type StoredRecord, unpackRecord } from "./stored-record.node.ts";
import { withdrawnTags } from "./withdrawn.node.ts";

const PIECE_BYTES = 1 << 20;
const SIGNATURE_BYTES = 64;
const HEADER_BYTES_MOST = 512 << 20;

/** A sealed list, opened. */
export interface HashList {
  header: StoreHeader;
  /**
   * Gives all records that the list did not take back, then proves the signature; what was given counts only when this returns.
   *
   * @throws {Fault} hashlist/store-damaged
   */
  read(take: (record: StoredRecord) => void): void;
  close(): void;
}

/**
 * Opens a list of the lab's store with the key of the agency that imported it.
 *
 * @throws {Fault} hashlist/missing, hashlist/store-damaged, hashlist/store-foreign
 */
export async function openHashList(path: string, agency: Signer): Promise<HashList> {
  if (!existsSync(path)) throw hashlistsFault("hashlist/missing", `There is no ${path}`, { values: { path } });
  const fd = openSync(path, "r");
  try {
    const readAt = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    };
    const reader = await openSealed(readAt, fstatSync(fd).size, agency.ageSecret);
    const header = headerOf(reader, path);
    if (header.signedBy !== agency.publicKey) throw foreign(path);
    return {
      header,
      read: (take) => inOurWords(path, () => readAll(reader, { header, path }, take)),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw ours(error, path);
  }
}

function headerOf(reader: SealedReader, path: string): StoreHeader {
  const lengthAt = reader.plainBytes - SIGNATURE_BYTES - 4;
  if (lengthAt < STORE_MAGIC.length) throw damaged(path);
  const length = new Uint8Array(4);
  reader.readInto(length, lengthAt);
  const headerBytes = new DataView(length.buffer).getUint32(0, true);
  const startsAt = lengthAt - headerBytes;
  if (headerBytes > HEADER_BYTES_MOST || startsAt < STORE_MAGIC.length) throw damaged(path);
  const json = new Uint8Array(headerBytes);
  reader.readInto(json, startsAt);
  const header = readStoreHeader(json);
  if (header === undefined || STORE_MAGIC.length + header.recordsBytes !== startsAt) throw damaged(path);
  return header;
}

function readAll(
  reader: SealedReader,
  { header, path }: { header: StoreHeader; path: string },
  take: (record: StoredRecord) => void,
): void {
  const digest = createHash("sha256");
  const isTakenBack = withdrawnTags(header.withdrawn);
  const end = STORE_MAGIC.length + header.recordsBytes;
  const magic = new Uint8Array(STORE_MAGIC.length);
  reader.readInto(magic, 0);
  if (!equalBytes(magic, STORE_MAGIC)) throw damaged(path);
  digest.update(magic);
  const buffer = Buffer.alloc(PIECE_BYTES + RECORD_BYTES_MOST);
  let [held, count] = [0, 0];
  for (let from = magic.length; from < end; ) {
    const piece = buffer.subarray(held, Math.min(held + PIECE_BYTES, held + end - from));
    reader.readInto(piece, from);
    digest.update(piece);
    from += piece.length;
    const filled = buffer.subarray(0, held + piece.length);
    let at = 0;
    // The last records of a piece may go on in the next.
    while (at < filled.length && (from === end || filled.length - at >= RECORD_BYTES_MOST)) {
      const found = unpackRecord(filled, at);
      if (found === undefined || header.groups[found.record.group] === undefined) throw damaged(path);
      at = found.next;
      count++;
      if (!isTakenBack(found.record)) take(found.record);
    }
    held = filled.length - at;
    buffer.copyWithin(0, at, filled.length);
  }
  const tail = new Uint8Array(reader.plainBytes - SIGNATURE_BYTES - end);
  reader.readInto(tail, end);
  const signature = new Uint8Array(SIGNATURE_BYTES);
  reader.readInto(signature, reader.plainBytes - SIGNATURE_BYTES);
  const statement = concatBytes(STORE_STATEMENT, digest.update(tail).digest());
  if (!verifySignature(header.signedBy, statement, signature) || count !== header.records) throw damaged(path);
}

function inOurWords(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw ours(error, path);
  }
}

function ours(error: unknown, path: string): unknown {
  if (!(error instanceof Fault) || !error.code.startsWith("sealed/")) return error;
  return error.code === "sealed/not-a-recipient" ? foreign(path, error) : damaged(path, error);
}

function damaged(path: string, cause?: unknown): Fault {
  return hashlistsFault("hashlist/store-damaged", `${path} is damaged or no sealed list`, { values: { path }, cause });
}

function foreign(path: string, cause?: unknown): Fault {
  return hashlistsFault("hashlist/store-foreign", `${path} is sealed to another agency`, { values: { path }, cause });
}
