import { readSync, realpathSync, statSync } from "node:fs";
import { equalBytes } from "#base/values";
import type { Language } from "#base/words";
import { isPlainFile, TYPE_HEAD_BYTES } from "#examination/containers";
import { type FolderSpec, ReadError, splitPath } from "#examination/sources";
import { listFolder, lookAtSource, openFolderFile } from "#examination/sources/node";
import { chainText } from "./entry-place.ts";
import { type HandedFile, type InsideWork, lookInsideFiles } from "./look-inside.node.ts";
import type { DeathCause } from "./walk-state.ts";
import { sayOpening } from "./words.ts";

/** Files that one child is given. */
const FILES_AT_ONCE = 400;

/** Files that stand on no medium: those of a folder, or one alone. */
export type PlainFiles = Iterable<PlainFile>;

/** A file that is opened when it is its turn. */
interface PlainFile {
  chain: Uint8Array[];
  /** Null: it cannot be read. */
  open(): OpenPlainFile | null;
}

interface OpenPlainFile extends HandedFile {
  chain: Uint8Array[];
  close(): void;
}

/**
 * Files that can be looked into without a medium around them: those of a folder, or one that is an archive, document, mail, store or
 * picture by its bytes.
 *
 * @param path Absolute, as the caller means it.
 * @param packed Whether a packed file counts, too; some images are packed.
 * @param below Begin of a place: other files are left out.
 * @returns Null where it is neither: it may be a medium.
 */
export async function plainFiles(
  path: string,
  { packed, below = [] }: { packed: boolean; below?: readonly Uint8Array[] },
): Promise<PlainFiles | null> {
  const real = regularFile(path);
  const isWanted = (chain: readonly Uint8Array[]): boolean =>
    below.every((name, i) => chain[i] === undefined || equalBytes(chain[i], name));
  if (real === null) {
    const { spec, name } = await lookAtSource(path);
    return spec.kind === "folder" && spec.container === undefined ? filesOf(spec, name, isWanted) : null;
  }
  const names = splitPath(real);
  const name = names.at(-1) ?? real;
  const { spec } = await lookAtSource(real.subarray(0, real.length - name.length));
  if (spec.kind !== "folder") return null;
  const file = plainFile(spec, name, [name]);
  return isPlainFile(headOf(file), packed) ? [file] : null;
}

function* filesOf(spec: FolderSpec, name: Uint8Array, isWanted: (chain: readonly Uint8Array[]) => boolean): PlainFiles {
  for (const entry of listFolder(spec)) {
    // What is no file holds none; a folder that cannot be listed is a file that cannot be opened.
    if (entry.kind === "link" || (entry.kind === "unread" && entry.what !== "folder" && entry.what !== "unknown"))
      continue;
    const chain = [name, ...splitPath(entry.pathBytes)];
    if (isWanted(chain)) yield plainFile(spec, entry.pathBytes, chain);
  }
}

/** One file of a folder. @param path Relative to it. @param chain Its place. */
export function plainFile(spec: FolderSpec, path: Uint8Array, chain: Uint8Array[]): PlainFile {
  return {
    chain,
    open: () => {
      try {
        const { fd, sizeBytes, close } = openFolderFile(spec, path);
        return { fd, sizeBytes, chain, close };
      } catch (error) {
        if (error instanceof ReadError) return null;
        throw error;
      }
    },
  };
}

function headOf(file: PlainFile): Uint8Array {
  const head = new Uint8Array(TYPE_HEAD_BYTES);
  const open = file.open();
  if (open === null) return new Uint8Array(0);
  try {
    return head.subarray(0, readSync(open.fd, head, 0, head.length, 0));
  } finally {
    open.close();
  }
}

function regularFile(path: string): Uint8Array | null {
  try {
    const real = realpathSync(path, { encoding: "buffer" });
    return statSync(real).isFile() ? real : null;
  } catch {
    return null; // lookAtSource says why
  }
}

/** What could not be looked into. */
export interface PlainLost {
  chain: Uint8Array[];
  /** "unread": it cannot be opened; else what it did to its reader. */
  why: DeathCause | "unread";
}

/** Looks into files, several hundred to a child, as lookInsideFiles does. */
export async function lookInsidePlainFiles(
  files: PlainFiles,
  work: InsideWork,
): Promise<{ how: "done" | "stopped"; looked: number; lost: PlainLost[] }> {
  const lost: PlainLost[] = [];
  let looked = 0;
  let batch: OpenPlainFile[] = [];
  const look = async (): Promise<"done" | "stopped"> => {
    try {
      const outcome = await lookInsideFiles(batch, work);
      for (const { file, why } of outcome.lost) lost.push({ chain: batch[file]?.chain ?? [], why });
      looked += batch.length;
      return outcome.how;
    } finally {
      for (const { close } of batch) close();
      batch = [];
    }
  };
  for (const file of files) {
    const open = file.open();
    if (open === null) lost.push({ chain: file.chain, why: "unread" });
    else batch.push(open);
    if (batch.length >= FILES_AT_ONCE && (await look()) === "stopped") return { how: "stopped", looked, lost };
  }
  return { how: await look(), looked, lost };
}

/** What could not be looked into, a sentence each. */
export function lostPlainLines(lost: readonly PlainLost[], language: Language): string[] {
  return lost.map(({ chain, why }) =>
    sayOpening(language, "lost.contents", {
      place: chainText(chain).place,
      why: sayOpening(language, `death.${why}`),
    }),
  );
}
