// A small FAT driver in memory, for tests: it formats, makes, appends and deletes as a system would (clusters ascending
// from the last one given out), so that what a deleted file was is known.

import { shortNameChecksum } from "./fat-name.ts";

export interface SampleOptions {
  kind: "fat12" | "fat16" | "fat32";
  clusters: number;
  clusterBytes?: number;
}

/** A file or directory of the sample. */
export interface SampleItem {
  name: string;
  short: Uint8Array;
  directory: boolean;
  clusters: number[];
  sizeBytes: number;
  createdMs: number;
  writtenMs: number;
  /** Byte of its short entry. */
  atByte: number;
  /** Bytes of the records that hold its long name. */
  pieces: number[];
}

const SECTOR = 512;
const ROOT_ENTRIES = 512;

/** How a sample deletes: keepChain leaves the tables, keepSpare the second one; clearUpper as Windows does on FAT32. */
export interface SampleRemoval {
  keepChain?: boolean;
  keepSpare?: boolean;
  clearUpper?: boolean;
}

/** An empty volume, and the calls that fill it. */
export class FatSample {
  readonly root: SampleItem;
  readonly bytes: Uint8Array;
  readonly clusterBytes: number;
  readonly table: Uint32Array;
  readonly #kind: SampleOptions["kind"];
  readonly #view: DataView;
  readonly #reserved: number;
  readonly #fatSectors: number;
  readonly #rootAt: number;
  readonly #heapAt: number;
  readonly #slots = new Map<SampleItem, number>();
  #spare: Uint32Array | null = null;
  #lastGiven = 1;
  #shortNumber = 0;

  constructor({ kind, clusters, clusterBytes = SECTOR }: SampleOptions) {
    const wide = kind === "fat32";
    this.#kind = kind;
    this.clusterBytes = clusterBytes;
    this.#reserved = wide ? 32 : 1;
    this.#fatSectors = Math.ceil(((clusters + 2) * { fat12: 12, fat16: 16, fat32: 32 }[kind]) / 8 / SECTOR);
    this.#rootAt = (this.#reserved + 2 * this.#fatSectors) * SECTOR;
    this.#heapAt = this.#rootAt + (wide ? 0 : ROOT_ENTRIES * 32);
    this.bytes = new Uint8Array(this.#heapAt + clusters * clusterBytes);
    this.#view = new DataView(this.bytes.buffer);
    this.table = new Uint32Array(clusters + 2);
    this.table.set([0xfffffff8, 0xffffffff]);
    this.root = {
      ...NOTHING,
      name: "",
      short: new Uint8Array(11),
      directory: true,
      clusters: wide ? [this.#take()] : [],
    };
    this.#slots.set(this.root, 0);
  }

  /** Byte at which a cluster begins. */
  at(cluster: number): number {
    return this.#heapAt + (cluster - 2) * this.clusterBytes;
  }

  /** The next cluster is looked for from here on. */
  skipTo(cluster: number): void {
    this.#lastGiven = cluster - 1;
  }

  get free(): number {
    return this.table.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
  }

  make(parent: SampleItem, name: string, of: { directory: boolean; ms: number }): SampleItem {
    const short = shortOf(name, ++this.#shortNumber);
    const item: SampleItem = {
      ...NOTHING,
      name,
      short,
      directory: of.directory,
      clusters: [],
      pieces: [],
      createdMs: of.ms,
      writtenMs: of.ms,
    };
    for (const record of longRecords(name, short)) {
      const piece = this.slot(parent);
      this.bytes.set(record, piece);
      item.pieces.push(piece);
    }
    item.atByte = this.slot(parent);
    this.putEntry(item, item.atByte);
    return item;
  }

  addFile(parent: SampleItem, name: string, of: { content: Uint8Array; ms: number }): SampleItem {
    const item = this.make(parent, name, { directory: false, ms: of.ms });
    this.append(item, of.content, of.ms);
    return item;
  }

  addDirectory(parent: SampleItem, name: string, ms: number): SampleItem {
    const item = this.make(parent, name, { directory: true, ms });
    this.#slots.set(item, 0);
    const own = this.slot(item);
    this.putEntry({ ...item, short: padded(".") }, own);
    const above = parent === this.root ? [] : parent.clusters;
    this.putEntry({ ...item, short: padded(".."), clusters: above }, this.slot(item));
    this.putEntry(item, item.atByte);
    return item;
  }

  append(item: SampleItem, content: Uint8Array, ms: number): void {
    const size = item.sizeBytes + content.length;
    this.#extend(item, Math.ceil(size / this.clusterBytes) - item.clusters.length);
    for (const [i, byte] of content.entries()) {
      const offset = item.sizeBytes + i;
      const cluster = item.clusters[Math.floor(offset / this.clusterBytes)] ?? 2;
      this.bytes[this.at(cluster) + (offset % this.clusterBytes)] = byte;
    }
    item.sizeBytes = size;
    item.writtenMs = ms;
    this.putEntry(item, item.atByte);
  }

  remove(item: SampleItem, how: SampleRemoval = {}): void {
    for (const record of [...item.pieces, item.atByte]) this.bytes[record] = 0xe5;
    if (how.clearUpper) this.#view.setUint16(item.atByte + 20, 0, true);
    if (how.keepChain) return;
    if (how.keepSpare) this.#spare = this.table.slice();
    for (const cluster of item.clusters) this.table[cluster] = 0;
  }

  /** Byte of a directory's next record; it grows by a cluster where it is full. */
  slot(directory: SampleItem): number {
    const number = this.#slots.get(directory) ?? 0;
    this.#slots.set(directory, number + 1);
    if (directory === this.root && this.#kind !== "fat32") return this.#rootAt + number * 32;
    const perCluster = this.clusterBytes / 32;
    const index = Math.floor(number / perCluster);
    if (index >= directory.clusters.length) {
      this.#extend(directory, 1);
      const fresh = this.at(directory.clusters.at(-1) ?? 2);
      this.bytes.fill(0, fresh, fresh + this.clusterBytes);
    }
    return this.at(directory.clusters[index] ?? 2) + (number % perCluster) * 32;
  }

  putEntry(item: SampleItem, atByte: number): void {
    const [created, written, start] = [dosTime(item.createdMs), dosTime(item.writtenMs), item.clusters[0] ?? 0];
    this.bytes.set(item.short, atByte);
    this.bytes[atByte + 11] = item.directory ? 0x10 : 0x20;
    this.bytes[atByte + 13] = created.hundredths;
    const fields = [created.time, created.date, created.date, start >>> 16, written.time, written.date, start & 0xffff];
    for (const [i, field] of fields.entries()) this.#view.setUint16(atByte + 14 + i * 2, field, true);
    this.#view.setUint32(atByte + 28, item.directory ? 0 : item.sizeBytes, true);
  }

  /** The volume as it stands now. */
  image(): Uint8Array {
    for (const [number, entries] of [this.table, this.#spare ?? this.table].entries()) {
      const fatAt = (this.#reserved + number * this.#fatSectors) * SECTOR;
      entries.forEach((value, cluster) => {
        if (this.#kind === "fat32") this.#view.setUint32(fatAt + cluster * 4, value & 0x0fffffff, true);
        else if (this.#kind === "fat16") this.#view.setUint16(fatAt + cluster * 2, value & 0xffff, true);
        else putTwelve(this.#view, fatAt + Math.floor(cluster * 1.5), { value, odd: cluster % 2 === 1 });
      });
    }
    this.#putBoot();
    return this.bytes;
  }

  #putBoot(): void {
    const wide = this.#kind === "fat32";
    this.bytes.set([0xeb, 0x3c, 0x90, ...latin("MSDOS5.0")]);
    this.#view.setUint16(11, SECTOR, true);
    this.bytes[13] = this.clusterBytes / SECTOR;
    this.#view.setUint16(14, this.#reserved, true);
    this.bytes[16] = 2;
    this.#view.setUint16(17, wide ? 0 : ROOT_ENTRIES, true);
    this.bytes[21] = 0xf8;
    this.#view.setUint16(22, wide ? 0 : this.#fatSectors, true);
    this.#view.setUint32(32, this.bytes.length / SECTOR, true);
    if (wide) this.#view.setUint32(36, this.#fatSectors, true);
    if (wide) this.#view.setUint32(44, this.root.clusters[0] ?? 2, true);
    this.bytes[wide ? 66 : 38] = 0x29;
    this.bytes.set(latin("NO NAME    "), wide ? 71 : 43);
    this.bytes.set([0x55, 0xaa], 510);
    if (wide) this.bytes.copyWithin(6 * SECTOR, 0, 512);
  }

  #extend(item: SampleItem, count: number): void {
    for (let i = 0; i < count; i++) {
      const cluster = this.#take();
      const last = item.clusters.at(-1);
      if (last !== undefined) this.table[last] = cluster;
      item.clusters.push(cluster);
    }
  }

  #take(): number {
    const clusters = this.table.length - 2;
    for (let i = 1; i <= clusters; i++) {
      const cluster = 2 + ((this.#lastGiven - 2 + i + clusters) % clusters);
      if (this.table[cluster] !== 0) continue;
      this.#lastGiven = cluster;
      this.table[cluster] = 0xffffffff;
      return cluster;
    }
    throw new RangeError(`Cannot write to the sample: it must have free clusters, current count is 0 of ${clusters}`);
  }
}

const NOTHING = { sizeBytes: 0, createdMs: 0, writtenMs: 0, atByte: -1, pieces: [] };

function putTwelve(view: DataView, atByte: number, of: { value: number; odd: boolean }): void {
  const old = view.getUint16(atByte, true);
  const value = of.value & 0xfff;
  view.setUint16(atByte, of.odd ? (old & 0x000f) | (value << 4) : (old & 0xf000) | value, true);
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function padded(text: string): Uint8Array {
  return latin(text.padEnd(11, " "));
}

/** "ABC.TXT" is its own short name; all others get a numbered one and a long one. */
function shortOf(name: string, number: number): Uint8Array {
  const [base = "", extension = ""] = name.split(".");
  if (isShort(name)) return latin(base.padEnd(8, " ") + extension.padEnd(3, " "));
  const kept = base.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  return latin(
    `${kept.slice(0, 7 - String(number).length)}~${number}`.padEnd(8, " ") +
      extension.slice(0, 3).toUpperCase().padEnd(3, " "),
  );
}

function isShort(name: string): boolean {
  return /^[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?$/.test(name);
}

/** Records of a long name, last piece first. */
export function longRecords(name: string, short: Uint8Array): Uint8Array[] {
  if (isShort(name)) return [];
  const units = Array.from({ length: name.length }, (_, i) => name.charCodeAt(i));
  const count = Math.ceil(units.length / 13);
  return Array.from({ length: count }, (_, i) => {
    const piece = count - 1 - i;
    const record = new Uint8Array(32);
    const view = new DataView(record.buffer);
    record[0] = (piece + 1) | (i === 0 ? 0x40 : 0);
    record[11] = 0x0f;
    record[13] = shortNameChecksum(short);
    const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
    for (const [n, place] of places.entries()) {
      const index = piece * 13 + n;
      view.setUint16(place, index < units.length ? (units[index] ?? 0) : index === units.length ? 0 : 0xffff, true);
    }
    return record;
  });
}

/** A wall clock's time as FAT keeps it. */
export function dosTime(ms: number): { date: number; time: number; hundredths: number } {
  const at = new Date(ms);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return { date, time, hundredths: (at.getUTCSeconds() % 2) * 100 + Math.floor(at.getUTCMilliseconds() / 10) };
}
