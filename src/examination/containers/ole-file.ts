import { little } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { type JoinedPart, joinedSource, needBytes, readBytes } from "./read-bytes.ts";

const HEAD_BYTES = 512;
const ENTRY_BYTES = 128;
const NONE = 0xffff_fffa; // above: no sector
const DIRECTORY_MOST = 200_000;
const CHAIN_MOST = 2 ** 22;

/** A stream of an OLE file. */
export interface OleStream {
  path: string[];
  bytes: ByteSource;
}

interface OleEntry {
  name: string;
  kind: number;
  left: number;
  right: number;
  child: number;
  start: number;
  sizeBytes: number;
}

/** Sectors of one size, each naming the next one. */
interface Sectors {
  sectorBytes: number;
  next(sector: number): number;
  place(sector: number): JoinedPart;
}

/**
 * Opens an OLE file.
 *
 * @throws {RangeError} Where its header or its directory is not there.
 * @see [MS-CFB] 12.0
 */
export function openOle(source: ByteSource): { streams(): Generator<OleStream>; damaged(): boolean } {
  const head = needBytes(source, 0, HEAD_BYTES);
  const [shift, miniShift] = [little(head, 30, 2), little(head, 32, 2)];
  if ((shift !== 9 && shift !== 12) || miniShift !== 6)
    throw new RangeError("Cannot read OLE: its sectors have no known size");
  const state = { damaged: false };
  const large = largeSectors(source, head, 2 ** shift);
  const directory = chainSource(large, little(head, 48, 4), { state });
  const root = entryAt(directory, 0, shift);
  const roots = root.kind === 5 ? root : { ...root, start: NONE + 4, sizeBytes: 0 };
  const small = smallSectors(large, { head, root: roots, state });
  const cutoff = little(head, 56, 4);
  return {
    damaged: () => state.damaged,
    *streams() {
      for (const { path, entry } of named(directory, shift)) {
        if (entry.kind !== 2) continue;
        const sectors = entry.sizeBytes < cutoff ? small : large;
        yield { path, bytes: chainSource(sectors, entry.start, { state, sizeBytes: entry.sizeBytes }) };
      }
    },
  };
}

function largeSectors(source: ByteSource, head: Uint8Array, sectorBytes: number): Sectors {
  const count = Math.ceil(Math.max(0, source.sizeBytes - sectorBytes) / sectorBytes);
  const perSector = sectorBytes / 4;
  const tables: number[] = [];
  for (let i = 0; i < 109; i++) tables.push(little(head, 76 + 4 * i, 4));
  for (
    let sector = little(head, 68, 4), left = 1 + Math.ceil(count / perSector / perSector);
    sector < count && left > 0;
    left--
  ) {
    const more = readBytes(source, (sector + 1) * sectorBytes, sectorBytes);
    for (let i = 0; i < perSector - 1; i++) tables.push(little(more, 4 * i, 4));
    sector = little(more, sectorBytes - 4, 4);
  }
  let [cached, table] = [-1, new Uint8Array(0)];
  return {
    sectorBytes,
    next(sector) {
      if (sector >= count) return NONE;
      const index = Math.floor(sector / perSector);
      if (index !== cached) {
        const at = tables[index] ?? NONE;
        table =
          at >= count ? new Uint8Array(0) : Uint8Array.from(readBytes(source, (at + 1) * sectorBytes, sectorBytes));
        cached = index;
      }
      return table.length === 0 ? NONE : little(table, 4 * (sector % perSector), 4);
    },
    place: (sector) => {
      const startByte = (sector + 1) * sectorBytes;
      return { source, startByte, lengthBytes: Math.max(0, Math.min(sectorBytes, source.sizeBytes - startByte)) };
    },
  };
}

function smallSectors(
  large: Sectors,
  { head, root, state }: { head: Uint8Array; root: OleEntry; state: { damaged: boolean } },
): Sectors {
  const table = chainSource(large, little(head, 60, 4), { state });
  const bytes = chainSource(large, root.start, { state, sizeBytes: root.sizeBytes });
  return {
    sectorBytes: 64,
    next: (sector) => {
      const entry = readBytes(table, sector * 4, 4);
      return entry.length < 4 ? NONE : little(entry, 0, 4);
    },
    place: (sector) => ({
      source: bytes,
      startByte: sector * 64,
      lengthBytes: Math.max(0, Math.min(64, bytes.sizeBytes - sector * 64)),
    }),
  };
}

/** A chain of sectors as a source; it ends where it comes back to itself, where it is damaged, or at its length. */
function chainSource(
  sectors: Sectors,
  start: number,
  { state, sizeBytes = Number.POSITIVE_INFINITY }: { state: { damaged: boolean }; sizeBytes?: number },
): ByteSource {
  const parts: JoinedPart[] = [];
  let [reached, count] = [0, 0];
  // Brent's: a chain that runs in a circle meets the sector that is remembered.
  let [remembered, until] = [-1, 1];
  for (let sector = start; sector < NONE && reached < sizeBytes; sector = sectors.next(sector)) {
    if (sector === remembered || ++count > CHAIN_MOST) {
      state.damaged = true;
      break;
    }
    if (count === until) [remembered, until] = [sector, until * 2];
    const part = sectors.place(sector);
    if (part.lengthBytes === 0) {
      state.damaged = true;
      break;
    }
    const lengthBytes = Math.min(part.lengthBytes, sizeBytes - reached);
    const last = parts.at(-1);
    if (last !== undefined && last.startByte + last.lengthBytes === part.startByte) last.lengthBytes += lengthBytes;
    else parts.push({ ...part, lengthBytes });
    reached += lengthBytes;
  }
  if (Number.isFinite(sizeBytes) && reached < sizeBytes) state.damaged = true;
  return joinedSource(parts);
}

function entryAt(directory: ByteSource, number: number, shift: number): OleEntry {
  const bytes = readBytes(directory, number * ENTRY_BYTES, ENTRY_BYTES);
  if (bytes.length < ENTRY_BYTES)
    return { name: "", kind: 0, left: NONE, right: NONE, child: NONE, start: NONE, sizeBytes: 0 };
  const lengthBytes = Math.min(64, little(bytes, 64, 2));
  let name = "";
  for (let i = 0; i + 2 < lengthBytes; i += 2) name += String.fromCharCode(little(bytes, i, 2));
  return {
    ...{
      name,
      kind: bytes[66] ?? 0,
      left: little(bytes, 68, 4),
      right: little(bytes, 72, 4),
      child: little(bytes, 76, 4),
    },
    ...{ start: little(bytes, 116, 4), sizeBytes: little(bytes, 120, shift === 9 ? 4 : 8) },
  };
}

/** All entries with their names; those that no storage names any more stand below "unlisted". */
function* named(directory: ByteSource, shift: number): Generator<{ path: string[]; entry: OleEntry }> {
  const count = Math.min(DIRECTORY_MOST, Math.floor(directory.sizeBytes / ENTRY_BYTES));
  const met = new Uint8Array(count);
  const waiting: { number: number; parents: string[] }[] = [
    { number: entryAt(directory, 0, shift).child, parents: [] },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { number, parents } = next;
    if (number >= count || met[number] === 1) continue;
    met[number] = 1;
    const entry = entryAt(directory, number, shift);
    const path = [...parents, entry.name];
    waiting.push({ number: entry.left, parents }, { number: entry.right, parents });
    if (entry.kind === 1 && path.length < 64) waiting.push({ number: entry.child, parents: path });
    yield { path, entry };
  }
  for (let number = 1; number < count; number++) {
    if (met[number] === 1) continue;
    const entry = entryAt(directory, number, shift);
    if (entry.kind === 2) yield { path: ["unlisted", entry.name], entry };
  }
}
