import { concatBytes, utf8 } from "#base/values";
import type { EntryKind, FileTimes } from "./file-entry.ts";
import { longTime, shortTime } from "./iso-record.ts";
import { u16, u32 } from "./ntfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see IEEE P1281 (SUSP 1.12) §5, IEEE P1282 (RRIP 1.12) §4

const CONTINUED_LIMIT = 16;
/** No continuation is longer than a sector. */
const AREA_LIMIT = 2048;

/** What the system-use fields of a record add. */
export interface RockRidge {
  name: Uint8Array | null;
  kind: EntryKind | null;
  target: Uint8Array | null;
  times: FileTimes;
  /** Block of the directory that was moved away from here. */
  movedTo: number | null;
  /** This directory was moved here; its place is elsewhere. */
  moved: boolean;
  /** Compressed with zlib (zisofs): what is read is not what its owner saw. */
  compressed: boolean;
}

/** Bytes to pass over before the first field, as the root's own record says; null where there are no such fields. */
export function rockRidgeSkip(systemUse: Uint8Array): number | null {
  for (const at of [0, 14]) {
    if (
      systemUse[at] === 0x53 &&
      systemUse[at + 1] === 0x50 &&
      systemUse[at + 4] === 0xbe &&
      systemUse[at + 5] === 0xef
    ) {
      return systemUse[at + 6] ?? 0;
    }
  }
  return null;
}

/** The fields of a record, those of its continuations among them; each continuation is read once. */
export function rockRidge(
  systemUse: Uint8Array,
  { skip, read, blockBytes }: { skip: number; read: VolumeReader; blockBytes: number },
): RockRidge {
  const found: RockRidge = {
    name: null,
    kind: null,
    target: null,
    times: {},
    movedTo: null,
    moved: false,
    compressed: false,
  };
  const link = linkParts();
  let area: Uint8Array | null = systemUse.subarray(skip);
  for (let i = 0; area !== null && i < CONTINUED_LIMIT; i++) {
    let next: Uint8Array | null = null;
    for (const field of fieldsOf(area)) {
      const name = String.fromCharCode(field[0] ?? 0, field[1] ?? 0);
      if (name === "CE") {
        const at = u32(field, 4) * blockBytes + u32(field, 12);
        next = read(at, Math.min(u32(field, 20), AREA_LIMIT));
      } else if (name === "SL") link.add(field);
      else apply(found, name, field);
    }
    area = next;
  }
  found.target = link.target();
  return found;
}

function* fieldsOf(area: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at + 4 <= area.length; ) {
    const length = area[at + 2] ?? 0;
    if (length < 4 || at + length > area.length) return;
    const field = area.subarray(at, at + length);
    if (field[0] === 0x53 && field[1] === 0x54) return;
    yield field;
    at += length;
  }
}

function apply(found: RockRidge, name: string, field: Uint8Array): void {
  const flags = field[4] ?? 0;
  if (name === "NM" && (flags & 6) === 0) {
    found.name = concatBytes(found.name ?? new Uint8Array(0), field.subarray(5));
  } else if (name === "PX") found.kind = kindOfMode(u16(field, 4));
  else if (name === "TF") found.times = { ...found.times, ...timesOf(field) };
  else if (name === "CL") found.movedTo = u32(field, 4);
  else if (name === "RE") found.moved = true;
  else if (name === "ZF") found.compressed = true;
}

function kindOfMode(mode: number): EntryKind {
  const kind = mode >> 12;
  return kind === 4 ? "directory" : kind === 8 ? "file" : kind === 10 ? "link" : "other";
}

function timesOf(field: Uint8Array): FileTimes {
  const flags = field[4] ?? 0;
  const width = (flags & 0x80) !== 0 ? 17 : 7;
  const times: FileTimes = {};
  let at = 5;
  for (const [bit, key] of [
    [1, "createdMs"],
    [2, "modifiedMs"],
    [4, "accessedMs"],
    [8, "changedMs"],
  ] as const) {
    if ((flags & bit) === 0) continue;
    const ms = width === 17 ? longTime(field, at) : shortTime(field, at);
    if (ms !== undefined) times[key] = ms;
    at += width;
  }
  return times;
}

/** Joins the components of a link's target. */
function linkParts(): { add(field: Uint8Array): void; target(): Uint8Array | null } {
  const parts: Uint8Array[] = [];
  let open = false;
  let seen = false;
  return {
    add: (field) => {
      seen = true;
      for (let at = 5; at + 2 <= field.length && parts.length < 4096; ) {
        const flags = field[at] ?? 0;
        const length = field[at + 1] ?? 0;
        const text = (flags & 2) !== 0 ? "." : (flags & 4) !== 0 ? ".." : "";
        const part = text === "" ? field.slice(at + 2, at + 2 + length) : utf8(text);
        if (open) parts[parts.length - 1] = concatBytes(parts.at(-1) ?? part, part);
        else parts.push(part);
        open = (flags & 1) !== 0;
        at += 2 + length;
      }
    },
    target: () => {
      if (!seen) return null;
      const slash = utf8("/");
      // An empty first component is the root.
      return concatBytes(...parts.flatMap((part, i) => (i === 0 ? [part] : [slash, part])));
    },
  };
}
