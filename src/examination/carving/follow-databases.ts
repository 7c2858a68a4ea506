import { big, holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, noteParts } from "./carve-ground.ts";

// SQLite by the size that its header tells, its log by the sums of its frames, and Windows' stores of thumbnails by their row of entries.

const STEP_COST = 256;

function pageBytesOf(told: number): number | null {
  const bytes = told === 1 ? 65_536 : told;
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0 ? bytes : null;
}

/** A database at a place: its pages are counted in its header. @see SQLite file format §1.3 */
export function followSqlite(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  const head = bytes.few(at, 104);
  const pageBytes = pageBytesOf(big(head, 16, 2));
  const root = head[100];
  if (head.length < 104 || pageBytes === null || (root !== 5 && root !== 13)) return null;
  if (head[21] !== 64 || head[22] !== 32 || head[23] !== 32) return null;
  ground.walkBytes -= STEP_COST;
  // The count holds where who changed the file last knew of it.
  const count = big(head, 24, 4) === big(head, 92, 4) ? big(head, 28, 4) : 0;
  const sizeBytes = count * pageBytes;
  if (count > 0 && at + sizeBytes <= bytes.sizeBytes) return wholeAt("sqlite", at, sizeBytes);
  const rest = Math.min(bytes.sizeBytes - at, UNKNOWN_BYTES);
  return rest < pageBytes ? null : { ...wholeAt("sqlite", at, rest - (rest % pageBytes)), how: "beginning" };
}

/** Of a database that does not say how long it is. */
const UNKNOWN_BYTES = 2 ** 24;
const LOG_HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;

/** A write-ahead log at a place: frames as far as their sums come out one out of the other. @see SQLite file format §4.2 */
export function followSqliteLog(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  const head = bytes.few(at, LOG_HEAD_BYTES);
  const pageBytes = pageBytesOf(big(head, 8, 4));
  if (head.length < LOG_HEAD_BYTES || pageBytes === null) return null;
  const read = (head[3] ?? 0) % 2 === 1 ? big : little;
  let sums = sumOf(head.subarray(0, 24), [0, 0], read);
  if (sums[0] !== big(head, 24, 4) || sums[1] !== big(head, 28, 4)) return null;
  let end = at + LOG_HEAD_BYTES;
  while (ground.walkBytes > 0) {
    ground.walkBytes -= pageBytes;
    const frame = bytes.bytes(end, FRAME_HEAD_BYTES + pageBytes);
    if (frame.length < FRAME_HEAD_BYTES + pageBytes || big(frame, 8, 8) !== big(head, 16, 8)) break;
    sums = sumOf(frame.subarray(FRAME_HEAD_BYTES), sumOf(frame.subarray(0, 8), sums, read), read);
    if (sums[0] !== big(frame, 16, 4) || sums[1] !== big(frame, 20, 4)) break;
    end += frame.length;
  }
  return end === at + LOG_HEAD_BYTES ? null : wholeAt("sqlite-wal", at, end - at);
}

type Sums = readonly [number, number];

/** SQLite's own sum over words of 32 bits, two at a time. */
function sumOf(bytes: Uint8Array, [first, second]: Sums, read: typeof big): Sums {
  let [one, two] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + read(bytes, at, 4) + two) % 2 ** 32;
    two = (two + read(bytes, at + 4, 4) + one) % 2 ** 32;
  }
  return [one, two];
}

const CACHE_HEAD_BYTES = 24;
const CACHE_HEADS_MOST_BYTES = 128;
const ENTRY_LEAST_BYTES = 48;
const ENTRIES_MOST = 2 ** 18;

/** A store of thumbnails at a place: entries that each say where the next one is; null where not even one is. */
export function followThumbcache(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  const head = bytes.few(at, CACHE_HEADS_MOST_BYTES);
  let first = -1;
  for (let i = CACHE_HEAD_BYTES - 8; i + 4 <= head.length && first < 0; i += 4) if (holds(head, i, "CMMM")) first = i;
  if (first < 0) return null;
  const places: number[] = [];
  let end = at + first;
  while (places.length < ENTRIES_MOST && ground.walkBytes > 0) {
    ground.walkBytes -= STEP_COST;
    const entry = bytes.few(end, 8);
    const lengthBytes = little(entry, 4, 4);
    if (entry.length < 8 || !holds(entry, 0, "CMMM") || lengthBytes < ENTRY_LEAST_BYTES) break;
    if (end + lengthBytes > bytes.sizeBytes) break;
    places.push(end);
    end += lengthBytes;
  }
  noteParts(ground, places);
  return places.length === 0 ? null : wholeAt("thumbcache", at, end - at);
}
