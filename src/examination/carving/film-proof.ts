import { big } from "#base/values";
import type { Box } from "./boxes.ts";
import type { CarveGround } from "./carve-ground.ts";
import { type FilmSample, type FilmTrack, samplesOf } from "./film-samples.ts";

/** Links of a sample's chain; a picture has at most as many parts. */
const LINKS_MOST = 1024;

/** Whether a film has pictures, and all its chunks begin within its bodies. */
export function isFilmIn(tracks: readonly FilmTrack[], { row, at }: { row: { boxes: Box[] }; at: number }): boolean {
  const bodies = row.boxes.filter(({ type }) => type === "mdat");
  let chunks = 0;
  for (const track of tracks) {
    for (const chunk of track.chunks) {
      const byte = at + chunk;
      const isInside = bodies.some(
        ({ startByte, headBytes, sizeBytes }) => byte >= startByte + headBytes && byte < startByte + sizeBytes,
      );
      if (!isInside) return false;
      chunks++;
    }
  }
  return chunks > 0 && tracks.some(({ isVideo, chunks: own }) => isVideo && own.length > 0);
}

/**
 * The first sample whose chain of lengths does not come out: there the bytes are another's.
 *
 * @param place Where a byte of the film stands in what is searched.
 * @returns Null where all come out, or no track is built of chains.
 */
export function filmWrongAt(
  ground: CarveGround,
  tracks: readonly FilmTrack[],
  place: (fromByte: number) => number,
): FilmSample | null {
  let wrong: FilmSample | null = null;
  for (const track of tracks) {
    if (!track.isChained) continue;
    for (const sample of samplesOf(track)) {
      if (ground.walkBytes <= 0) return wrong;
      ground.walkBytes -= 64;
      if (isChain(ground, sample, place)) continue;
      if (wrong === null || sample.startByte < wrong.startByte) wrong = sample;
      break;
    }
  }
  return wrong;
}

/** Whether lengths of four bytes lead just to the sample's end. */
function isChain(
  { bytes }: CarveGround,
  { startByte, lengthBytes }: FilmSample,
  place: (fromByte: number) => number,
): boolean {
  const end = startByte + lengthBytes;
  let at = startByte;
  for (let links = 0; at + 4 <= end && links < LINKS_MOST; links++) {
    // A length may itself stand across two pieces: byte by byte.
    const [from, to] = [place(at), place(at + 3)];
    const head =
      to - from === 3 ? bytes.few(from, 4) : Uint8Array.from([0, 1, 2, 3], (i) => bytes.few(place(at + i), 1)[0] ?? 0);
    const length = big(head, 0, 4);
    if (length === 0) return false;
    at += 4 + length;
  }
  return at === end;
}
