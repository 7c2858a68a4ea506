import { randomBytes } from "node:crypto";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { openHeader, type ReadAt, readHeader, sealHeader } from "./age-header.node.ts";
import { CHUNK_BYTES, NONCE_BYTES, openChunk, payloadKey, sealChunk, TAG_BYTES } from "./chunk-cipher.node.ts";
import { signingFault } from "./faults.ts";

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

/** A sealed file, opened: its plain bytes from any place. */
export interface SealedReader {
  plainBytes: number;
  /**
   * Fills `target` with the plain bytes from `plainOffset`; every 64 KiB chunk is authenticated before a byte of it is given.
   *
   * @throws {Fault} sealed/tampered, sealed/truncated.
   * @throws {RangeError} When the range does not lie inside the plain bytes.
   */
  readInto(target: Uint8Array, plainOffset: number): void;
}

/** A fresh age X25519 key pair: the secret (AGE-SECRET-KEY-1…) and its recipient (age1…). */
export async function newSealKey(): Promise<{ ageSecret: string; recipient: string }> {
  const ageSecret = await generateX25519Identity();
  return { ageSecret, recipient: await identityToRecipient(ageSecret) };
}

/**
 * Seals bytes to recipients as one age v1 file.
 *
 * @param recipients One or more age X25519 recipients (age1…).
 * @param sink Takes the sealed bytes in order; each array is its own.
 * @throws {Fault} sealed/recipient.
 * @throws {RangeError} When there is no recipient.
 */
export async function sealFile(
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  recipients: readonly string[],
  sink: (bytes: Uint8Array) => Promise<void> | void,
): Promise<void> {
  if (recipients.length === 0) throw new RangeError("Cannot seal: there must be a recipient, current number is 0");
  let waiting: Uint8Array[] = [];
  const pass = async (): Promise<void> => {
    const ready = waiting;
    waiting = [];
    for (const bytes of ready) await sink(bytes);
  };
  const sealing = await beginSealing(recipients, (bytes) => waiting.push(bytes));
  for await (const bytes of plain) {
    // Large arrays piece by piece: what is sealed and not yet taken stays small.
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      sealing.add(bytes.subarray(at, at + CHUNK_BYTES));
      await pass();
    }
  }
  sealing.end();
  await pass();
}

/** An age v1 file being written, in step with who writes it. */
export interface Sealing {
  add(bytes: Uint8Array): void;
  /** Plain bytes that wait for a full chunk: with them and what was given to the sink, it can be gone on with. */
  held(): Uint8Array;
  /** Bytes given to the sink. */
  readonly sealedBytes: number;
  /** Seals the last chunk. */
  end(): void;
}

/**
 * Begins what sealFile() writes at once.
 *
 * @param sink Takes the sealed bytes in order; each array is its own.
 * @throws {Fault} sealed/recipient.
 */
export async function beginSealing(recipients: readonly string[], sink: (bytes: Uint8Array) => void): Promise<Sealing> {
  const { header, fileKey } = await sealHeader(recipients);
  const nonce = Uint8Array.from(randomBytes(NONCE_BYTES));
  sink(Uint8Array.from(header));
  sink(nonce);
  const startsAt = header.length + NONCE_BYTES;
  return sealingFrom(payloadKey(fileKey, nonce), { startsAt, index: 0, held: new Uint8Array(0) }, sink);
}

/**
 * Goes on where a sealing stopped, with the key of one of its recipients.
 *
 * @param from The sealed bytes up to where its sink had been given `sealedBytes`, and what held() was then.
 * @param to Takes what comes: `plain` the bytes sealed before, in order; `sink` new sealed ones.
 * @throws {Fault} sealed/format, sealed/not-a-recipient, sealed/tampered, sealed/truncated.
 */
export async function continueSealing(
  from: { readAt: ReadAt; sealedBytes: number; held: Uint8Array },
  ageSecret: string,
  to: { plain(bytes: Uint8Array): void; sink(bytes: Uint8Array): void },
): Promise<Sealing> {
  const { readAt, sealedBytes, held } = from;
  const header = readHeader(readAt, sealedBytes);
  const key = payloadKey(
    await openHeader(header, ageSecret),
    Uint8Array.from(exactly(readAt, header.length, NONCE_BYTES)),
  );
  const startsAt = header.length + NONCE_BYTES;
  const chunks = (sealedBytes - startsAt) / SEALED_CHUNK_BYTES;
  if (!Number.isInteger(chunks) || held.length > CHUNK_BYTES)
    throw signingFault("sealed/truncated", "What was sealed so far does not end with a whole chunk");
  for (let index = 0; index < chunks; index++) {
    const sealed = exactly(readAt, startsAt + index * SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES);
    const plain = openChunk(key, { index, last: false }, sealed);
    if (plain === undefined) throw signingFault("sealed/tampered", `Chunk ${index} is not authentic`);
    to.plain(plain);
  }
  to.plain(held);
  return sealingFrom(key, { startsAt, index: chunks, held }, to.sink);
}

function sealingFrom(
  key: Uint8Array,
  from: { startsAt: number; index: number; held: Uint8Array },
  sink: (bytes: Uint8Array) => void,
): Sealing {
  const chunk = new Uint8Array(CHUNK_BYTES);
  chunk.set(from.held);
  let [filled, index] = [from.held.length, from.index];
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length; ) {
        // A full chunk waits until more comes: only then is it known not to be the last.
        if (filled === CHUNK_BYTES) {
          sink(sealChunk(key, { index: index++, last: false }, chunk));
          filled = 0;
        }
        const taken = bytes.subarray(at, at + CHUNK_BYTES - filled);
        chunk.set(taken, filled);
        filled += taken.length;
        at += taken.length;
      }
    },
    held: () => chunk.slice(0, filled),
    get sealedBytes() {
      return from.startsAt + index * SEALED_CHUNK_BYTES;
    },
    end: () => sink(sealChunk(key, { index, last: true }, chunk.subarray(0, filled))),
  };
}

/**
 * Opens an age v1 file for reading at any place. The last chunk is authenticated here, so that a file cut at a chunk's
 * border does not open.
 *
 * @param sealedBytes Length of the whole file.
 * @throws {Fault} sealed/format, sealed/not-a-recipient, sealed/tampered, sealed/truncated.
 * @throws {RangeError} When ageSecret is no age X25519 secret.
 */
export async function openSealed(readAt: ReadAt, sealedBytes: number, ageSecret: string): Promise<SealedReader> {
  const header = readHeader(readAt, sealedBytes);
  const fileKey = await openHeader(header, ageSecret);
  const startsAt = header.length + NONCE_BYTES;
  const chunks = countChunks(sealedBytes - startsAt);
  const plainBytes = sealedBytes - startsAt - chunks * TAG_BYTES;
  const key = payloadKey(fileKey, Uint8Array.from(exactly(readAt, header.length, NONCE_BYTES)));

  let held = { index: -1, plain: new Uint8Array(0) as Uint8Array };
  const chunkAt = (index: number): Uint8Array => {
    if (held.index === index) return held.plain;
    const offset = startsAt + index * SEALED_CHUNK_BYTES;
    const sealed = exactly(readAt, offset, Math.min(SEALED_CHUNK_BYTES, sealedBytes - offset));
    const plain = openChunk(key, { index, last: index === chunks - 1 }, sealed);
    if (plain === undefined) {
      throw signingFault("sealed/tampered", `Chunk ${index} is not authentic`, { place: `at sealed byte ${offset}` });
    }
    held = { index, plain };
    return plain;
  };
  chunkAt(chunks - 1);

  const readInto = (target: Uint8Array, plainOffset: number): void => {
    const end = plainOffset + target.length;
    if (!Number.isSafeInteger(plainOffset) || plainOffset < 0 || end > plainBytes) {
      throw new RangeError(`Cannot read: it must lie in 0 to ${plainBytes}, current range is ${plainOffset} to ${end}`);
    }
    for (let at = plainOffset; at < end; ) {
      const within = at % CHUNK_BYTES;
      const plain = chunkAt((at - within) / CHUNK_BYTES).subarray(within, within + end - at);
      target.set(plain, at - plainOffset);
      at += plain.length;
    }
  };
  return { plainBytes, readInto };
}

/** Chunks in so many payload bytes; only a payload's single chunk may be empty. */
function countChunks(payloadBytes: number): number {
  const full = Math.floor(payloadBytes / SEALED_CHUNK_BYTES);
  const rest = payloadBytes - full * SEALED_CHUNK_BYTES;
  if (payloadBytes < TAG_BYTES || (full > 0 && rest > 0 && rest <= TAG_BYTES)) {
    throw signingFault("sealed/truncated", "The payload does not end with a whole chunk");
  }
  return rest > 0 ? full + 1 : full;
}

function exactly(readAt: ReadAt, offset: number, length: number): Uint8Array {
  const bytes = readAt(offset, length);
  if (bytes.length === length) return bytes;
  throw signingFault("sealed/truncated", "The file ends early", { place: `at sealed byte ${offset + bytes.length}` });
}
