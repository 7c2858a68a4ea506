import { type ByteSource, slice } from "#examination/sources";
import { joinedSource } from "./joined-source.ts";
import { VOLUMES_LIMIT } from "./listed-volume.ts";
import { type LvmLabel, lvmLabel } from "./lvm-label.ts";
import { type LvmSection, numberOf, readLvmText, sectionOf, textOf } from "./lvm-text.ts";
import type { TableReader } from "./table-reader.ts";
import type { Volume, VolumeExtent, VolumeRefusal, VolumeTable } from "./volume.ts";

const SEGMENTS_LIMIT = 10_000;

/** What stands for all volumes of a group. */
interface Group {
  name: string;
  extentBytes: number;
  /** Names of physical volumes that are this source, with the byte their extents count from. */
  here: Map<string, number>;
}

/**
 * The logical volumes of an LVM2 physical volume; null where the source is none. Linear ones that stand wholly in this
 * source are read; others are told by name.
 */
export function lvmVolumes(
  source: ByteSource,
  reader: TableReader,
): Pick<VolumeTable, "sectorBytes" | "volumes"> | null {
  const label = lvmLabel(reader);
  if (label === null) return null;
  const volumes: Volume[] = [];
  if (label.text !== null) {
    const { section, whole } = readLvmText(label.text);
    if (!whole) reader.note("lvm2-damaged", label.labelByte);
    for (const [name, value] of Object.entries(section)) {
      if (typeof value !== "object" || Array.isArray(value)) continue;
      volumes.push(...groupVolumes(source, reader, { name, section: value, label }));
    }
  }
  const sorted = volumes.toSorted((a, b) => a.startByte - b.startByte);
  const all = [...sorted, ...gaps(source, sorted)].toSorted((a, b) => a.startByte - b.startByte);
  return { sectorBytes: 512, volumes: all.map((volume, index) => ({ ...volume, index })) };
}

function groupVolumes(
  source: ByteSource,
  reader: TableReader,
  { name, section, label }: { name: string; section: LvmSection; label: LvmLabel },
): Volume[] {
  const extentSectors = numberOf(section, "extent_size") ?? 0;
  const physical = sectionOf(section, "physical_volumes");
  const logical = sectionOf(section, "logical_volumes");
  if (extentSectors === 0 || extentSectors > 2 ** 32 || physical === null) {
    reader.note("lvm2-damaged", label.labelByte);
    return [];
  }
  const here = new Map<string, number>();
  for (const [alias, value] of Object.entries(physical)) {
    if (typeof value !== "object" || Array.isArray(value)) continue;
    const startSectors = numberOf(value, "pe_start");
    if (textOf(value, "id")?.replaceAll("-", "") !== label.id) continue;
    here.set(alias, startSectors === undefined ? label.dataByte : startSectors * 512);
  }
  const group = { name, extentBytes: extentSectors * 512, here };
  const volumes: Volume[] = [];
  for (const [own, value] of Object.entries(logical ?? {})) {
    if (typeof value !== "object" || Array.isArray(value)) continue;
    if (volumes.length >= VOLUMES_LIMIT) {
      reader.note("too-many", label.labelByte, { limit: VOLUMES_LIMIT });
      break;
    }
    volumes.push(logicalVolume(source, reader, { group, name: own, section: value }));
  }
  return volumes;
}

function logicalVolume(
  source: ByteSource,
  reader: TableReader,
  { group, name, section }: { group: Group; name: string; section: LvmSection },
): Volume {
  const { extents, refused, type } = piecesOf(group, section);
  const base = { index: 0, kind: "logical", type, name: `${group.name}/${name}`, unallocated: false } as const;
  const sizeBytes = extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
  const startByte = extents[0]?.startByte ?? 0;
  if (refused !== null) return { ...base, startByte, sizeBytes: 0, extents, read: null, refused };
  const beyond = extents.find((extent) => extent.startByte + extent.lengthBytes > source.sizeBytes);
  if (beyond !== undefined) {
    const has = Math.max(0, source.sizeBytes - beyond.startByte);
    reader.note("beyond-end", beyond.startByte, { says: beyond.lengthBytes, has });
  }
  return { ...base, startByte, sizeBytes, extents, read: joinedSource(source, extents) };
}

/** The pieces of a logical volume in their order, neighbours joined; refused where one is not plainly in this source. */
function piecesOf(
  group: Group,
  section: LvmSection,
): { extents: VolumeExtent[]; refused: VolumeRefusal | null; type: string } {
  const segments = Object.entries(section)
    .filter(([name]) => /^segment\d+$/u.test(name))
    .map(([, value]) => (typeof value === "object" && !Array.isArray(value) ? value : null))
    .filter((segment) => segment !== null)
    .slice(0, SEGMENTS_LIMIT)
    .toSorted((a, b) => (numberOf(a, "start_extent") ?? 0) - (numberOf(b, "start_extent") ?? 0));
  const extents: VolumeExtent[] = [];
  let type = "linear";
  let refused: VolumeRefusal | null = segments.length === 0 ? "lvm2-empty" : null;
  let expected = 0;
  for (const segment of segments) {
    const own = textOf(segment, "type") ?? "?";
    const stripes = segment["stripes"];
    const count = numberOf(segment, "extent_count") ?? 0;
    const pairs = Array.isArray(stripes) ? stripes : [];
    const [alias, first] = pairs;
    const linear = own === "striped" && pairs.length === 2 && (numberOf(segment, "stripe_count") ?? 1) === 1;
    if (!linear) type = own;
    const base = typeof alias === "string" ? group.here.get(alias) : undefined;
    const orderly = numberOf(segment, "start_extent") === expected && count > 0;
    expected += count;
    if (!linear || !orderly || typeof first !== "number" || !Number.isSafeInteger(first)) refused = "lvm2-layout";
    else if (base === undefined) refused ??= "lvm2-other-device";
    else join(extents, { startByte: base + first * group.extentBytes, lengthBytes: count * group.extentBytes });
  }
  const exact = extents.every(
    ({ startByte, lengthBytes }) => startByte >= 0 && Number.isSafeInteger(startByte + lengthBytes),
  );
  return exact ? { extents, refused, type } : { extents: [], refused: "lvm2-layout", type };
}

function join(extents: VolumeExtent[], next: VolumeExtent): void {
  const last = extents.at(-1);
  if (last !== undefined && last.startByte + last.lengthBytes === next.startByte) last.lengthBytes += next.lengthBytes;
  else extents.push(next);
}

/** What no piece of a logical volume that is read covers. */
function gaps(source: ByteSource, volumes: Volume[]): Volume[] {
  const read = volumes.filter((volume) => volume.read !== null);
  const pieces = read.flatMap((volume) => volume.extents).toSorted((a, b) => a.startByte - b.startByte);
  const found: Volume[] = [];
  let covered = 0;
  for (const { startByte, lengthBytes } of [...pieces, { startByte: source.sizeBytes, lengthBytes: 0 }]) {
    const lengthFree = Math.min(startByte, source.sizeBytes) - covered;
    if (lengthFree > 0) {
      const extents = [{ startByte: covered, lengthBytes: lengthFree }];
      const bytes = slice(source, covered, lengthFree);
      const base = { index: 0, kind: "unallocated", type: "", name: null, unallocated: true } as const;
      found.push({ ...base, startByte: covered, sizeBytes: lengthFree, extents, read: bytes });
    }
    covered = Math.max(covered, startByte + lengthBytes);
  }
  return found;
}
