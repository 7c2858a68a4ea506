import { concatBytes, holds, little } from "#base/values";
import { crcFrom } from "./crc32.ts";
import { plainText, type TableReader } from "./table-reader.ts";

const START = 0xf597a6cf;
const MAGIC = "\x20LVM2\x20x[5A%r0N*>";
const TEXT_LIMIT = 16 * 1024 * 1024;
const AREAS_LIMIT = 16;

/** What the label of a physical volume says, and the newest text of its group. */
export interface LvmLabel {
  labelByte: number;
  /** Identifier of this physical volume, without dashes. */
  id: string;
  /** Where the first piece of data starts. */
  dataByte: number;
  /** Null where no metadata area could be read. */
  text: string | null;
}

/**
 * The label of an LVM2 physical volume; null where the source is none.
 *
 * @see LVM2 lib/format_text/layout.h; libyal libvslvm "Logical Volume Manager (LVM) format" (2014): label, PV header,
 *   metadata area header, raw location
 */
export function lvmLabel(reader: TableReader): LvmLabel | null {
  const start = reader.read(0, 2048);
  const labelByte = [0, 512, 1024, 1536].find(
    (at) => holds(start, at, "LABELONE") && holds(start, at + 24, "LVM2 001"),
  );
  if (labelByte === undefined) return null;
  const label = start.subarray(labelByte, labelByte + 512);
  if (crcFrom(START, label.subarray(20)) !== little(label, 16, 4)) reader.note("lvm2-checksum", labelByte);
  const at = little(label, 20, 4);
  if (at < 32 || at > 400) return null;
  const id = plainText(label.subarray(at, at + 32));
  const data = areas(label, at + 40);
  const metadata = areas(label, data.endAt);
  const texts = metadata.list.map((area) => areaText(reader, area)).filter((text) => text !== null);
  return { labelByte, id, dataByte: data.list[0]?.startByte ?? 0, text: newest(texts) };
}

interface Area {
  startByte: number;
  sizeBytes: number;
}

function areas(label: Uint8Array, at: number): { list: Area[]; endAt: number } {
  const list: Area[] = [];
  let here = at;
  for (; here + 16 <= label.length && list.length < AREAS_LIMIT; here += 16) {
    const area = { startByte: little(label, here, 8), sizeBytes: little(label, here + 8, 8) };
    if (area.startByte === 0 && area.sizeBytes === 0) break;
    list.push(area);
  }
  return { list, endAt: here + 16 };
}

/** The text of a metadata area, which runs round its end to byte 512 of it. */
function areaText(reader: TableReader, { startByte }: Area): string | null {
  const header = reader.read(startByte, 512);
  if (!holds(header, 4, MAGIC)) {
    reader.note("lvm2-damaged", startByte);
    return null;
  }
  if (crcFrom(START, header.subarray(4)) !== little(header, 0, 4)) reader.note("lvm2-checksum", startByte);
  const areaBytes = little(header, 32, 8);
  const offset = little(header, 40, 8);
  const length = little(header, 48, 8);
  if (offset === 0 || length === 0) return null;
  if (offset < 512 || offset >= areaBytes || length > areaBytes - 512 || length > TEXT_LIMIT) {
    reader.note("lvm2-damaged", startByte);
    return null;
  }
  const first = reader.read(startByte + offset, Math.min(length, areaBytes - offset));
  const rest = length > areaBytes - offset ? reader.read(startByte + 512, length - (areaBytes - offset)) : null;
  const bytes = rest === null ? first : concatBytes(first, rest);
  if (crcFrom(START, bytes) !== little(header, 56, 4)) reader.note("lvm2-checksum", startByte + offset);
  return new TextDecoder().decode(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes);
}

/** Areas are copies of one text; where one is older, its sequence number is smaller. */
function newest(texts: string[]): string | null {
  const sequence = (text: string): number => Number(/\bseqno\s*=\s*(\d{1,15})/u.exec(text)?.[1] ?? -1);
  return texts.reduce<string | null>(
    (best, text) => (best === null || sequence(text) > sequence(best) ? text : best),
    null,
  );
}
