/** The fingerprint of one frame. */
export interface FrameHash {
  /** Counts frames in the order in which they are shown, from 0. */
  frame: number;
  timestampMs: number;
  /** 0 to 100. */
  quality: number;
  /** 32 bytes, most significant first. */
  hash: Uint8Array;
}

/** When two videos are held to be alike. */
export interface VideoThresholds {
  distanceBits: number;
  quality: number;
  /** Of the known video's frames, in percent, that must be met; and of the other's. */
  knownPercent: number;
  queryPercent: number;
}

/** @see facebook/ThreatExchange vpdq/README.md: D = 31, F = 50, Pc = 80 %, Pq = 0 %. */
export const VIDEO_THRESHOLDS: VideoThresholds = { distanceBits: 31, quality: 50, knownPercent: 80, queryPercent: 0 };

/** Where frames of the known video stand in the other one. */
export interface VideoSpan {
  fromMs: number;
  toMs: number;
  frames: number;
}

export interface VideoMatch {
  /** Of the different frames of good quality, in percent, that have a near one on the other side. */
  knownPercent: number;
  queryPercent: number;
  /** The nearest pair. 256 where there is none. */
  nearestBits: number;
  /** Where in the query. */
  spans: VideoSpan[];
  /** Both percentages reach the thresholds. */
  alike: boolean;
}

/** Matched frames further apart than this stand in different spans. */
const SPAN_GAP_MS = 3000;
/** Neighbours that differ in more bits belong to different scenes: unrelated pictures differ in 114 and more. */
const SCENE_BITS = 80;
const WORDS = 8;

/**
 * Compares a video with a known one, frame against frame, whatever their order: clips, re-cuts and other lengths are met.
 *
 * @throws {RangeError} When a hash is not 32 bytes long.
 * @see facebook/ThreatExchange vpdq/cpp: frames under the quality are dropped; each side counts its own.
 */
export function compareVideos(
  query: readonly FrameHash[],
  known: readonly FrameHash[],
  thresholds: VideoThresholds = VIDEO_THRESHOLDS,
): VideoMatch {
  const [asked, kept] = [goodFrames(query, thresholds.quality), goodFrames(known, thresholds.quality)];
  const metAsked = new Uint8Array(asked.hashes.length);
  const metKept = new Uint8Array(kept.hashes.length);
  let nearestBits = 256;
  for (const [i, one] of asked.hashes.entries()) {
    for (const [j, other] of kept.hashes.entries()) {
      if (metAsked[i] === 1 && metKept[j] === 1) continue;
      const bits = distanceWithin(one, other, thresholds.distanceBits);
      if (bits > thresholds.distanceBits) continue;
      nearestBits = Math.min(nearestBits, bits);
      metAsked[i] = 1;
      metKept[j] = 1;
    }
  }
  const knownPercent = percent(metKept);
  const queryPercent = percent(metAsked);
  const spans = spansOf(asked, metAsked);
  const enough = knownPercent >= thresholds.knownPercent && queryPercent >= thresholds.queryPercent;
  return { knownPercent, queryPercent, nearestBits, spans, alike: enough && spans.length > 0 };
}

/**
 * The frames with which scenes begin: the first of good quality, and each one far from the one before.
 *
 * @param frames In the order in which they are shown.
 */
export function sceneStarts(frames: readonly FrameHash[]): FrameHash[] {
  const good = frames.filter(({ quality }) => quality >= VIDEO_THRESHOLDS.quality);
  return good.filter((frame, at) => {
    const before = good[at - 1];
    return before === undefined || distanceWithin(wordsOf(frame.hash), wordsOf(before.hash), 256) > SCENE_BITS;
  });
}

/** Different hashes, and for each the times at which it is shown. */
interface Frames {
  hashes: Uint32Array[];
  times: number[][];
}

function goodFrames(frames: readonly FrameHash[], quality: number): Frames {
  const seen = new Map<string, number>();
  const good: Frames = { hashes: [], times: [] };
  for (const frame of frames) {
    if (frame.quality < quality) continue;
    const words = wordsOf(frame.hash);
    const key = words.join();
    const at = seen.get(key) ?? good.hashes.length;
    if (at === good.hashes.length) {
      seen.set(key, at);
      good.hashes.push(words);
      good.times.push([]);
    }
    good.times[at]?.push(frame.timestampMs);
  }
  return good;
}

function wordsOf(hash: Uint8Array): Uint32Array {
  if (hash.length !== 32)
    throw new RangeError(`Cannot compare: a hash must be 32 bytes, current length is ${hash.length}`);
  const view = new DataView(hash.buffer, hash.byteOffset, 32);
  return Uint32Array.from({ length: WORDS }, (_, word) => view.getUint32(4 * word));
}

/** The distance, or some number over `most` where it is over it. */
function distanceWithin(a: Uint32Array, b: Uint32Array, most: number): number {
  let bits = 0;
  for (let word = 0; word < WORDS && bits <= most; word++) bits += bitsOf((a[word] ?? 0) ^ (b[word] ?? 0));
  return bits;
}

function bitsOf(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (((fours + (fours >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function percent(met: Uint8Array): number {
  return met.length === 0 ? 0 : (100 * met.reduce((sum, one) => sum + one, 0)) / met.length;
}

function spansOf({ times }: Frames, met: Uint8Array): VideoSpan[] {
  const moments = times.filter((_, at) => met[at] === 1).flat();
  const spans: VideoSpan[] = [];
  for (const atMs of moments.sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last === undefined || atMs - last.toMs > SPAN_GAP_MS) spans.push({ fromMs: atMs, toMs: atMs, frames: 1 });
    else {
      last.toMs = atMs;
      last.frames++;
    }
  }
  return spans;
}
