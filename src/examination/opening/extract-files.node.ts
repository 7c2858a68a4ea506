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
import { type Algorithm, DIGESTS } from "./digests.ts";
import { openingFault } from "./faults.ts";
import { safeName } from "./safe-name.ts";

const TRIES = 10_000;
const DEPTH_LIMIT = 24;
const PATH_LIMIT_BYTES = 1500;

/** A folder that takes what is extracted; it was empty or not there. */
export interface ExtractFolder {
  /** Begins a new file for one stream. */
  begin(chain: readonly Uint8Array[]): ExtractFile;
  /** Writes one line to the record, extracted.jsonl. */
  record(line: object): void;
  close(): void;
}

/** A file that is being written; what it is given is digested. */
export interface ExtractFile {
  /** Path below the folder. */
  readonly file: string;
  /** So far. */
  readonly sizeBytes: number;
  piece(bytes: Uint8Array): void;
  zeros(lengthBytes: number): void;
  /** Ends it. @returns the digests of what was written. */
  end(): Partial<Record<Algorithm, string>>;
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
    begin: (chain) => {
      const place = shortened(chain);
      const parent = attempt(path, () => parentOf(place.slice(0, -1)));
      return attempt(path, () => newName(place.at(-1), (name) => beginFile(path, join(parent, name))));
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

function beginFile(root: string, file: string): ExtractFile {
  const fd = openSync(join(root, file), NEW_FILE, 0o600);
  const hashes = DIGESTS.map((algorithm) => [algorithm, createHash(algorithm)] as const);
  let sizeBytes = 0;
  const take = (bytes: Uint8Array): void => {
    for (const [, hash] of hashes) hash.update(bytes);
    sizeBytes += bytes.length;
  };
  return {
    file,
    get sizeBytes() {
      return sizeBytes;
    },
    piece: (bytes) => {
      attempt(root, () => writeAll(fd, bytes, sizeBytes));
      take(bytes);
    },
    zeros: (lengthBytes) => {
      for (let left = lengthBytes; left > 0; left -= ZEROS.length)
        take(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
    },
    end: () =>
      attempt(root, () => {
        try {
          ftruncateSync(fd, sizeBytes);
          fsyncSync(fd);
        } finally {
          closeSync(fd);
        }
        return Object.fromEntries(hashes.map(([algorithm, hash]) => [algorithm, hash.digest("hex")]));
      }),
  };
}

function writeAll(fd: number, piece: Uint8Array, offsetBytes: number): void {
  for (let done = 0; done < piece.length; ) {
    done += writeSync(fd, piece, done, piece.length - done, offsetBytes + done);
  }
}

const ZEROS = Buffer.alloc(1024 * 1024);
