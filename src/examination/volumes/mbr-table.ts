import { little } from "#base/values";
import { type FoundTable, type ListedVolume, VOLUMES_LIMIT } from "./listed-volume.ts";
import { bootSectorOfFileSystem, knownStart } from "./start-signature.ts";
import type { TableReader } from "./table-reader.ts";
import { kindOfMbr } from "./volume-kinds.ts";

const EXTENDED = new Set([0x05, 0x0f, 0x85, 0x15, 0x1f]);
const PROTECTIVE = 0xee;
const UNITS = [512, 4096, 2048, 1024] as const;

/** One used slot of a table, in the table's own sectors. */
interface Slot {
  atByte: number;
  type: number;
  first: number;
  count: number;
}

/** The table of the first sector: its slots before a unit is chosen. */
export interface MbrTable {
  slots: Slot[];
  /** A slot covers the disk to keep older programs off a GUID table. */
  protective: boolean;
  /** The sector is also the start of a file system. */
  alsoFileSystem: boolean;
}

/**
 * The DOS partition table in a sector; null where it is none.
 *
 * @param tableByte Where the sector stands.
 * @see Carrier, File System Forensic Analysis (2005), ch. 5
 */
export function mbrTable(reader: TableReader, tableByte: number): MbrTable | null {
  const sector = reader.read(tableByte, 512);
  const slots = tableSlots(sector, tableByte);
  if (slots === null || slots.length === 0) return null;
  const room = Math.ceil((reader.sizeBytes - tableByte) / 512);
  const alsoFileSystem = bootSectorOfFileSystem(sector);
  if (alsoFileSystem && !beyondDoubt(slots, room)) return null;
  const protective = slots.some((slot) => slot.type === PROTECTIVE);
  if (!protective && !slots.some((slot) => slot.first < room)) return null;
  return { slots, protective, alsoFileSystem };
}

/** Whether slots in the boot code of a file system are a table nevertheless: all start and end on the disk, none overlap. */
function beyondDoubt(slots: Slot[], room: number): boolean {
  const sorted = slots.toSorted((a, b) => a.first - b.first);
  return sorted.every((slot, i) => {
    const end = slot.first + slot.count;
    return end <= room && end <= (sorted[i + 1]?.first ?? Number.POSITIVE_INFINITY);
  });
}

/** The volumes of a table, those of its extended partitions among them; its numbers count from `baseByte`. */
export function mbrVolumes(reader: TableReader, table: MbrTable, baseByte: number): FoundTable {
  const slots = table.slots.filter((slot) => slot.type !== PROTECTIVE);
  const sectorBytes = unitOf(reader, slots, baseByte);
  const listed: ListedVolume[] = [];
  for (const slot of slots) {
    const startByte = baseByte + slot.first * sectorBytes;
    if (EXTENDED.has(slot.type)) listed.push(...chainVolumes(reader, startByte, sectorBytes));
    else listed.push(volumeOf(slot, startByte, sectorBytes));
  }
  return { sectorBytes, listed };
}

function volumeOf(slot: Slot, startByte: number, sectorBytes: number): ListedVolume {
  const type = `0x${slot.type.toString(16).padStart(2, "0")}`;
  return { startByte, sizeBytes: slot.count * sectorBytes, kind: kindOfMbr(slot.type), type, name: null };
}

/** The unit under which most slots point at something known; the smaller where there is no difference. */
function unitOf(reader: TableReader, slots: Slot[], baseByte: number): number {
  let best: number = UNITS[0];
  let most = 0;
  for (const unit of UNITS) {
    const known = slots.filter((slot) => knownStart(reader, baseByte + slot.first * unit)).length;
    if (known > most) [best, most] = [unit, known];
  }
  return best;
}

/** Follows a chain of extended tables. Each table is read once, so that a loop ends. */
function chainVolumes(reader: TableReader, extendedByte: number, sectorBytes: number): ListedVolume[] {
  const listed: ListedVolume[] = [];
  const seen = new Set<number>();
  for (let at: number | undefined = extendedByte; at !== undefined; ) {
    if (seen.has(at)) {
      reader.note("extended-loop", at);
      break;
    }
    if (seen.size >= VOLUMES_LIMIT) {
      reader.note("too-many", at, { limit: VOLUMES_LIMIT });
      break;
    }
    seen.add(at);
    const slots = tableSlots(reader.read(at, 512), at);
    if (slots === null) {
      reader.note("extended-damaged", at);
      break;
    }
    const here = at;
    const own = slots.filter((slot) => !EXTENDED.has(slot.type));
    listed.push(...own.map((slot) => volumeOf(slot, here + slot.first * sectorBytes, sectorBytes)));
    const next = slots.find((slot) => EXTENDED.has(slot.type));
    at = next === undefined ? undefined : extendedByte + next.first * sectorBytes;
  }
  return listed;
}

/** The used slots of a table; null where the sector is none. A link may point to the table's own start (sector 0). */
function tableSlots(sector: Uint8Array, tableByte: number): Slot[] | null {
  if (sector.length < 512 || little(sector, 510, 2) !== 0xaa55) return null;
  const slots: Slot[] = [];
  for (let at = 446; at < 510; at += 16) {
    if (((sector[at] ?? 0) & 0x7f) !== 0) return null;
    const type = sector[at + 4] ?? 0;
    const first = little(sector, at + 8, 4);
    const count = little(sector, at + 12, 4);
    const used = type !== 0 && count > 0 && (first > 0 || EXTENDED.has(type));
    if (used) slots.push({ atByte: tableByte + at, type, first, count });
  }
  return slots;
}
