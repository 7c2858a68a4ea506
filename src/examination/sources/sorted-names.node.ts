import { type Dir, opendirSync } from "node:fs";
import { errorCode } from "./system-errors.node.ts";

/** Names held at a time: about 30 MB. A folder with more is read again for each further stretch of its order. */
const NAMES_HELD = 200_000;

/**
 * Names in a folder, sorted by their bytes, one character a byte (latin1 order is the order of the bytes).
 *
 * Whatever the folder's size the memory is bounded: each pass keeps the smallest names after the last one given.
 *
 * @param held Names to hold at a time, from 1.
 * @returns The system's error code where the folder could not be read (to its end); names before that are given.
 */
export function* sortedNames(path: Buffer, held = NAMES_HELD): Generator<string, string | undefined> {
  let after = "";
  for (;;) {
    const { names, more, failed } = smallestNames(path, after, held);
    yield* names;
    if (failed !== undefined) return failed;
    if (!more) return undefined;
    after = names.at(-1) ?? after;
  }
}

/** The smallest names beyond `after`, at most `held`, sorted. */
function smallestNames(
  path: Buffer,
  after: string,
  held: number,
): { names: string[]; more: boolean; failed: string | undefined } {
  let names: string[] = [];
  let more = false;
  let failed: string | undefined;
  let folder: Dir | undefined;
  const settle = (): void => {
    names.sort(byCode);
    if (names.length > held) {
      more = true;
      names = names.slice(0, held);
    }
  };
  try {
    folder = opendirSync(path, { encoding: "latin1", bufferSize: 1024 });
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (entry.name <= after) continue;
      names.push(entry.name);
      if (names.length >= 2 * held) settle();
    }
  } catch (error) {
    failed = errorCode(error);
  } finally {
    folder?.closeSync();
  }
  settle();
  return { names, more, failed };
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
