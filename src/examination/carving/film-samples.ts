import { big, holds } from "#base/values";
import { boxAt, boxesIn } from "./boxes.ts";

/** The tables of one track: where its samples stand. @see ISO/IEC 14496-12 §8.7 */
export interface FilmTrack {
  isVideo: boolean;
  /** Its samples are chains of a length of 4 bytes and as many bytes (AVC, HEVC). */
  isChained: boolean;
  chunks: Float64Array;
  /** [first chunk from 1, samples a chunk], ascending. */
  perChunk: [number, number][];
  /** One size for all, or null. */
  oneSize: number | null;
  sizes: Uint32Array;
  count: number;
}

const CHAINED = ["avc1", "avc2", "avc3", "avc4", "hvc1", "hev1", "dvh1", "dvhe"];

/** All tracks of a film, from what is in its "moov". */
export function filmTracks(moov: Uint8Array): FilmTrack[] {
  const tracks: FilmTrack[] = [];
  for (const { type, body } of boxesIn(moov)) {
    const media = type === "trak" ? boxAt(body, ["mdia"]) : null;
    const tables = media === null ? null : boxAt(media, ["minf", "stbl"]);
    if (media !== null && tables !== null) tracks.push(trackOf(media, tables));
  }
  return tracks;
}

function trackOf(media: Uint8Array, tables: Uint8Array): FilmTrack {
  const handler = boxAt(media, ["hdlr"]);
  const description = boxAt(tables, ["stsd"]) ?? new Uint8Array(0);
  const short = boxAt(tables, ["stco"]);
  const long = short === null ? boxAt(tables, ["co64"]) : null;
  const sizes = boxAt(tables, ["stsz"]) ?? new Uint8Array(0);
  const oneSize = big(sizes, 4, 4);
  return {
    isVideo: handler !== null && holds(handler, 8, "vide"),
    isChained: CHAINED.some((name) => holds(description, 12, name)) && isFourBytes(description),
    chunks: Float64Array.from(short !== null ? numbersIn(short, 4) : long !== null ? numbersIn(long, 8) : []),
    perChunk: runsIn(boxAt(tables, ["stsc"])),
    oneSize: oneSize === 0 ? null : oneSize,
    sizes: Uint32Array.from(oneSize === 0 ? numbersIn(sizes.subarray(4), 4) : []),
    count: big(sizes, 8, 4),
  };
}

/** Whether its decoder's box says that lengths take four bytes. @see ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1 */
function isFourBytes(description: Uint8Array): boolean {
  // Behind the entry's own fields: 86 bytes from its start, which stands 8 bytes into the description.
  for (const { type, body } of boxesIn(description, 8 + 86)) {
    if (type === "avcC") return ((body[4] ?? 0) & 3) === 3;
    if (type === "hvcC") return ((body[21] ?? 0) & 3) === 3;
  }
  return false;
}

/** Numbers of a table behind its version and its count, as many as really stand there. */
function* numbersIn(table: Uint8Array, width: number): Generator<number> {
  const count = Math.min(big(table, 4, 4), Math.floor((table.length - 8) / width));
  for (let i = 0; i < count; i++) yield big(table, 8 + i * width, width);
}

function runsIn(table: Uint8Array | null): [number, number][] {
  if (table === null) return [];
  const count = Math.min(big(table, 4, 4), Math.floor((table.length - 8) / 12));
  return Array.from({ length: count }, (_, i) => [big(table, 8 + i * 12, 4), big(table, 12 + i * 12, 4)]);
}

/** A sample, from the file's beginning. */
export interface FilmSample {
  startByte: number;
  lengthBytes: number;
}

/** A track's samples, in the order of its tables. */
export function* samplesOf({ chunks, perChunk, oneSize, sizes, count }: FilmTrack): Generator<FilmSample> {
  let [sample, run] = [0, 0];
  for (let chunk = 1; chunk <= chunks.length; chunk++) {
    while ((perChunk[run + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= chunk) run++;
    let startByte = chunks[chunk - 1] ?? 0;
    for (let i = perChunk[run]?.[1] ?? 0; i > 0 && sample < count; i--) {
      const lengthBytes = oneSize ?? sizes[sample] ?? 0;
      yield { startByte, lengthBytes };
      startByte += lengthBytes;
      if (++sample >= count || (oneSize === null && sample >= sizes.length)) return;
    }
  }
}
