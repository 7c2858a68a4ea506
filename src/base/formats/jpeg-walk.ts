import { big } from "#base/values";
import type { FormatWalk } from "./format-walk.ts";
import { type JpegCodes, readCodes } from "./jpeg-codes.ts";
import { type JpegFrame, jpegFrame } from "./jpeg-frame.ts";
import { followJpegScan, type JpegScan, restartOf, scanOf, startOfScan } from "./jpeg-scan.ts";

/** What following a JPEG says. */
export interface JpegWalk extends FormatWalk {
  /** Its codes are not followed here (progressive, arithmetic, lossless): its markers alone are. */
  byMarkers: boolean;
  scans: number;
  frame: JpegFrame | null;
  /** The last scan whose codes were followed. */
  scan: FollowedScan | null;
}

/** A scan, where its codes begin, and the unit that could not be followed; all of them where it is followed to its end. */
interface FollowedScan {
  scan: JpegScan;
  atByte: number;
  unit: number;
}

/** The walk so far. */
interface Walking {
  bytes: Uint8Array;
  at: number;
  head: number;
  scans: number;
  restart: number;
  byMarkers: boolean;
  frame: JpegFrame | null;
  tables: Map<number, JpegCodes>;
  scan: FollowedScan | null;
}

/**
 * JPEG: markers from the first to the last, and every block of a scan as far as its codes go.
 *
 * @see ITU-T T.81, annex B
 */
export function jpegWalk(bytes: Uint8Array): JpegWalk {
  const walk: Walking = {
    ...{ bytes, at: 2, head: 2, scans: 0, restart: 0, byMarkers: false, frame: null, scan: null },
    tables: new Map(),
  };
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return { ...stopped({ ...walk, at: 0, head: 0 }), cut: false };
  for (;;) {
    while (bytes[walk.at] === 0xff && bytes[walk.at + 1] === 0xff) walk.at++;
    const marker = bytes[walk.at + 1] ?? 0xd9;
    if (walk.at + 4 > bytes.length && !(marker === 0xd9 && walk.at + 2 === bytes.length)) return ranOut(walk);
    if (bytes[walk.at] !== 0xff || marker < 0xc0) return stopped(walk);
    if (marker === 0xd9) {
      if (walk.scans === 0) return stopped(walk);
      walk.at += 2;
      return { ...stopped(walk), ended: true, goodBytes: walk.at, cut: false };
    }
    const over = segment(walk, marker);
    if (over !== null) return over;
  }
}

/** One segment, and the codes behind a scan's header; null: goes on behind it. */
function segment(walk: Walking, marker: number): JpegWalk | null {
  const { bytes, at, tables } = walk;
  const length = big(bytes, at + 2, 2);
  if (length < 2 || (marker >= 0xd0 && marker <= 0xd8)) return stopped(walk);
  if (at + 2 + length > bytes.length) return ranOut(walk);
  const part = bytes.subarray(at + 4, at + 2 + length);
  if (marker === 0xc4) readCodes(part, tables);
  else if (marker === 0xdd) walk.restart = restartOf(part);
  else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
    walk.frame = jpegFrame(part);
    if (marker > 0xc1) walk.byMarkers = true;
  }
  walk.at += 2 + length;
  if (marker !== 0xda) {
    if (walk.scans === 0) walk.head = walk.at;
    return null;
  }
  return walk.byMarkers ? passScan(walk) : followScan(walk, part);
}

function followScan(walk: Walking, part: Uint8Array): JpegWalk | null {
  const { frame, bytes, at: atByte } = walk;
  const scan = frame === null ? null : scanOf(part, { ...walk, frame });
  if (scan === null) return stopped(walk);
  const state = startOfScan(atByte);
  const isWrong = followJpegScan(bytes, scan, { state }) === "wrong";
  walk.at = state.at;
  walk.scan = { scan, atByte, unit: state.unit };
  if (isWrong) return stopped(walk);
  walk.scans++;
  return null;
}

/** To the marker behind a scan whose codes are not followed. */
function passScan(walk: Walking): JpegWalk | null {
  const { bytes } = walk;
  for (let at = walk.at; ; at++) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return ranOut(walk);
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) continue;
    walk.at = at;
    walk.scans++;
    const isNext = marker === 0xd9 || marker === 0xda || marker === 0xc4 || marker === 0xdd || marker >= 0xe0;
    return isNext ? null : stopped(walk);
  }
}

function stopped({ bytes, at, head, scans, frame, byMarkers, scan }: Walking): JpegWalk {
  const endBytes = Math.min(at, bytes.length);
  // A byte before the end: half a marker.
  const cut = at + 1 >= bytes.length;
  return { ended: false, endBytes, goodBytes: head, cut, byMarkers, scans, frame, scan };
}

function ranOut(walk: Walking): JpegWalk {
  return { ...stopped(walk), endBytes: walk.bytes.length, cut: true };
}
