import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { concatBytes, toHex } from "#base/values";
import type { FileStream } from "#examination/filesystems";
import { type Algorithm, DIGESTS, type UnreadRange } from "./digests.ts";
import { openingFault } from "./faults.ts";
import { digestSource } from "./read-through.node.ts";
import { safeName } from "./safe-name.ts";
import { lostRanges } from "./walk-medium.ts";

const TRIES = 10_000;
const DEPTH_LIMIT = 24;
const PATH_LIMIT_BYTES = 1500;

/** A folder that takes what is extracted; it was empty or not there. */
export interface ExtractFolder {
  /** Writes one stream to a new file. @returns Its path below the folder. */
  write(chain: readonly Uint8Array[], stream: FileStream, signal: AbortSignal): Written;
  /** Writes one line to the record, extracted.jsonl. */
  record(line: object): void;
  close(): void;
}

/** One written file. */
interface Written {
  file: string;
  digests: Partial<Record<Algorithm, string>>;
  /** Ranges that could not be read: zeros stand there. */
  unread: UnreadRange[];
}

/**
 * Makes the folder for an extraction.
 *
 * @throws {Fault} opening/out-used where it is there and not empty; opening/out-write.
 */
export function extractFolder(path: string): ExtractFolder {
  makeRoot(path);
  const folders = new Map<string, string>();
  const lines = attempt(path, () => openSync(join(path, "extracted.jsonl"), NEW_FILE, 0o600));
  const parentOf = (chain: readonly Uint8Array[]): string => {
    if (chain.length === 0) return "";
    const key = chain.map(toHex).join("/");
    const known = folders.get(key);
    if (known !== undefined) return known;
    const parent = parentOf(chain.slice(0, -1));
    const made = newName(chain.at(-1), (name) => {
      mkdirSync(join(path, parent, name), 0o700);
      return join(parent, name);
    });
    folders.set(key, made);
    return made;
  };
  return {
    write: (chain, stream, signal) => {
      const place = shortened(chain);
      const parent = attempt(path, () => parentOf(place.slice(0, -1)));
      return attempt(path, () =>
        newName(place.at(-1), (name) => writeStream(path, join(parent, name), { stream, signal })),
      );
    },
    record: (line) => attempt(path, () => writeSync(lines, `${JSON.stringify(line)}\n`)),
    close: () => {
      fsyncSync(lines);
      closeSync(lines);
    },
  };
}

/** New, never through a link, never over what is there. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

function makeRoot(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (lstatSync(path).isDirectory() && readdirSync(path).length === 0) return;
  } catch (cause) {
    throw openingFault("opening/out-write", `Cannot write into ${path}`, { place: path, values: { path }, cause });
  }
  throw openingFault("opening/out-used", `Cannot extract into ${path}: it is not empty`, {
    place: path,
    values: { path },
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw openingFault("opening/out-write", `Cannot write into ${path}`, { place: path, values: { path }, cause });
  }
}

/** Tries a name, then the same with "~2", "~3" …, until nothing of that name is there. */
function newName<T>(name: Uint8Array | undefined, make: (name: string) => T): T {
  const plain = safeName(name ?? new Uint8Array(0));
  for (let count = 1; ; count++) {
    try {
      return make(count === 1 ? plain : `${plain}~${count}`);
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!taken || count >= TRIES) throw error;
    }
  }
}

/** A chain too deep or long for a path stands in one folder, under a name made of its digest. */
function shortened(chain: readonly Uint8Array[]): readonly Uint8Array[] {
  const bytes = chain.reduce((sum, name) => sum + Math.min(name.length * 3, 130), 0);
  if (chain.length <= DEPTH_LIMIT && bytes <= PATH_LIMIT_BYTES) return chain;
  const digest = createHash("sha256")
    .update(concatBytes(...chain.slice(0, -1)))
    .digest("hex");
  return [Buffer.from("deep"), Buffer.from(digest.slice(0, 32)), chain.at(-1) ?? new Uint8Array(0)];
}

function writeStream(
  root: string,
  file: string,
  { stream, signal }: { stream: FileStream; signal: AbortSignal },
): Written {
  const fd = openSync(join(root, file), NEW_FILE, 0o600);
  try {
    const onPiece = (piece: Uint8Array, offsetBytes: number): void => writeAll(fd, piece, offsetBytes);
    const { digests, unread } = digestSource(stream.read, DIGESTS, { holes: lostRanges(stream), onPiece, signal });
    ftruncateSync(fd, stream.read.sizeBytes);
    fsyncSync(fd);
    return { file, digests: Object.fromEntries(digests), unread };
  } finally {
    closeSync(fd);
  }
}

/** Writes a piece; zeros are left out, so that sparse files stay sparse. */
function writeAll(fd: number, piece: Uint8Array, offsetBytes: number): void {
  if (Buffer.from(piece.buffer, piece.byteOffset, piece.length).equals(ZEROS.subarray(0, piece.length))) return;
  for (let done = 0; done < piece.length; ) {
    done += writeSync(fd, piece, done, piece.length - done, offsetBytes + done);
  }
}

const ZEROS = Buffer.alloc(1024 * 1024);
