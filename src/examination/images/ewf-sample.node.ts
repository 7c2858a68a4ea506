import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { concatBytes, fromHex, utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { adler32 } from "./adler32.ts";
import { segmentSuffix } from "./ewf-names.ts";

const SECTOR = 512;
const TABLE_ENTRIES = 1000;

/** What kind of image is made, for tests and benches; none of an exhibit's. */
export interface EwfWishes {
  /** Without ".E01". */
  stem: string;
  media: ByteSource;
  /** A new segment begins where the current one is longer. */
  segmentBytes: number;
  chunkSectors: number;
  /** Deflate level, 0: chunks are stored. */
  level: number;
  /** In sectors. */
  badSectors: { first: number; count: number }[];
  /** Stored instead of the media's own MD5. */
  md5?: string;
}

/**
 * Writes an E01 set, segment by segment.
 *
 * @param emit Gets each segment's name and bytes.
 */
export function writeEwf(wishes: EwfWishes, emit: (name: string, bytes: Uint8Array) => void): void {
  const { media, chunkSectors, stem } = wishes;
  const chunkBytes = chunkSectors * SECTOR;
  const chunks = Math.ceil(media.sizeBytes / chunkBytes);
  const hashes = { md5: createHash("md5"), sha1: createHash("sha1") };
  let [number, chunk] = [1, 0];
  let segment = beginSegment(number, wishes, chunks);
  for (;;) {
    const sectionAt = segment.bytes;
    const packed: Uint8Array[] = [];
    let bytes = sectionAt + 76;
    while (chunk < chunks && packed.length < TABLE_ENTRIES && bytes < wishes.segmentBytes) {
      const plain = new Uint8Array(Math.min(chunkBytes, media.sizeBytes - chunk * chunkBytes));
      media.readSync(plain, chunk++ * chunkBytes);
      hashes.md5.update(plain);
      hashes.sha1.update(plain);
      packed.push(chunkOf(plain, wishes.level));
      bytes += packed.at(-1)?.length ?? 0;
    }
    segment.add("sectors", concatBytes(...packed));
    for (const type of ["table", "table2"]) segment.add(type, tableOf(packed, sectionAt + 76, wishes.level > 0));
    if (chunk >= chunks) break;
    if (segment.bytes < wishes.segmentBytes) continue;
    emit(`${stem}.${segmentSuffix("E", number)}`, segment.end("next"));
    segment = beginSegment(++number, wishes, chunks);
  }
  if (wishes.badSectors.length > 0) segment.add("error2", errorsOf(wishes.badSectors));
  const md5 = wishes.md5 ?? hashes.md5.digest("hex");
  segment.add("digest", summed(concatBytes(fromHex(md5), fromHex(hashes.sha1.digest("hex")), new Uint8Array(40))));
  segment.add("hash", summed(concatBytes(fromHex(md5), new Uint8Array(16))));
  emit(`${stem}.${segmentSuffix("E", number)}`, segment.end("done"));
}

/** A segment in the making. */
interface Segment {
  readonly bytes: number;
  add(type: string, body: Uint8Array): void;
  end(type: "next" | "done"): Uint8Array;
}

function beginSegment(number: number, wishes: EwfWishes, chunks: number): Segment {
  const parts: Uint8Array[] = [
    concatBytes(utf8("EVF\t\r\n"), Uint8Array.of(0xff, 0, 1, number & 255, number >> 8, 0, 0)),
  ];
  let bytes = 13;
  const segment: Segment = {
    get bytes() {
      return bytes;
    },
    add: (type, body) => {
      parts.push(descriptor(type, bytes + 76 + body.length, 76 + body.length), body);
      bytes += 76 + body.length;
    },
    end: (type) => concatBytes(...parts, descriptor(type, bytes, 0)),
  };
  if (number === 1) segment.add("header", deflateSync(HEADER));
  segment.add(number === 1 ? "volume" : "data", volumeOf(wishes, chunks));
  return segment;
}

const HEADER = utf8(
  "1\nmain\nc\tn\ta\te\tt\tav\tov\tm\tu\tp\ncase\tevidence\tmade for a test\t\t\t1\tnone\t2026 1 2 3 4 5\t2026 1 2 3 4 5\t0\n\n",
);

function descriptor(type: string, next: number, size: number): Uint8Array {
  const record = new Uint8Array(76);
  const view = new DataView(record.buffer);
  record.set(utf8(type));
  view.setBigUint64(16, BigInt(next), true);
  view.setBigUint64(24, BigInt(size), true);
  view.setUint32(72, adler32(record.subarray(0, 72)), true);
  return record;
}

function summed(body: Uint8Array): Uint8Array {
  return concatBytes(body, words([adler32(body)]));
}

function words(values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value, true);
  return bytes;
}

function volumeOf({ media, chunkSectors }: EwfWishes, chunks: number): Uint8Array {
  const body = new Uint8Array(1048);
  body.set(words([1, chunks, chunkSectors, SECTOR, Math.ceil(media.sizeBytes / SECTOR), 0]));
  return summed(body);
}

function chunkOf(plain: Uint8Array, level: number): Uint8Array {
  return level > 0 ? deflateSync(plain, { level }) : concatBytes(plain, words([adler32(plain)]));
}

function tableOf(chunks: readonly Uint8Array[], baseByte: number, packed: boolean): Uint8Array {
  let at = 0;
  const entries = chunks.map((chunk) => {
    const entry = packed ? (at | 0x80000000) >>> 0 : at;
    at += chunk.length;
    return entry;
  });
  return concatBytes(summed(words([chunks.length, 0, baseByte, 0, 0])), summed(words(entries)));
}

function errorsOf(ranges: EwfWishes["badSectors"]): Uint8Array {
  const head = summed(concatBytes(words([ranges.length]), new Uint8Array(512)));
  return concatBytes(head, summed(words(ranges.flatMap(({ first, count }) => [first, count]))));
}
