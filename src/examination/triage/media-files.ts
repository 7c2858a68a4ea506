import type { Standing } from "./medium-message.ts";

/** A file that may be a picture or video, as a list of a source has it. */
export interface MediaFile {
  /** Names it in its source, in every run. */
  key: string;
  sizeBytes: number;
  /** 0: not known. */
  modifiedMs: number;
  /** Of the folder it lies in; files of one folder have one number. */
  folder: number;
  /** Its name ends like a picture's or a video's. */
  named: boolean;
}

/** A file that is open. */
export interface OpenMedia {
  standing: Standing;
  sizeBytes: number;
  /** Where its bytes stand on the medium; null: it stands in a folder, where its place alone names it. */
  ranges: readonly (readonly [startByte: number, lengthBytes: number])[] | null;
  /** Fewer bytes than asked for where there are no more, or where they cannot be read. */
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
  close(): void;
}

/** Files of a source, given one by one: of a folder, of the file systems of an image or device, deleted ones among them. */
export interface MediaFiles {
  /** Every file, each once; `beyond`: so many were too many. "given-up": what reads the source ended too often. */
  list(): Promise<{ files: MediaFile[]; beyond: number; complete: boolean }>;
  /** Tells which files will be opened next, in about this order. */
  ahead(keys: readonly string[]): void;
  /** null: it cannot be read. */
  open(key: string): Promise<OpenMedia | null>;
  /** Reads that were begun and have not come back. */
  readonly readsUnderWay: number;
  /** Whether files were left out of the list, since listing them ended their reader. */
  close(): Promise<boolean>;
}

/** Half a year of age weighs as much as half the bytes. */
const HALF_AGE_MS = 182 * 86_400_000;

/**
 * Orders files: those named like pictures and videos first; folders that are newest and largest first, by their bytes, halved for each
 * half year that their newest file is older than the newest of all; within a folder the newest first. The same files give the same order.
 */
export function inLikenessOrder(files: readonly MediaFile[]): MediaFile[] {
  const newestMs = files.reduce((newest, { modifiedMs }) => Math.max(newest, modifiedMs), 0);
  const folders = new Map<string, { bytes: number; newestMs: number; weight: number }>();
  const nameOf = ({ named, folder }: MediaFile): string => `${named} ${folder}`;
  for (const file of files) {
    const folder = folders.get(nameOf(file)) ?? { bytes: 0, newestMs: 0, weight: 0 };
    folder.bytes += file.sizeBytes;
    folder.newestMs = Math.max(folder.newestMs, file.modifiedMs);
    folders.set(nameOf(file), folder);
  }
  for (const folder of folders.values()) {
    folder.weight = folder.bytes * 2 ** -((newestMs - folder.newestMs) / HALF_AGE_MS);
  }
  const weightOf = (file: MediaFile): number => folders.get(nameOf(file))?.weight ?? 0;
  return [...files].sort(
    (a, b) =>
      Number(b.named) - Number(a.named) ||
      weightOf(b) - weightOf(a) ||
      a.folder - b.folder ||
      b.modifiedMs - a.modifiedMs ||
      compareKeys(a.key, b.key),
  );
}

function compareKeys(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
