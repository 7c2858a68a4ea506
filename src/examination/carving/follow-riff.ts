import { holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, PICTURE_MOST_BYTES } from "./carve-ground.ts";

const CHUNKS_MOST = 1_000_000;
const WEBP_CHUNK = /^(VP8 |VP8L|VP8X|ALPH|ANIM|ANMF|ICCP|EXIF|XMP )$/;
/** Pieces of picture, sound, palette, text; an index of them; filling. */
const MOVIE_CHUNK = /^([0-9]{2}(d[bc]|wb|pc|tx|iv|sb)|ix[0-9]{2}|JUNK|LIST|idx1)$/;
const OUTER_CHUNK = /^(LIST|JUNK|idx1|vedt|_PMX|odml|IDIT|ISFT|strd)$/;

/** A WebP or an AVI at a place; null where neither is. */
export function followRiff(ground: CarveGround, at: number): Candidate | null {
  return holds(ground.bytes.few(at + 8, 4), 0, "WEBP") ? webp(ground, at) : avi(ground, at);
}

interface Chunk {
  name: string;
  startByte: number;
  bodyBytes: number;
  endByte: number;
}

function chunkAt({ bytes }: CarveGround, at: number): Chunk {
  const head = bytes.few(at, 8);
  const bodyBytes = little(head, 4, 4);
  const name = String.fromCharCode(...head.subarray(0, 4));
  return { name, startByte: at, bodyBytes, endByte: at + 8 + bodyBytes + (bodyBytes % 2) };
}

/** @see RFC 9649 §2.4 */
function webp(ground: CarveGround, at: number): Candidate | null {
  const { bodyBytes } = chunkAt(ground, at);
  const end = at + 8 + bodyBytes;
  if (bodyBytes < 12 || bodyBytes > PICTURE_MOST_BYTES || end > ground.bytes.sizeBytes) return null;
  let points = 0;
  for (let next = at + 12, count = 0; next < end && count < CHUNKS_MOST; count++) {
    const chunk = chunkAt(ground, next);
    ground.walkBytes -= 64;
    // Before anything else, one of the first three says which kind it is.
    if (!WEBP_CHUNK.test(chunk.name) || (next === at + 12 && !chunk.name.startsWith("VP8"))) return null;
    if (/^(VP8 |VP8L|ANMF)$/.test(chunk.name)) points++;
    next = chunk.endByte;
    if (next > end + 1) return null;
  }
  return points > 0 ? wholeAt("webp", at, end - at) : null;
}

/** @see OpenDML AVI File Format Extensions 1.02; Microsoft, AVI RIFF File Reference */
function avi(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  let end = at;
  let movies = 0;
  for (let part = 0; part === 0 || holds(bytes.few(end, 12), 0, "RIFF"); part++) {
    const riff = chunkAt(ground, end);
    if (part > 0 && !holds(bytes.few(end + 8, 4), 0, "AVIX")) break;
    const inside = aviPart(ground, riff);
    if (inside === null) return null;
    movies += inside;
    end += 8 + riff.bodyBytes;
  }
  return movies > 0 ? wholeAt("avi", at, end - at) : null;
}

/** Chunks of picture and sound in one RIFF; null where its row does not come out. */
function aviPart(ground: CarveGround, riff: Chunk): number | null {
  const end = riff.startByte + 8 + riff.bodyBytes;
  ground.walkBytes -= 64;
  if (end > ground.bytes.sizeBytes || ground.walkBytes <= 0) return null;
  let movies = 0;
  for (let next = riff.startByte + 12, count = 0; next < end; count++) {
    const chunk = chunkAt(ground, next);
    ground.walkBytes -= 64;
    if (!OUTER_CHUNK.test(chunk.name) || chunk.endByte > end + 1 || count > CHUNKS_MOST || ground.walkBytes <= 0)
      return null;
    const kind = chunk.name === "LIST" ? String.fromCharCode(...ground.bytes.few(next + 8, 4)) : "";
    if (kind === "movi") {
      const inside = movieRow(ground, chunk);
      if (inside === null) return null;
      movies += inside;
    }
    next = chunk.endByte;
  }
  return movies;
}

function movieRow(ground: CarveGround, list: Chunk): number | null {
  const end = list.startByte + 8 + list.bodyBytes;
  let count = 0;
  for (let next = list.startByte + 12; next + 8 <= end; count++) {
    const chunk = chunkAt(ground, next);
    ground.walkBytes -= 64;
    if (!MOVIE_CHUNK.test(chunk.name) || chunk.endByte > end + 1) return null;
    if (count > CHUNKS_MOST || ground.walkBytes <= 0) return null;
    // A list of pieces that are read together: what is in it follows.
    const isTogether = chunk.name === "LIST" && holds(ground.bytes.few(next + 8, 4), 0, "rec ");
    next = isTogether ? next + 12 : chunk.endByte;
  }
  return count;
}
