// A small exFAT volume in memory, for tests: formats, makes, deletes; a file can lie in one piece or in a chain.

import { commonUpcase, nameHash } from "./exfat-upcase.ts";
import { dosTime } from "./fat-sample.ts";

/** A file or directory of the sample. */
export interface ExfatItem {
  name: string;
  directory: boolean;
  clusters: number[];
  chained: boolean;
  sizeBytes: number;
  validBytes: number;
  createdMs: number;
  /** Quarters of an hour east of UTC; null: the zone is not told. */
  zone: number | null;
  /** Bytes of its records. */
  records: number[];
}

export interface ExfatContent {
  content: Uint8Array;
  ms: number;
  /** Else the next free ones are taken, in one piece where they follow each other. */
  clusters?: number[];
  chained?: boolean;
  zone?: number | null;
}

const SECTOR = 512;
const FAT_AT = 24;
const END = 0xffffffff;

/** An empty volume, and the calls that fill it. */
export class ExfatSample {
  readonly root: ExfatItem;
  readonly bytes: Uint8Array;
  readonly clusterBytes = 4096;
  readonly used: Uint8Array;
  readonly #view: DataView;
  readonly #heapAt: number;
  readonly #slots = new Map<ExfatItem, number>();

  constructor(clusters: number) {
    const fatSectors = Math.ceil(((clusters + 2) * 4) / SECTOR);
    this.#heapAt = (FAT_AT + fatSectors) * SECTOR;
    this.bytes = new Uint8Array(this.#heapAt + clusters * this.clusterBytes);
    this.#view = new DataView(this.bytes.buffer);
    this.used = new Uint8Array(clusters + 2);
    this.#putBoot(clusters, fatSectors);
    this.#chain([0xfffffff8 >>> 0, END], 0);
    const bitmap = this.take(1);
    const upcase = this.take(1);
    this.root = { ...NOTHING, name: "", directory: true, clusters: this.take(1), chained: true, records: [] };
    this.#slots.set(this.root, 0);
    this.#link([bitmap, upcase, this.root.clusters]);
    const table = Uint8Array.from([0xff, 0xff, 0x61, 0x00, ...letters(), 0xff, 0xff, 0x85, 0xff]);
    this.bytes.set(table, this.at(upcase[0] ?? 2));
    this.record(this.root, [0x83, 3, ...utf16("SD!")]);
    this.#system(0x81, { cluster: bitmap[0] ?? 2, bytes: Math.ceil(clusters / 8) });
    const place = this.#system(0x82, { cluster: upcase[0] ?? 3, bytes: table.length });
    this.#view.setUint32(place + 4, sum32(table), true);
  }

  /** Byte at which a cluster begins. */
  at(cluster: number): number {
    return this.#heapAt + (cluster - 2) * this.clusterBytes;
  }

  take(count: number): number[] {
    const taken: number[] = [];
    for (let cluster = 2; cluster < this.used.length && taken.length < count; cluster++) {
      if (this.used[cluster] === 0) taken.push(cluster);
    }
    for (const cluster of taken) this.used[cluster] = 1;
    return taken;
  }

  addFile(parent: ExfatItem, name: string, of: ExfatContent): ExfatItem {
    const clusters = of.clusters ?? this.take(Math.ceil(of.content.length / this.clusterBytes));
    for (const [i, cluster] of clusters.entries()) {
      this.used[cluster] = 1;
      this.bytes.set(of.content.subarray(i * this.clusterBytes, (i + 1) * this.clusterBytes), this.at(cluster));
    }
    const chained = of.chained ?? clusters.some((cluster, i) => cluster !== (clusters[0] ?? 0) + i);
    const size = { sizeBytes: of.content.length, validBytes: of.content.length };
    const item = { ...NOTHING, ...size, name, clusters, chained, createdMs: of.ms, zone: of.zone ?? 0, records: [] };
    if (of.zone === null) Object.assign(item, { zone: null });
    if (chained) this.#link([clusters]);
    this.putSet(parent, item);
    return item;
  }

  addDirectory(parent: ExfatItem, name: string, of: { ms: number; clusters?: number }): ExfatItem {
    const clusters = this.take(of.clusters ?? 1);
    const sizeBytes = clusters.length * this.clusterBytes;
    const item = { ...NOTHING, name, directory: true, clusters, sizeBytes, validBytes: sizeBytes, createdMs: of.ms };
    const whole = { ...item, records: [] };
    for (const cluster of clusters) this.bytes.fill(0, this.at(cluster), this.at(cluster) + this.clusterBytes);
    this.#slots.set(whole, 0);
    this.putSet(parent, whole);
    return whole;
  }

  /** Deletes as systems do: the marks of use go, the table stays. */
  remove(item: ExfatItem): void {
    for (const record of item.records) this.bytes[record] = (this.bytes[record] ?? 0) & 0x7f;
    for (const cluster of item.clusters) this.used[cluster] = 0;
  }

  /** Writes one record; gives the byte at which it stands. */
  record(directory: ExfatItem, values: number[]): number {
    const number = this.#slots.get(directory) ?? 0;
    this.#slots.set(directory, number + 1);
    const perCluster = this.clusterBytes / 32;
    const cluster = directory.clusters[Math.floor(number / perCluster)];
    if (cluster === undefined) throw new RangeError(`Cannot write to the sample: its directory is full, at ${number}`);
    const place = this.at(cluster) + (number % perCluster) * 32;
    this.bytes.set(values, place);
    return place;
  }

  putSet(parent: ExfatItem, item: ExfatItem): void {
    const units = Array.from({ length: item.name.length }, (_, i) => item.name.charCodeAt(i));
    const names = Math.ceil(units.length / 15);
    const records = Array.from({ length: names + 2 }, () => new Uint8Array(32));
    const [head = new Uint8Array(32), stream = new Uint8Array(32)] = records;
    head.set([0x85, names + 1]);
    head[4] = item.directory ? 0x10 : 0x20;
    const { date, time, hundredths } = dosTime(item.createdMs + (item.zone ?? 0) * 900_000);
    const fields = new DataView(head.buffer);
    for (const place of [8, 12, 16]) fields.setUint32(place, date * 0x10000 + time, true);
    head.set([hundredths, hundredths], 20);
    if (item.zone !== null) head.fill(0x80 | (item.zone & 0x7f), 22, 25);
    const view = new DataView(stream.buffer);
    stream.set([0xc0, item.chained ? 1 : 3, 0, units.length]);
    view.setUint16(4, nameHash(units, commonUpcase), true);
    view.setBigUint64(8, BigInt(item.validBytes), true);
    view.setUint32(20, item.clusters[0] ?? 0, true);
    view.setBigUint64(24, BigInt(item.sizeBytes), true);
    for (let i = 0; i < names; i++) records[i + 2]?.set([0xc1, 0, ...utf16(item.name.slice(i * 15, i * 15 + 15))]);
    fields.setUint16(2, sum16(records), true);
    item.records = records.map((record) => this.record(parent, [...record]));
  }

  /** The volume as it stands now. */
  image(): Uint8Array {
    this.bytes.fill(0, this.at(2), this.at(2) + Math.ceil((this.used.length - 2) / 8));
    for (let cluster = 2; cluster < this.used.length; cluster++) {
      const place = this.at(2) + ((cluster - 2) >> 3);
      if (this.used[cluster]) this.bytes[place] = (this.bytes[place] ?? 0) | (1 << ((cluster - 2) & 7));
    }
    return this.bytes;
  }

  #link(chains: number[][]): void {
    for (const chain of chains) for (const [i, cluster] of chain.entries()) this.#chain([chain[i + 1] ?? END], cluster);
  }

  #chain(values: number[], from: number): void {
    for (const [i, value] of values.entries()) this.#view.setUint32(FAT_AT * SECTOR + (from + i) * 4, value, true);
  }

  #system(type: number, of: { cluster: number; bytes: number }): number {
    const place = this.record(this.root, [type]);
    this.#view.setUint32(place + 20, of.cluster, true);
    this.#view.setBigUint64(place + 24, BigInt(of.bytes), true);
    return place;
  }

  #putBoot(clusters: number, fatSectors: number): void {
    const view = this.#view;
    this.bytes.set([0xeb, 0x76, 0x90, ...Array.from("EXFAT   ", (letter) => letter.charCodeAt(0))]);
    view.setBigUint64(72, BigInt(this.bytes.length / SECTOR), true);
    const fields = [FAT_AT, fatSectors, this.#heapAt / SECTOR, clusters, 4, 0x12345678];
    for (const [i, field] of fields.entries()) view.setUint32(80 + i * 4, field, true);
    this.bytes.set([0, 1, 0, 0, 9, 3, 1, 0x80], 104);
    this.bytes.set([0x55, 0xaa], 510);
    const sum = sum32(this.bytes.subarray(0, 11 * SECTOR).filter((_, i) => i !== 106 && i !== 107 && i !== 112));
    for (let i = 0; i < SECTOR; i += 4) view.setUint32(11 * SECTOR + i, sum, true);
    this.bytes.copyWithin(12 * SECTOR, 0, 12 * SECTOR);
  }
}

const NOTHING = {
  ...{ directory: false, clusters: [], chained: false },
  sizeBytes: 0,
  validBytes: 0,
  createdMs: 0,
  zone: 0,
};

function letters(): number[] {
  return Array.from({ length: 26 }, (_, i) => [0x41 + i, 0]).flat();
}

function utf16(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >> 8]).flat();
}

function sum16(records: Uint8Array[]): number {
  let sum = 0;
  for (const [number, record] of records.entries()) {
    for (const [i, byte] of record.entries()) {
      if (number > 0 || (i !== 2 && i !== 3)) sum = (((sum << 15) | (sum >>> 1)) + byte) & 0xffff;
    }
  }
  return sum;
}

function sum32(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (((sum << 31) | (sum >>> 1)) + byte) >>> 0;
  return sum;
}
