import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { BLOCK_BYTES } from "#base/hashing";
import { type BlockHasher, CHUNK_BYTES, type HashedChunk } from "./build-hasher.node.ts";
import type { InputTrouble } from "./build-trouble.ts";

/** What reading a file through gave. */
export interface ReadInput {
  /** Bytes that were read. */
  sizeBytes: number;
  /** Whole blocks among them. */
  blocks: number;
  /** 16 bytes that are equal for equal files only; missing where the file was not read to its end. */
  identity?: Uint8Array;
  trouble?: InputTrouble;
}

/** A chunk of a file: its hashes, the number of its first block in the file, and its length in bytes (in hasher.bytes). */
export interface ReadChunk {
  hashed: HashedChunk;
  firstBlock: number;
  lengthBytes: number;
  /** Reads the file's last bytes, at most 64 KiB of them; none where that fails. */
  tail(): Uint8Array;
}

/** Lets other work go on, and throws where the operator stopped the build. */
export type Pause = () => Promise<void> | undefined;

/**
 * Reads a file through once, hashing its whole blocks.
 *
 * @param file Path, and the size it is expected to have.
 * @param onChunk Called for each chunk of up to 4 MiB in order; what it is given is overwritten by the next.
 * @returns What was read; a file that cannot be read, or not to its end, is said by `trouble`, not thrown.
 */
export async function readInput(
  file: { path: Buffer; sizeBytes: number },
  { hasher, pause }: { hasher: BlockHasher; pause: Pause },
  onChunk: (chunk: ReadChunk) => void,
): Promise<ReadInput> {
  const fd = openInput(file.path);
  if (fd === undefined) return { sizeBytes: 0, blocks: 0, trouble: "unreadable" };
  const digest = createHash("sha256");
  let sizeBytes = 0;
  try {
    for (;;) {
      const length = fill(fd, hasher.bytes, sizeBytes);
      const blocks = Math.floor(length / BLOCK_BYTES);
      const hashed = hasher.hash(blocks);
      digest.update(hashed.sectorHashes).update(hasher.bytes.subarray(blocks * BLOCK_BYTES, length));
      onChunk({ hashed, firstBlock: sizeBytes / BLOCK_BYTES, lengthBytes: length, tail: () => tailOf(fd) });
      sizeBytes += length;
      if (length < CHUNK_BYTES) break;
      await pause();
    }
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return { sizeBytes, blocks: Math.floor(sizeBytes / BLOCK_BYTES), trouble: "unreadable" };
  } finally {
    closeSync(fd);
  }
  digest.update(String(sizeBytes));
  const identity = Uint8Array.from(digest.digest().subarray(0, 16));
  const read = { sizeBytes, blocks: Math.floor(sizeBytes / BLOCK_BYTES), identity };
  return sizeBytes === file.sizeBytes ? read : { ...read, trouble: "changed" };
}

class ReadError extends Error {}

function openInput(path: Buffer): number | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
  } catch {
    // Said by the caller.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

const TAIL_BYTES = 65536;

function tailOf(fd: number): Uint8Array {
  const tail = new Uint8Array(TAIL_BYTES);
  try {
    return tail.subarray(0, readSync(fd, tail, 0, tail.length, Math.max(0, fstatSync(fd).size - tail.length)));
  } catch {
    return tail.subarray(0, 0);
  }
}

function fill(fd: number, into: Uint8Array, at: number): number {
  let length = 0;
  while (length < into.length) {
    let read: number;
    try {
      read = readSync(fd, into, length, into.length - length, at + length);
    } catch (cause) {
      throw new ReadError("Cannot read an input", { cause });
    }
    if (read === 0) break;
    length += read;
  }
  return length;
}
