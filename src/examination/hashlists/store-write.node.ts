import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type Signer, sealFile } from "#base/signing/node";
import { canonicalBytes, concatBytes, utf8 } from "#base/values";
import { hashlistsFault } from "./faults.ts";
import type { ListRecord } from "./list-record.ts";
import { type PieceQueue, pieceQueue } from "./piece-queue.node.ts";
import type { StoreHeader } from "./store-header.ts";
import { packRecord, RECORD_BYTES_MOST } from "./stored-record.node.ts";

/** In front of the records. */
export const STORE_MAGIC = utf8("phum-hash-list/1");
/** What the agency signs, before SHA-256 of everything in front of the signature. */
export const STORE_STATEMENT = utf8("phum-hash-list/1\0");
const PIECE_BYTES = 1 << 18;

/** A sealed list being written beside its place. */
export interface StoreWriter {
  add(record: ListRecord, group: number): void;
  drained(): Promise<void> | undefined;
  /** Signs, seals to the end and takes the place. @returns the length of the records. */
  finish(headerOf: (recordsBytes: number) => StoreHeader): Promise<void>;
  /** Takes what was written away. */
  discard(): Promise<void>;
}

/**
 * Begins a sealed list: it can be opened by the agency alone, and stands in its place only when whole.
 *
 * @throws {Fault} hashlist/unwritable
 */
export function startStore(path: string, agency: Signer): StoreWriter {
  const fresh = `${path}.part`;
  const fd = orFault(path, () => openSync(fresh, "w", 0o600));
  const queue = pieceQueue();
  const sealing = sealFile(queue, [agency.recipient], (bytes) => writeAll(fd, bytes, path));
  sealing.catch(() => undefined); // told by finish()
  const packer = recordPacker(queue);
  let broken: unknown;
  sealing.catch((error) => {
    broken = error;
  });
  return {
    add: packer.add,
    drained: () => {
      if (broken !== undefined) throw broken;
      return queue.drained();
    },
    async finish(headerOf) {
      const recordsBytes = packer.flush();
      const json = canonicalBytes(headerOf(recordsBytes));
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, json.length, true);
      const tail = concatBytes(json, length);
      queue.push(tail);
      queue.push(agency.sign(concatBytes(STORE_STATEMENT, packer.digest.update(tail).digest())));
      queue.end();
      await sealing;
      orFault(path, () => {
        fsyncSync(fd);
        closeSync(fd);
        renameSync(fresh, path);
      });
    },
    async discard() {
      queue.fail(new Error("discarded"));
      await sealing.catch(() => undefined);
      closeSync(fd);
      rmSync(fresh, { force: true });
    },
  };
}

function recordPacker(queue: PieceQueue): {
  digest: Hash;
  add(record: ListRecord, group: number): void;
  flush(): number;
} {
  const digest = createHash("sha256").update(STORE_MAGIC);
  queue.push(STORE_MAGIC);
  let buffer = Buffer.allocUnsafeSlow(PIECE_BYTES + RECORD_BYTES_MOST);
  let [at, total] = [0, 0];
  const flush = (): number => {
    const piece = buffer.subarray(0, at);
    if (at > 0) {
      digest.update(piece);
      queue.push(piece);
      buffer = Buffer.allocUnsafeSlow(PIECE_BYTES + RECORD_BYTES_MOST);
    }
    total += at;
    at = 0;
    return total;
  };
  return {
    digest,
    flush,
    add(record, group) {
      at = packRecord(buffer, at, { record, group });
      if (at >= PIECE_BYTES) flush();
    },
  };
}

function writeAll(fd: number, bytes: Uint8Array, path: string): void {
  orFault(path, () => {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  });
}

function orFault<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw hashlistsFault("hashlist/unwritable", `Cannot write ${path}: ${cause}`, { values: { path }, cause });
  }
}
