import type { ByteSource } from "#examination/sources";
import { type HfsItem, hfsItem } from "./hfs-catalog.ts";
import { be16, be32, be64 } from "./hfs-fields.ts";
import type { HfsReading } from "./hfs-reading.ts";
import { freeRoom, type HfsTree, isLeaf, leafRecords, recordOf } from "./hfs-tree.ts";

// What of the catalog is no longer of it: room behind the records of a leaf, leaves out of use, older leaves in the journal.

const FORMER_LIMIT = 200_000;
const JOURNAL_LIMIT = 1024 * 1024 * 1024;
const STEP = 512;
const PART = 1024 * 1024;
const EARLIEST_MS = Date.UTC(1984, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** Items that the catalog has no more, each once in its newest state. `isLive`: whether the catalog has it as it is. */
export function formerItems(reading: HfsReading, isLive: (item: HfsItem) => boolean): HfsItem[] {
  const found = new Map<string, HfsItem>();
  const add = (item: HfsItem | null): void => {
    if (item === null || !isPlausible(reading, item) || isLive(item)) return;
    const key = `${item.id} ${item.parent} ${String.fromCharCode(...item.name)}`;
    const old = found.get(key);
    if (old === undefined ? found.size < FORMER_LIMIT : (item.times.changedMs ?? 0) > (old.times.changedMs ?? 0)) {
      found.set(key, item);
    }
  };
  const { catalog } = reading;
  for (let number = 1; catalog !== null && number < catalog.nodes; number++) addLeaf(catalog.node(number), add);
  const journal = journalSource(reading);
  if (catalog !== null && journal !== null) addJournal(journal, catalog, add);
  return [...found.values()];
}

function addLeaf(bytes: Uint8Array, add: (item: HfsItem | null) => void): void {
  if (!isLeaf(bytes)) return;
  for (const record of leafRecords(bytes)) add(hfsItem(record));
  const room = freeRoom(bytes);
  for (let at = 0; at + 96 < room.length; at += 2) {
    const length = be16(room, at);
    if (length < 8 || length > 516 || length !== 6 + 2 * be16(room, at + 6)) continue;
    const record = recordOf(room.subarray(at));
    add(record === null ? null : hfsItem(record));
  }
}

function isPlausible({ layout }: HfsReading, item: HfsItem): boolean {
  const created = item.times.createdMs ?? -1;
  if (item.id < 16 || created < EARLIEST_MS || created > LATEST_MS || item.name.length === 0) return false;
  return [item.content, item.resources].every(
    (fork) => fork === null || fork.extents.every(({ start, count }) => start + count <= layout.blocks),
  );
}

/** The journal's bytes; null without one in the volume. @see TN1150, "Journal" */
function journalSource(reading: HfsReading): ByteSource | null {
  const { layout, volume, note } = reading;
  if (layout.journalBlock === 0 || layout.journalBlock >= layout.blocks) return null;
  const info = readPart(volume, layout.startByte + layout.journalBlock * layout.blockBytes, 52);
  if ((be32(info, 0) & 1) === 0) {
    note("journal-elsewhere", null, { journal: "HFS+" });
    return null;
  }
  const startByte = layout.startByte + be64(info, 36);
  const sizeBytes = Math.min(be64(info, 44), JOURNAL_LIMIT);
  const head = readPart(volume, startByte, 32);
  const isLittle = be32(head, 4) === 0x78563412;
  if (be32(head, 0) !== (isLittle ? 0x784c4e4a : 0x4a4e4c78)) {
    note("journal-damaged", startByte);
    return null;
  }
  const start = be64(head, 8);
  if (start !== be64(head, 16)) note("journal-waiting", startByte);
  return sizeBytes > 0 ? { sizeBytes, readSync: (view, at) => readInto(volume, view, startByte + at) } : null;
}

function readPart(volume: ByteSource, at: number, length: number): Uint8Array {
  const view = new Uint8Array(length);
  return view.subarray(0, readInto(volume, view, at));
}

function readInto(volume: ByteSource, view: Uint8Array, at: number): number {
  try {
    return Number.isSafeInteger(at) && at < volume.sizeBytes ? volume.readSync(view, at) : 0;
  } catch {
    // A bad sector: what stood there is not to be had.
    return 0;
  }
}

/** Leaves stand anywhere in the journal, at whole sectors. */
function addJournal(journal: ByteSource, { nodeBytes }: HfsTree, add: (item: HfsItem | null) => void): void {
  const part = new Uint8Array(PART + nodeBytes);
  for (let at = 0; at < journal.sizeBytes; at += PART) {
    const length = journal.readSync(part.subarray(0, Math.min(part.length, journal.sizeBytes - at)), at);
    for (let within = 0; within + nodeBytes <= length && within < PART; within += STEP) {
      if (part[within + 8] !== 0xff || part[within + 9] !== 1) continue;
      addLeaf(part.slice(within, within + nodeBytes), add);
    }
  }
}
