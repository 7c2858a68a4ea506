import { probeOffsets } from "#examination/filters";
import { type FileLosses, type FileUnread, fileLosses } from "./file-losses.ts";
import type { FileTable } from "./file-table.ts";
import { type Intervals, intervalsFrom, newIntervals, type Run } from "./reading.ts";

export const PROBE_BYTES = 4096;

/** What is known of a file, as bits. */
export const MARK = { probed: 1, whole: 2, listedSize: 4, hit: 8, unread: 16 } as const;

/** What of a checkpoint says which files were read. */
export interface ProgressState {
  /** One byte a file, base64. */
  marks: string;
  /** Files of which a part was read. */
  parts: Record<string, string>;
  unread: FileUnread[];
  blankBytes: number;
}

/** How far the files of a folder are read; every byte counts once. */
export class FileProgress {
  readonly #table: FileTable;
  readonly #marks: Uint8Array;
  readonly #parts = new Map<number, Intervals>();
  readonly losses: FileLosses;
  filesProbed = 0;
  filesRead = 0;
  filesUnread = 0;
  bytesRead = 0;
  blankBytes: number;

  constructor(table: FileTable, state?: ProgressState) {
    this.#table = table;
    this.#marks = new Uint8Array(table.count);
    this.losses = fileLosses(state?.unread);
    this.blankBytes = state?.blankBytes ?? 0;
    if (state === undefined) return;
    this.#marks.set(Buffer.from(state.marks, "base64").subarray(0, table.count));
    for (const [index, text] of Object.entries(state.parts)) this.#parts.set(Number(index), intervalsFrom(text));
    for (const [index, mark] of this.#marks.entries()) {
      if (mark & MARK.probed) this.filesProbed++;
      if (mark & MARK.whole) this.filesRead++;
      if (mark & MARK.unread) this.filesUnread++;
      this.bytesRead += this.#readOf(index);
    }
  }

  state(): ProgressState {
    return {
      marks: Buffer.from(this.#marks).toString("base64"),
      parts: Object.fromEntries([...this.#parts].map(([index, set]) => [String(index), set.toText()])),
      unread: [...this.losses.places],
      blankBytes: this.blankBytes,
    };
  }

  /** Whether any of the bits is set. */
  is(index: number, bits: number): boolean {
    return ((this.#marks[index] ?? 0) & bits) !== 0;
  }

  set(index: number, bits: number): void {
    this.#marks[index] = (this.#marks[index] ?? 0) | bits;
  }

  hasPart(index: number): boolean {
    return this.#parts.has(index);
  }

  probed(index: number): void {
    if (this.is(index, MARK.probed)) return;
    const before = this.#readOf(index);
    this.set(index, MARK.probed);
    this.filesProbed++;
    this.bytesRead += this.#readOf(index) - before;
  }

  /** Takes a part of a file; the file is read whole once all of its bytes were. */
  part(index: number, { offsetBytes, lengthBytes }: Run, blankBytes: number): void {
    const before = this.#readOf(index);
    const part = this.#parts.get(index) ?? newIntervals();
    part.add(offsetBytes, lengthBytes);
    this.#parts.set(index, part);
    this.bytesRead += this.#readOf(index) - before;
    this.blankBytes += blankBytes;
    if (part.bytes >= this.#table.sizeBytes(index)) this.whole(index, 0);
  }

  whole(index: number, blankBytes: number): void {
    if (this.is(index, MARK.whole)) return;
    const before = this.#readOf(index);
    this.set(index, MARK.whole);
    this.#parts.delete(index);
    this.filesRead++;
    this.blankBytes += blankBytes;
    this.bytesRead += this.#readOf(index) - before;
  }

  unread(place: FileUnread): void {
    if (!this.losses.add(place)) return;
    if (!this.is(place.fileIndex, MARK.unread)) this.filesUnread++;
    this.set(place.fileIndex, MARK.unread);
  }

  /** Takes a part that could be read after all. */
  recovered(index: number, run: Run, blankBytes: number): void {
    this.part(index, run, blankBytes);
    this.losses.remove(index, run);
    if ((this.losses.of(index)?.bytes ?? 0) > 0 || !this.is(index, MARK.unread)) return;
    this.#marks[index] = (this.#marks[index] ?? 0) & ~MARK.unread;
    this.filesUnread--;
    this.probed(index);
  }

  /** Files of a listed size, and files with a hit, that were not read whole. */
  get filesDue(): number {
    let due = 0;
    for (const mark of this.#marks) {
      if (mark & (MARK.listedSize | MARK.hit) && (mark & MARK.whole) === 0) due++;
    }
    return due;
  }

  /** What of a file was neither read nor given up. */
  left(index: number): Run[] {
    const read = this.#parts.get(index) ?? newIntervals();
    const lost = this.losses.of(index) ?? newIntervals();
    return [...read.gaps(0, this.#table.sizeBytes(index))].flatMap((gap) => [
      ...lost.gaps(gap.offsetBytes, gap.offsetBytes + gap.lengthBytes),
    ]);
  }

  /** Read bytes within [from, to) of all files laid end to end. */
  readWithin(fromBytes: number, toBytes: number): number {
    const table = this.#table;
    let [low, high] = [0, table.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (table.startBytes(middle + 1) > fromBytes) high = middle;
      else low = middle + 1;
    }
    let sum = 0;
    for (let index = low; index < table.count && table.startBytes(index) < toBytes; index++) {
      const size = table.sizeBytes(index);
      const start = table.startBytes(index);
      const share = Math.min(toBytes, start + size) - Math.max(fromBytes, start);
      sum += size === 0 ? 0 : (this.#readOf(index) * share) / size;
    }
    return sum;
  }

  /** Files with a hit, on the same line. */
  foundRuns(): Run[] {
    const table = this.#table;
    return this.hitFiles().map((index) => ({
      offsetBytes: table.startBytes(index),
      lengthBytes: table.sizeBytes(index),
    }));
  }

  hitFiles(): number[] {
    const files: number[] = [];
    for (const [index, mark] of this.#marks.entries()) if (mark & MARK.hit) files.push(index);
    return files;
  }

  #readOf(index: number): number {
    const size = this.#table.sizeBytes(index);
    if (this.is(index, MARK.whole)) return size;
    const part = this.#parts.get(index)?.bytes ?? 0;
    return Math.max(part, this.is(index, MARK.probed) ? probeOffsets(size).length * PROBE_BYTES : 0);
  }
}
