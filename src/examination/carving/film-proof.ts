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

/** Whether the chain of lengths of every sample comes out; true where no track is built of chains, or too much would be followed. */
export function isFilmWhole(ground: CarveGround, tracks: readonly FilmTrack[], at: number): boolean {
  for (const track of tracks) {
    if (!track.isChained) continue;
    for (const sample of samplesOf(track)) {
      if (ground.walkBytes <= 0) return true;
      ground.walkBytes -= 64;
      if (!isChain(ground, sample, at)) return false;
    }
  }
  return true;
}

/** Whether lengths of four bytes lead just to the sample's end. */
function isChain({ bytes }: CarveGround, { startByte, lengthBytes }: FilmSample, film: number): boolean {
  const end = startByte + lengthBytes;
  let at = startByte;
  for (let links = 0; at + 4 <= end && links < LINKS_MOST; links++) {
    const length = big(bytes.few(film + at, 4), 0, 4);
    if (length === 0) return false;
    at += 4 + length;
  }
  return at === end;
}
