import { holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import type { CarveGround } from "./carve-ground.ts";

// Documents: OLE (doc, xls, ppt, msg, Thumbs.db) by its table of sectors, PDF by its marks of the end and where they point.

const NONE = 0xffff_fffa;
const FREE = 0xffff_ffff;
const TABLE = 0xffff_fffd;
const TABLES_MOST = 2 ** 16;

/** An OLE file at a place: as long as the last sector that its tables know; null where the tables do not name themselves. @see [MS-CFB] 2.3 */
export function followOle(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  const head = bytes.few(at, 512);
  const shift = little(head, 30, 2);
  if (head.length < 512 || (shift !== 9 && shift !== 12) || little(head, 32, 2) !== 6) return null;
  if (little(head, 28, 2) !== 0xfffe) return null;
  const sectorBytes = 2 ** shift;
  const tables = tablesOf(ground, at, { head, sectorBytes });
  if (tables === null) return null;
  let last = -1;
  for (const [index, sector] of tables.entries()) {
    ground.walkBytes -= sectorBytes;
    const table = bytes.bytes(at + (sector + 1) * sectorBytes, sectorBytes);
    // Beyond the area's end: what is there is its beginning.
    if (table.length < sectorBytes) return null;
    for (let i = 0; i < sectorBytes / 4; i++)
      if (little(table, 4 * i, 4) !== FREE) last = index * (sectorBytes / 4) + i;
    if (index === 0 && !namesTable(table, tables[0] ?? 0)) return null;
  }
  const sizeBytes = (last + 2) * sectorBytes;
  if (at + sizeBytes <= bytes.sizeBytes) return wholeAt("ole", at, sizeBytes);
  return { ...wholeAt("ole", at, bytes.sizeBytes - at), how: "beginning" };
}

/** Whether a table of sectors says of its own sector that it is one. */
function namesTable(table: Uint8Array, sector: number): boolean {
  return sector * 4 >= table.length || little(table, sector * 4, 4) === TABLE;
}

/** The sectors that hold tables, in their order. */
function tablesOf(
  ground: CarveGround,
  at: number,
  { head, sectorBytes }: { head: Uint8Array; sectorBytes: number },
): number[] | null {
  const count = little(head, 44, 4);
  if (count === 0 || count > TABLES_MOST || count * sectorBytes > ground.walkBytes) return null;
  const tables: number[] = [];
  const take = (sector: number): void => {
    if (sector < NONE && tables.length < count) tables.push(sector);
  };
  for (let i = 0; i < 109; i++) take(little(head, 76 + 4 * i, 4));
  let more = little(head, 68, 4);
  for (let left = little(head, 72, 4); left > 0 && more < NONE && ground.walkBytes > 0; left--) {
    ground.walkBytes -= sectorBytes;
    const sector = ground.bytes.few(at + (more + 1) * sectorBytes, sectorBytes);
    if (sector.length < sectorBytes) return null;
    for (let i = 0; i < sectorBytes / 4 - 1; i++) take(little(sector, 4 * i, 4));
    more = little(sector, sectorBytes - 4, 4);
  }
  return tables.length === count ? tables : null;
}

const PDF_MOST_BYTES = 2 ** 28;
const FIRST_WINDOW_BYTES = 2 ** 12;
const WINDOW_BYTES = 2 ** 18;
const MARK_COST = 512;
const TAIL_BYTES = 64;

/**
 * A PDF at a place: up to the last mark of its end that points back to a table of it. Behind such a mark the file goes on only where
 * objects follow it: it was saved again.
 */
export function followPdf(ground: CarveGround, at: number): Candidate | null {
  let [end, last]: [number | null, number] = [null, at];
  for (const mark of pdfMarks(ground, at + 8)) {
    ground.walkBytes -= MARK_COST;
    const behind = mark + 5;
    last = behind + lineEnd(ground.bytes.few(behind, 2));
    if (!pointsBack(ground, at, mark)) continue;
    end = last;
    if (!goesOn(ground.bytes.few(end, TAIL_BYTES))) break;
  }
  if (end !== null) return wholeAt("pdf", at, end - at);
  // Where no table is pointed at, objects may stand in front of the mark all the same.
  return last === at ? null : { ...wholeAt("pdf", at, last - at), how: "beginning" };
}

/** Marks of an end, up to another file's beginning. */
function* pdfMarks(ground: CarveGround, from: number): Generator<number> {
  const most = Math.min(ground.bytes.sizeBytes, from + PDF_MOST_BYTES);
  let windowBytes = FIRST_WINDOW_BYTES;
  for (let at = from; at < most && ground.walkBytes > 0; ) {
    const window = ground.bytes.bytes(at, Math.min(windowBytes, most - at));
    ground.walkBytes -= window.length;
    for (let i = window.indexOf(0x25); i >= 0 && ground.walkBytes > 0; i = window.indexOf(0x25, i + 1)) {
      if (window[i + 1] === 0x50 && holds(window, i, "%PDF-")) return;
      if (window[i + 1] === 0x25 && holds(window, i, "%%EOF")) yield at + i;
    }
    if (at + window.length >= most) return;
    at += window.length - 4;
    windowBytes = Math.min(WINDOW_BYTES, windowBytes * 4);
  }
}

function lineEnd(bytes: Uint8Array): number {
  if (bytes[0] === 0x0d) return bytes[1] === 0x0a ? 2 : 1;
  return bytes[0] === 0x0a ? 1 : 0;
}

/** Whether in front of a mark stands the place of a table, and at that place one begins. */
function pointsBack({ bytes }: CarveGround, at: number, mark: number): boolean {
  const from = Math.max(at, mark - TAIL_BYTES);
  const tail = String.fromCharCode(...bytes.few(from, mark - from));
  const told = /startxref\s+(\d{1,12})\s*$/.exec(tail)?.[1];
  if (told === undefined || at + Number(told) >= mark) return false;
  return /^\s*(xref|\d+\s+\d+\s+obj)/.test(String.fromCharCode(...bytes.few(at + Number(told), 32)));
}

function goesOn(bytes: Uint8Array): boolean {
  return /^\s*\d{1,10}\s+\d{1,5}\s+obj/.test(String.fromCharCode(...bytes));
}
