import { type Box, boxIn } from "./boxes.ts";
import { type Candidate, type CarvedFormat, wholeAt } from "./candidate.ts";
import type { CarveGround } from "./carve-ground.ts";
import { filmWrongAt, isFilmIn } from "./film-proof.ts";
import { type FilmTrack, filmTracks } from "./film-samples.ts";
import { heifEnd } from "./heif-extents.ts";

/** Boxes that stand side by side in a file. */
const OUTER =
  /^(ftyp|moov|mdat|free|skip|wide|meta|uuid|moof|mfra|sidx|ssix|styp|pdin|udta|prft|emsg|pnot|PICT|junk|idat|imda|bloc|sefd|mpvd|thum)$/;
const BOXES_MOST = 65_536;
const TABLES_MOST_BYTES = 64 * 2 ** 20;
const FTYP_MOST_BYTES = 1024;

/** A row of boxes, and what stands in its way. */
interface BoxRow {
  boxes: Box[];
  endByte: number;
  /** A box that is longer than what follows. */
  over: Box | null;
}

/** A HEIF picture or a film of the same build; null where none is, or it is in pieces that nothing holds together. */
export function followBoxes(ground: CarveGround, at: number): Candidate | null {
  const row = boxRow(ground, at);
  const [first] = row.boxes;
  if (first === undefined) return null;
  const format = formatOf(ground, first);
  if (format === null) return null;
  if (format === "heic" || format === "avif") return heif(ground, at, { row, format });
  return film(ground, at, { row, format });
}

function boxRow(ground: CarveGround, at: number): BoxRow {
  const { bytes } = ground;
  const boxes: Box[] = [];
  let endByte = at;
  while (boxes.length < BOXES_MOST && ground.walkBytes > 0) {
    ground.walkBytes -= 64;
    const box = boxIn(bytes.few(endByte, 16), endByte);
    if (box === null || !OUTER.test(box.type) || (box.type === "ftyp" && boxes.length > 0)) break;
    if (endByte + box.sizeBytes > bytes.sizeBytes) return { boxes, endByte, over: box };
    boxes.push(box);
    endByte += box.sizeBytes;
  }
  return { boxes, endByte, over: null };
}

/** By the first brand that says it. @see ISO/IEC 14496-12 §4.3 */
function formatOf({ bytes }: CarveGround, { type, startByte, sizeBytes, headBytes }: Box): CarvedFormat | null {
  if (type !== "ftyp") return "mov";
  if (sizeBytes > FTYP_MOST_BYTES || sizeBytes < headBytes + 8) return null;
  const text = String.fromCharCode(...bytes.few(startByte + headBytes, sizeBytes - headBytes));
  if (/^(avif|avis)/.test(text) || (/^mi?s?f1/.test(text) && text.includes("avif"))) return "avif";
  if (/^(mif1|msf1|he[iv][cxms])/.test(text)) return "heic";
  if (text.startsWith("qt  ")) return "mov";
  if (/^3g[ps2]/.test(text)) return "3gp";
  return /^[\x20-\x7e]{4}/.test(text) ? "mp4" : null;
}

interface Rowed {
  row: BoxRow;
  format: CarvedFormat;
}

function heif(ground: CarveGround, at: number, { row, format }: Rowed): Candidate | null {
  const meta = row.boxes.find(({ type }) => type === "meta");
  if (meta === undefined || meta.sizeBytes > TABLES_MOST_BYTES) return null;
  ground.walkBytes -= meta.sizeBytes;
  const end = heifEnd(ground.bytes.bytes(meta.startByte + meta.headBytes, meta.sizeBytes - meta.headBytes));
  if (end === null || at + end > row.endByte) return null;
  return wholeAt(format, at, row.endByte - at);
}

function film(ground: CarveGround, at: number, { row, format }: Rowed): Candidate | null {
  const tracks = tracksOf(ground, row);
  if (tracks !== null && row.boxes.some(({ type }) => type === "moof") && tracks.some(({ isVideo }) => isVideo))
    return wholeAt(format, at, row.endByte - at);
  if (tracks !== null && isFilmIn(tracks, { row, at }) && filmWrongAt(ground, tracks, (from) => at + from) === null)
    return wholeAt(format, at, row.endByte - at);
  return null;
}

/** The tables of the row's "moov"; null where it has none. */
function tracksOf(ground: CarveGround, { boxes }: BoxRow): FilmTrack[] | null {
  const moov = boxes.find(({ type }) => type === "moov");
  if (moov === undefined || moov.sizeBytes > TABLES_MOST_BYTES) return null;
  ground.walkBytes -= moov.sizeBytes;
  const tracks = filmTracks(ground.bytes.bytes(moov.startByte + moov.headBytes, moov.sizeBytes - moov.headBytes));
  return tracks.length === 0 ? null : tracks;
}
