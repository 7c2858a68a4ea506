import { lstatSync, readdirSync } from "node:fs";
import { concatBytes, toHex } from "#base/values";
import type { Siblings } from "#examination/images";
import { type ByteSource, type OpenBytes, ReadError, splitPath } from "#examination/sources";
import { openSource } from "#examination/sources/node";

/** A segmented image may have thousands of files: no more than these are open at once. */
const OPEN_LIMIT = 32;

/** A folder whose files are opened when they are first read, and closed when others are wanted. */
export interface FileFolder extends Siblings {
  close(): void;
}

/**
 * The folder of an image.
 *
 * @param path Absolute path of the folder, bytes, ending in "/".
 */
export function fileFolder(path: Uint8Array): FileFolder {
  const held = new Map<string, OpenBytes>();
  let listed: Uint8Array[] | null = null;
  const opened = (filePath: Uint8Array, sizeBytes: number): OpenBytes => {
    const key = toHex(filePath);
    const known = held.get(key);
    if (known !== undefined) {
      held.delete(key);
      held.set(key, known);
      return known;
    }
    const source = openSource({ kind: "image", segments: [{ pathBytes: key, sizeBytes }], sizeBytes });
    held.set(key, source);
    for (const [oldest, { close }] of held) {
      if (held.size <= OPEN_LIMIT) break;
      held.delete(oldest);
      close();
    }
    return source;
  };
  return {
    names: () => {
      listed ??= readdirSync(Buffer.from(path), { encoding: "buffer" });
      return listed;
    },
    open: (name) => openFile(concatBytes(path, plainName(name)), opened),
    close: () => {
      for (const { close } of held.values()) close();
      held.clear();
    },
  };
}

/** A name that stays in its folder. */
function plainName(name: Uint8Array): Uint8Array {
  const [only, more] = splitPath(name);
  const dots = name.length <= 2 && name.every((byte) => byte === 0x2e);
  if (only === undefined || more !== undefined || only.length !== name.length || dots || name.includes(0)) {
    throw new RangeError(`Cannot open a file: its name must be one name, current length is ${name.length}`);
  }
  return name;
}

function openFile(path: Uint8Array, opened: (path: Uint8Array, sizeBytes: number) => OpenBytes): ByteSource | null {
  try {
    // Not through a link: what it leads to is not of this folder.
    const facts = lstatSync(Buffer.from(path));
    if (!facts.isFile()) return null;
    const sizeBytes = facts.size;
    opened(path, sizeBytes);
    return {
      sizeBytes,
      readSync: (view, offsetBytes) => reopened(() => opened(path, sizeBytes), offsetBytes).readSync(view, offsetBytes),
    };
  } catch {
    return null;
  }
}

/** A file that can no longer be opened is bytes that cannot be read. */
function reopened(open: () => OpenBytes, offsetBytes: number): OpenBytes {
  try {
    return open();
  } catch (cause) {
    throw new ReadError("vanished", "GONE", { offsetBytes, goodBytes: 0, cause });
  }
}
