import { crc32 } from "#base/formats";
import { holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, noteParts } from "./carve-ground.ts";

// Zip, and all that is one: entries one behind the other, their directory, and the record at its end.
// @see APPNOTE.TXT 6.3.10 (2022), PKWARE

const MARK = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const DESCRIPTOR = 0x08074b50;
const SIGNATURE = 0x05054b50;
const FULL32 = 0xffff_ffff;
const ENTRIES_MOST = 250_000;
const NAME_MOST_BYTES = 4096;
const FIRST_WINDOW_BYTES = 2 ** 12;
const WINDOW_BYTES = 2 ** 18;
const STEP_COST = 256;
const STORED_MOST_BYTES = 2 ** 24;
const ENTRY_MOST_BYTES = 2 ** 24;
/** In front of the directory of Android's packages. */
const APK_MARK = "APK Sig Block 42";
const METHODS = new Set([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99]);

/** A zip archive at a place; where its row breaks, its beginning with the entries in front; null where not even one entry is. */
export function followZip(ground: CarveGround, at: number): Candidate | null {
  const { end, places } = entryRow(ground, at);
  if (places.length === 0) return null;
  noteParts(ground, places.slice(1));
  const endByte = directoryEnd(ground, end, places.length);
  if (endByte !== null) return wholeAt("zip", at, endByte - at);
  // Two headers prove the first entry; one alone may be none.
  if (places.length === 1 && !isEntrySound(ground, at, end)) return null;
  return { ...wholeAt("zip", at, end - at), how: "beginning" };
}

/** Entries as far as each is where the one before says; `end`: behind the last. */
function entryRow(ground: CarveGround, at: number): { end: number; places: number[] } {
  const places: number[] = [];
  let end = at;
  while (places.length < ENTRIES_MOST && ground.walkBytes > 0) {
    ground.walkBytes -= STEP_COST;
    const next = entryEnd(ground, end);
    if (next === null) break;
    if (next > ground.bytes.sizeBytes) break;
    places.push(end);
    end = next;
  }
  return { end, places };
}

/** Where the entry at a place ends; null where none is. */
function entryEnd(ground: CarveGround, at: number): number | null {
  const head = ground.bytes.few(at, 30);
  if (head.length < 30 || little(head, 0, 4) !== MARK.local || !METHODS.has(little(head, 8, 2))) return null;
  const [flags, packed] = [little(head, 6, 2), little(head, 18, 4)];
  const [nameBytes, extraBytes] = [little(head, 26, 2), little(head, 28, 2)];
  if (nameBytes === 0 || nameBytes > NAME_MOST_BYTES || (head[4] ?? 0) > 90) return null;
  if ((ground.bytes.few(at + 30, 1)[0] ?? 0) === 0) return null;
  const from = at + 30 + nameBytes + extraBytes;
  if ((flags & 8) !== 0 && packed === 0) return describedEnd(ground, from);
  if (packed !== FULL32) return from + packed;
  const wide = widePacked(ground.bytes.few(at + 30 + nameBytes, extraBytes), little(head, 22, 4) === FULL32);
  // Where the length stands in the directory alone, the next header ends it.
  return wide === null ? markedEnd(ground, from, (bytes, place) => (isNextHead(bytes) ? place : null)) : from + wide;
}

/** Whether an entry unpacks to the sum that its header tells: of deflate and of what is not packed. */
function isEntrySound(ground: CarveGround, at: number, end: number): boolean {
  const { bytes, inflate } = ground;
  const head = bytes.few(at, 30);
  const from = at + 30 + little(head, 26, 2) + little(head, 28, 2);
  const [method, sum] = [little(head, 8, 2), little(head, 14, 4)];
  const lengthBytes = end - from;
  if (end > bytes.sizeBytes || lengthBytes <= 0 || lengthBytes > ground.walkBytes) return false;
  ground.walkBytes -= lengthBytes;
  if (method === 0) return lengthBytes <= STORED_MOST_BYTES && crc32(bytes.bytes(from, lengthBytes)) === sum;
  if (method !== 8 || inflate === null) return false;
  const run = inflate("deflate", (view, place) =>
    bytes.fill(view.subarray(0, Math.max(0, lengthBytes - place)), from + place),
  );
  try {
    const most = Math.min(ground.walkBytes, ENTRY_MOST_BYTES);
    let left = most;
    for (let count = run.next(); count > 0 && left > 0; count = run.next()) left -= count;
    ground.walkBytes -= most - left;
    return left > 0 && run.sum === sum;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    run.close();
  }
}

/** The packed length out of the field for long files. */
function widePacked(extra: Uint8Array, isPlainWide: boolean): number | null {
  for (let at = 0; at + 4 <= extra.length; at += 4 + little(extra, at + 2, 2)) {
    if (little(extra, at, 2) !== 1) continue;
    const bytes = little(extra, at + 4 + (isPlainWide ? 8 : 0), 8);
    return Number.isSafeInteger(bytes) ? bytes : null;
  }
  return null;
}

/** Where an entry of unknown length ends, by what a mark behind it says. */
function markedEnd(
  ground: CarveGround,
  from: number,
  endAt: (around: Uint8Array, at: number) => number | null,
): number | null {
  let windowBytes = FIRST_WINDOW_BYTES;
  for (let at = from; ground.walkBytes > 0; windowBytes = Math.min(WINDOW_BYTES, windowBytes * 4)) {
    const window = ground.bytes.bytes(at, windowBytes);
    ground.walkBytes -= window.length;
    for (let i = window.indexOf(0x50); i >= 0 && i + 24 <= window.length; i = window.indexOf(0x50, i + 1)) {
      if (window[i + 1] !== 0x4b) continue;
      const end = endAt(window.subarray(i, i + 24), at + i);
      if (end !== null) return end;
    }
    if (window.length < windowBytes) return null;
    at += window.length - 23;
  }
  return null;
}

function isNextHead(bytes: Uint8Array): boolean {
  const mark = little(bytes, 0, 4);
  return mark === MARK.local || mark === MARK.central;
}

/** Behind the record that says how long the entry was; some leave away its mark. */
function describedEnd(ground: CarveGround, from: number): number | null {
  return markedEnd(ground, from, (bytes, at) => {
    const lengthBytes = at - from;
    if (little(bytes, 0, 4) === DESCRIPTOR) {
      if (little(bytes, 8, 8) === lengthBytes) return at + 24;
      return little(bytes, 8, 4) === lengthBytes ? at + 16 : null;
    }
    const isBare = isNextHead(bytes) && little(ground.bytes.few(at - 8, 4), 0, 4) === lengthBytes - 12;
    return isBare ? at : null;
  });
}

/** The end of the archive, where a directory of so many entries begins at a place; null where none does. */
function directoryEnd(ground: CarveGround, from: number, entries: number): number | null {
  let at = behindApkBlock(ground, from);
  let count = 0;
  for (; count <= ENTRIES_MOST && ground.walkBytes > 0; count++) {
    ground.walkBytes -= STEP_COST;
    const head = ground.bytes.few(at, 46);
    if (head.length < 46 || little(head, 0, 4) !== MARK.central) break;
    at += 46 + little(head, 28, 2) + little(head, 30, 2) + little(head, 32, 2);
  }
  // Those that were taken out of the directory may still stand there.
  if (count === 0 || count > entries) return null;
  const own = little(ground.bytes.few(at, 4), 0, 4);
  if (own === SIGNATURE) at += 6 + little(ground.bytes.few(at + 4, 2), 0, 2);
  if (little(ground.bytes.few(at, 4), 0, 4) === MARK.end64) at += 12 + little(ground.bytes.few(at + 4, 8), 0, 8);
  if (little(ground.bytes.few(at, 4), 0, 4) === MARK.locator64) at += 20;
  const end = ground.bytes.few(at, 22);
  if (end.length < 22 || little(end, 0, 4) !== MARK.end || little(end, 10, 2) % 0xffff !== count % 0xffff) return null;
  const endByte = at + 22 + little(end, 20, 2);
  return endByte <= ground.bytes.sizeBytes ? endByte : null;
}

function behindApkBlock({ bytes }: CarveGround, at: number): number {
  const lengthBytes = little(bytes.few(at, 8), 0, 8);
  if (lengthBytes < 24 || !Number.isSafeInteger(at + lengthBytes)) return at;
  return holds(bytes.few(at + 8 + lengthBytes - 16, 16), 0, APK_MARK) ? at + 8 + lengthBytes : at;
}
