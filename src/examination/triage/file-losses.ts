import type { UnreadRange } from "#examination/evidence";
import { type Intervals, newIntervals, type Run } from "./reading.ts";

/** Places are kept one by one up to here, and counted beyond. */
const PLACES_MOST = 10_000;

/** A part of a file that could not be read. */
export interface FileUnread extends Run {
  fileIndex: number;
  why: UnreadRange["why"];
}

/** What could not be read of the files of a folder; a byte counts once. */
export interface FileLosses {
  readonly places: readonly FileUnread[];
  readonly bytes: number;
  /** @returns false where it was known already. */
  add(place: FileUnread): boolean;
  /** What could be read after all. */
  remove(fileIndex: number, run: Run): void;
  /** Of one file. */
  of(fileIndex: number): Intervals | undefined;
}

/** Makes the record, empty or from a checkpoint's places. */
export function fileLosses(known: readonly FileUnread[] = []): FileLosses {
  let places: FileUnread[] = [];
  const byFile = new Map<number, Intervals>();
  let bytes = 0;
  const add = (place: FileUnread): boolean => {
    const { fileIndex, offsetBytes, lengthBytes } = place;
    const before = byFile.get(fileIndex);
    if (before?.has(offsetBytes, lengthBytes)) return false;
    const lost = before ?? newIntervals();
    bytes -= lost.bytes;
    lost.add(offsetBytes, lengthBytes);
    bytes += lost.bytes;
    byFile.set(fileIndex, lost);
    if (places.length < PLACES_MOST) places.push(place);
    return true;
  };
  for (const place of known) add(place);
  const remove = (fileIndex: number, { offsetBytes, lengthBytes }: Run): void => {
    const lost = byFile.get(fileIndex);
    if (lost === undefined) return;
    bytes -= lost.bytes;
    lost.remove(offsetBytes, lengthBytes);
    bytes += lost.bytes;
    places = places.flatMap((place) => {
      if (place.fileIndex !== fileIndex) return [place];
      const left = newIntervals();
      left.add(place.offsetBytes, place.lengthBytes);
      left.remove(offsetBytes, lengthBytes);
      return place.lengthBytes === 0 ? [place] : [...left.runs()].map((run) => ({ ...place, ...run }));
    });
  };
  return {
    get places() {
      return places;
    },
    get bytes() {
      return bytes;
    },
    add,
    remove,
    of: (fileIndex) => byFile.get(fileIndex),
  };
}
