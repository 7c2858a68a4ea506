import type { ByteSource } from "#examination/sources";
import { budgetCache } from "./budget-cache.ts";
import { readPart } from "./fields.ts";
import { type ImageFile, noAcquisition, type OpenImage } from "./image.ts";
import { mappedMedia, type Unread } from "./mapped-media.ts";

// A CD as its drive reads it: sectors of 2,352 bytes, each with a mark, its place, the kind of what it holds, 2,048 bytes of
// it, and sums; some tools keep 96 bytes of subchannels behind each. @see ECMA-130 (1996), 14; IEC 10149

const MARK = [0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0];
const STRIDES = [2352, 2448] as const;
const SECTOR = 2048;
const GROUP = 64;
const BUDGET_BYTES = 16 * 1024 * 1024;

/** What a sector is: data, or why it is none. */
const STATE = { data: 0, cut: 1, sound: 2, form: 3 } as const;
const WHY: Record<number, Unread> = {
  [STATE.cut]: { is: "unread", why: "vanished", code: "ENDED" },
  [STATE.sound]: { is: "unread", why: "input-error", code: "SOUND" },
  [STATE.form]: { is: "unread", why: "input-error", code: "FORM2" },
};

interface Group {
  bytes: Uint8Array;
  states: Uint8Array;
}

/** Opens an image of a CD's whole sectors as the data in them; null where the file is none. */
export function openRawDisc({ name, source }: ImageFile): OpenImage | null {
  const stride = strideOf(source);
  if (stride === null) return null;
  const sectors = Math.floor(source.sizeBytes / stride);
  const kept = budgetCache<Group>(BUDGET_BYTES);
  const groupAt = (number: number): Group => {
    const known = kept.get(number);
    if (known !== undefined) return known;
    const group = readGroup(source, { first: number * GROUP, sectors, stride });
    kept.set(number, group, GROUP * SECTOR);
    return group;
  };
  const media = mappedMedia(sectors * SECTOR, (offsetBytes) => {
    const sector = Math.floor(offsetBytes / SECTOR);
    const number = Math.floor(sector / GROUP);
    const { bytes, states } = groupAt(number);
    const state = states[sector - number * GROUP] ?? STATE.cut;
    let end = sector + 1;
    while (end < Math.min(sectors, (number + 1) * GROUP) && states[end - number * GROUP] === state) end++;
    const why = WHY[state];
    const skip = offsetBytes - number * GROUP * SECTOR;
    return { endByte: end * SECTOR, stretch: why ?? { is: "block", load: () => bytes, skip } };
  });
  const variant = stride === 2352 ? "" : String(stride);
  return { format: "disc", variant, files: [name], media, unread: [], acquisition: noAcquisition(), problems: [] };
}

/** The length of a sector: where the first two begin with the mark and hold data. */
function strideOf(source: ByteSource): number | null {
  const head = readPart(source, 0, STRIDES[1] + 16);
  const isData = (at: number): boolean =>
    MARK.every((byte, i) => head[at + i] === byte) && (head[at + 15] === 1 || head[at + 15] === 2);
  if (!isData(0)) return null;
  return STRIDES.find((stride) => isData(stride)) ?? null;
}

function readGroup(
  source: ByteSource,
  { first, sectors, stride }: { first: number; sectors: number; stride: number },
): Group {
  const count = Math.min(GROUP, sectors - first);
  const raw = readPart(source, first * stride, count * stride);
  const group: Group = { bytes: new Uint8Array(GROUP * SECTOR), states: new Uint8Array(GROUP).fill(STATE.cut) };
  for (let i = 0; i < count; i++) {
    // Behind a sector that cannot be read the others are asked for one by one.
    const isThere = (i + 1) * stride <= raw.length;
    const sector = isThere ? raw.subarray(i * stride) : readPart(source, (first + i) * stride, stride);
    const from = dataAt(sector, stride);
    if (typeof from === "number") group.bytes.set(sector.subarray(from, from + SECTOR), i * SECTOR);
    group.states[i] = typeof from === "number" ? STATE.data : STATE[from];
  }
  return group;
}

/** Where a sector's data begin, or what it is instead. */
function dataAt(sector: Uint8Array, stride: number): number | "cut" | "sound" | "form" {
  if (sector.length < Math.min(stride, 2352)) return "cut";
  if (MARK.some((byte, i) => sector[i] !== byte)) return "sound";
  if (sector[15] === 1) return 16;
  // Form 2 holds 2,324 bytes of sound or film, which no file system counts.
  return sector[15] === 2 && ((sector[18] ?? 0) & 0x20) === 0 ? 24 : "form";
}
