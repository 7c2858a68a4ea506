import { crc32, deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { record } from "./container-samples.node.ts";

const CHUNK = 4096;
const CHUNKS_IN_BEVY = 16;
const VOLUME = "aff4://00000000-aaaa-4000-8000-000000000001";
const STREAM = "aff4://00000000-aaaa-4000-8000-000000000002";
const MAP = "aff4://00000000-aaaa-4000-8000-000000000003";
const IMAGE = "aff4://00000000-aaaa-4000-8000-000000000004";

/** A zip archive of stored members. */
export function zipOf(members: Record<string, Uint8Array>, comment: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, body] of Object.entries(members)) {
    const local = record(30 + name.length, true);
    local.u32(0, 0x04034b50);
    local.u32(14, crc32(body));
    local.u32(18, body.length);
    local.u32(22, body.length);
    local.u16(26, name.length);
    local.text(30, name);
    const entry = record(46 + name.length, true);
    entry.u32(0, 0x02014b50);
    entry.u32(16, crc32(body));
    entry.u32(20, body.length);
    entry.u32(24, body.length);
    entry.u16(28, name.length);
    entry.u32(42, at);
    entry.text(46, name);
    directory.push(entry.bytes);
    parts.push(local.bytes, body);
    at += local.bytes.length + body.length;
  }
  const listed = concatBytes(...directory);
  const end = record(22 + comment.length, true);
  end.u32(0, 0x06054b50);
  end.u16(8, directory.length);
  end.u16(10, directory.length);
  end.u32(12, listed.length);
  end.u32(16, at);
  end.u16(20, comment.length);
  end.text(22, comment);
  return concatBytes(...parts, listed, end.bytes);
}

/** Snappy that packs nothing: one literal. */
function unpackedSnappy(chunk: Uint8Array): Uint8Array {
  const length = chunk.length;
  return concatBytes(
    Uint8Array.of((length & 127) | 128, length >> 7, 61 << 2, (length - 1) & 255, (length - 1) >> 8),
    chunk,
  );
}

/** What kind of AFF4 image is made. */
export interface Aff4Wishes {
  media: Uint8Array;
  compression: "zlib" | "snappy" | "stored";
  md5: string;
  /** A range of the media (in chunks) that the acquisition could not read. */
  unreadable: { first: number; count: number } | null;
}

/**
 * An AFF4 image in one file: a map over one image stream; chunks of zeros are left to the gap.
 *
 * @returns The file, and the media as the format means it (the unreadable range is a pattern).
 */
export function aff4Of({ media, compression, md5, unreadable }: Aff4Wishes): { file: Uint8Array; means: Uint8Array } {
  const means = media.slice();
  const chunks: Uint8Array[] = [];
  const pieces: [number, number, number, number][] = [];
  for (let chunk = 0; chunk * CHUNK < media.length; chunk++) {
    const at = chunk * CHUNK;
    const plain = new Uint8Array(CHUNK);
    plain.set(media.subarray(at, at + CHUNK));
    const length = Math.min(CHUNK, media.length - at);
    if (unreadable !== null && chunk >= unreadable.first && chunk < unreadable.first + unreadable.count) {
      for (let i = 0; i < length; i++) means[at + i] = "UNREADABLEDATA".charCodeAt((at + i) % 14);
      pieces.push([at, length, at, 1]);
    } else if (plain.some((byte) => byte !== 0)) {
      pieces.push([at, length, chunks.length * CHUNK, 0]);
      chunks.push(plain);
    }
  }
  const map = record(pieces.length * 28, true);
  // Out of order on purpose: readers sort.
  for (const [i, [at, length, offset, target]] of pieces.toReversed().entries()) {
    map.u64(i * 28, at);
    map.u64(i * 28 + 8, length);
    map.u64(i * 28 + 16, offset);
    map.u32(i * 28 + 24, target);
  }
  const method = {
    zlib: "https://www.ietf.org/rfc/rfc1950.txt",
    snappy: "https://code.google.com/p/snappy/",
    stored: "http://aff4.org/Schema#NullCompressor",
  }[compression];
  const turtle = `@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix aff4: <http://aff4.org/Schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<${IMAGE}> a aff4:DiskImage , aff4:Image ; aff4:dataStream <${MAP}> ; aff4:size "${media.length}"^^xsd:long ;
    aff4:hash "${md5}"^^aff4:MD5 ; aff4:stored <${VOLUME}> .
<${MAP}> a aff4:Map ; aff4:dependentStream <${STREAM}> ; aff4:mapGapDefaultStream aff4:Zero ; aff4:size "${media.length}"^^xsd:long .
<${STREAM}> a aff4:ImageStream ; aff4:chunkSize "${CHUNK}"^^xsd:int ; aff4:chunksInSegment "${CHUNKS_IN_BEVY}"^^xsd:int ;
    aff4:compressionMethod <${method}> ; aff4:size "${chunks.length * CHUNK}"^^xsd:long ; aff4:stored <${VOLUME}> .
<${VOLUME}/case> a aff4:CaseNotes ; aff4:caseNumber "a \\"test\\"; case." ; aff4:examiner """e""" .
`;
  const name = (urn: string, member: string): string => `aff4%3A%2F%2F${urn.slice(7)}/${member}`;
  const members: Record<string, Uint8Array> = {
    "container.description": utf8(VOLUME),
    "version.txt": utf8("major=1\nminor=0\n"),
    "information.turtle": utf8(turtle),
  };
  for (let bevy = 0; bevy * CHUNKS_IN_BEVY < chunks.length; bevy++) {
    const packed = chunks.slice(bevy * CHUNKS_IN_BEVY, (bevy + 1) * CHUNKS_IN_BEVY).map((chunk) => {
      const body =
        compression === "zlib" ? deflateSync(chunk) : compression === "snappy" ? unpackedSnappy(chunk) : chunk;
      return body.length < CHUNK || compression === "snappy" ? body : chunk;
    });
    const index = record(packed.length * 12, true);
    let at = 0;
    for (const [i, body] of packed.entries()) {
      index.u64(i * 12, at);
      index.u32(i * 12 + 8, body.length);
      at += body.length;
    }
    const number = String(bevy).padStart(8, "0");
    members[name(STREAM, number)] = concatBytes(...packed);
    members[name(STREAM, `${number}.index`)] = index.bytes;
  }
  members[name(MAP, "map")] = map.bytes;
  members[name(MAP, "idx")] = utf8(`${STREAM}\nhttp://aff4.org/Schema#UnreadableData\n`);
  return { file: zipOf(members, VOLUME), means };
}
