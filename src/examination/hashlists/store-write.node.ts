import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { Fault } from "#base/faults";
import { beginSealing, continueSealing, type Sealing, type Signer } from "#base/signing/node";
import { canonicalBytes, concatBytes, utf8 } from "#base/values";
import { hashlistsFault } from "./faults.ts";
import { dropPart, type KeptPart, keepPart, type PartState, partPaths } from "./import-part.node.ts";
import type { ListRecord } from "./list-record.ts";
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
  /** Vouches for everything added so far: startStore() can go on from here in another process. */
  keep(reached: Pick<PartState, "asked" | "mark" | "tally">): Promise<void>;
  /** Signs, seals to the end and takes the place. */
  finish(headerOf: (recordsBytes: number) => StoreHeader): void;
  /** Ends the writing; what was kept stands, if anything was. */
  leave(): void;
  /** Takes what was written away. */
  discard(): void;
}

/**
 * Begins a sealed list, or goes on with one: it can be opened by the agency alone, and stands in its place only when whole.
 *
 * @throws {Fault} hashlist/unwritable; with `kept`, sealed/* too: then what was left cannot be gone on with.
 */
export async function startStore(path: string, agency: Signer, kept?: KeptPart): Promise<StoreWriter> {
  const fresh = partPaths(path).part;
  const fd = orFault(path, () => openSync(fresh, kept === undefined ? "w" : "r+", 0o600));
  let end = kept?.state.sealedBytes ?? 0;
  const sink = (bytes: Uint8Array): void => {
    orFault(path, () => {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, end + done);
    });
    end += bytes.length;
  };
  try {
    const digest = createHash("sha256");
    const sealing =
      kept === undefined
        ? await beginSealing([agency.recipient], sink)
        : await goOn(fd, kept, { digest, agency, sink });
    const packer = recordPacker({ sealing, digest, recordsBytes: kept?.state.recordsBytes });
    return storeWriter({ path, fd, agency, sealing, packer, digest, isKept: kept !== undefined });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Opens what was sealed before, up to where it counts, and cuts off what stands behind. */
async function goOn(
  fd: number,
  { state, held }: KeptPart,
  { digest, agency, sink }: { digest: Hash; agency: Signer; sink(bytes: Uint8Array): void },
): Promise<Sealing> {
  const { sealedBytes, plainSha256 } = state;
  if (fstatSync(fd).size < sealedBytes) throw new RangeError("Cannot go on: what was sealed is shorter than was said");
  const readAt = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
  };
  const to = { plain: (bytes: Uint8Array) => void digest.update(bytes), sink };
  const sealing = await continueSealing({ readAt, sealedBytes, held }, agency.ageSecret, to);
  if (digest.copy().digest("hex") !== plainSha256) throw new RangeError("Cannot go on: another list was sealed");
  ftruncateSync(fd, sealedBytes);
  return sealing;
}

interface Writing {
  path: string;
  fd: number;
  agency: Signer;
  sealing: Sealing;
  packer: RecordPacker;
  digest: Hash;
  isKept: boolean;
}

function storeWriter({ path, fd, agency, sealing, packer, digest, isKept }: Writing): StoreWriter {
  let [open, kept] = [true, isKept];
  const close = (): void => {
    if (open) closeSync(fd);
    open = false;
  };
  return {
    add: packer.add,
    async keep(reached) {
      const recordsBytes = packer.flush();
      orFault(path, () => fsyncSync(fd));
      const plainSha256 = digest.copy().digest("hex");
      const about = { format: "phum-hash-list-part", version: 1, recordsBytes, plainSha256 } as const;
      const state = { ...about, ...reached, sealedBytes: sealing.sealedBytes };
      try {
        await keepPart(path, { state, held: sealing.held() }, agency);
        kept = true;
      } catch (cause) {
        throw unwritable(path, cause);
      }
    },
    finish(headerOf) {
      const recordsBytes = packer.flush();
      const json = canonicalBytes(headerOf(recordsBytes));
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, json.length, true);
      const tail = concatBytes(json, length);
      sealing.add(tail);
      sealing.add(agency.sign(concatBytes(STORE_STATEMENT, digest.update(tail).digest())));
      sealing.end();
      orFault(path, () => {
        fsyncSync(fd);
        close();
        renameSync(partPaths(path).part, path);
      });
      dropPart(path);
    },
    leave() {
      close();
      if (!kept) dropPart(path);
    },
    discard() {
      close();
      dropPart(path);
    },
  };
}

interface RecordPacker {
  add(record: ListRecord, group: number): void;
  /** @returns bytes of all records so far. */
  flush(): number;
}

function recordPacker({
  sealing,
  digest,
  recordsBytes,
}: {
  sealing: Sealing;
  digest: Hash;
  recordsBytes: number | undefined;
}): RecordPacker {
  const give = (bytes: Uint8Array): void => {
    digest.update(bytes);
    sealing.add(bytes);
  };
  if (recordsBytes === undefined) give(STORE_MAGIC);
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES + RECORD_BYTES_MOST);
  let [at, total] = [0, recordsBytes ?? 0];
  const flush = (): number => {
    give(buffer.subarray(0, at));
    total += at;
    at = 0;
    return total;
  };
  return {
    flush,
    add(record, group) {
      at = packRecord(buffer, at, { record, group });
      if (at >= PIECE_BYTES) flush();
    },
  };
}

function orFault<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): unknown {
  if (cause instanceof Fault) return cause;
  return hashlistsFault("hashlist/unwritable", `Cannot write ${path}: ${cause}`, { values: { path }, cause });
}
