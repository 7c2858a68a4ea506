import { type JpegWalk, jpegWalk } from "#base/formats";
import { big, holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, growing, PICTURE_MOST_BYTES } from "./carve-ground.ts";
import { followBoxes } from "./follow-boxes.ts";
import { foreignCluster } from "./foreign-cluster.ts";
import { jpegGap } from "./jpeg-gap.ts";

/** A beginning is told where at least so much of the picture was followed. */
const BEGINNING_UNITS = 16;
const BEGINNING_SHARE = 1 / 8;

/** A JPEG at a place: whole, in two pieces, or its beginning; null where none is. */
export function followJpeg(ground: CarveGround, at: number): Candidate | null {
  const grown = growing(ground, at, jpegWalk);
  if (grown === null) return null;
  const { walk, bytes } = grown;
  const { frame } = walk;
  if (frame === null || frame.width === 0 || frame.components.length === 0) return null;
  const foreign =
    walk.scan === null ? null : foreignCluster(ground, at, { bytes, from: walk.scan.atByte, to: walk.endBytes });
  if (walk.ended && foreign === null) return wholeAt("jpeg", at, behindIt(ground, at, { walk, bytes }));
  const endBytes = foreign ?? walk.endBytes;
  return jpegGap(ground, at, { walk: { ...walk, endBytes }, bytes }) ?? beginning(at, { ...walk, endBytes });
}

function beginning(at: number, { scan, endBytes, byMarkers, scans }: JpegWalk): Candidate | null {
  // Of a picture whose codes are not followed: its first scan stands there.
  const isEnough = byMarkers
    ? scans > 0
    : scan !== null && scan.unit >= Math.max(BEGINNING_UNITS, scan.scan.units * BEGINNING_SHARE);
  return isEnough ? { ...wholeAt("jpeg", at, endBytes), how: "beginning" } : null;
}

interface Ended {
  walk: JpegWalk;
  bytes: Uint8Array;
}

/** Where phones say that a short film stands behind the picture. */
const FILM_SAID = ["MotionPhoto", "MicroVideo"];
const SAID_WITHIN_BYTES = 2 ** 16;

/** Phones keep more in the same file: further pictures that its index names, a short film. @returns the file's size. */
function behindIt(ground: CarveGround, at: number, { walk, bytes }: Ended): number {
  const own = bytes.subarray(0, walk.endBytes);
  const end = lastPicture(ground, at, own);
  const isFilm = holds(ground.bytes.few(at + end, 12), 4, "ftyp");
  if (!isFilm) return end;
  const head = latin1(own.subarray(0, SAID_WITHIN_BYTES));
  const said = FILM_SAID.some((word) => head.includes(word));
  const film = said ? followBoxes(ground, at + end) : null;
  return film === null ? end : end + film.sizeBytes;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

const INDEXED_MOST = 64;
const SEGMENTS_MOST = 256;

/** The end of the last picture of a multi-picture file that is there. @see CIPA DC-007 §5.2 */
function lastPicture(ground: CarveGround, at: number, own: Uint8Array): number {
  let end = own.length;
  const index = indexAt(own);
  if (index === 0) return end;
  const read = holds(own, index, "MM") ? big : little;
  const directory = index + read(own, index + 4, 4);
  const entries = Math.min(SEGMENTS_MOST, read(own, directory, 2));
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (read(own, entry, 2) !== MP_ENTRIES) continue;
    const count = Math.min(INDEXED_MOST, Math.floor(read(own, entry + 4, 4) / 16));
    const from = index + read(own, entry + 8, 4);
    for (let picture = 1; picture < count; picture++) {
      const lengthBytes = read(own, from + picture * 16 + 4, 4);
      const startByte = index + read(own, from + picture * 16 + 8, 4);
      if (startByte < own.length || startByte + lengthBytes > PICTURE_MOST_BYTES) continue;
      if (at + startByte + lengthBytes > ground.bytes.sizeBytes) continue;
      if (holds(ground.bytes.few(at + startByte, 2), 0, "\xff\xd8")) end = Math.max(end, startByte + lengthBytes);
    }
  }
  return end;
}

const MP_ENTRIES = 0xb002;

/** Where the index of a multi-picture file begins: behind its name, in a segment of the head; 0 where there is none. */
function indexAt(bytes: Uint8Array): number {
  for (let at = 2, segments = 0; segments < SEGMENTS_MOST && bytes[at] === 0xff; segments++) {
    const marker = bytes[at + 1] ?? 0xda;
    if (marker === 0xda || marker === 0xd9) return 0;
    if (marker === 0xe2 && holds(bytes, at + 4, "MPF\0")) return at + 8;
    at += 2 + Math.max(2, big(bytes, at + 2, 2));
  }
  return 0;
}
