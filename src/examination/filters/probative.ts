import { BLOCK_BYTES } from "#base/hashing";
import { isOrdered } from "./probative-tables.ts";

/**
 * Why a block is not listed though its file is: found in a device, it would say nothing about that file.
 * Closed; the names stand in a filter's header (docs/formats/filter.md).
 */
const DROP_RULES = [
  /** Five or more of the eight sectors repeat every 16 bytes: erased, zeroed or never written space. */
  "blank",
  /** Only container header: the same for every file its maker's software wrote (probative-header.ts). */
  "header",
  /** Code and data of a program, library or package of programs: linkers put the same into strangers (probative-header.ts). */
  "program",
  /** Collision entropy below 6 bits a byte: text, program code, uncompressed tables, drawings on one colour. */
  "low-entropy",
  /** Steps or sorted values in words of 8, 16 or 32 bits: ramps, offset tables, allocation chains. */
  "table",
  /** The block repeats itself with a period of at most 2,048 bytes. */
  "repeat",
  /** Stands in a file of --known-good. */
  "known-good",
  /** Stands in three or more mutually unrelated files of the input (related-files.ts). */
  "unrelated",
  /** Beyond --max-blocks-per-file. */
  "over-limit",
  /** The same content was counted before, in the same file or another. */
  "repeated",
] as const;
export type DropRule = (typeof DROP_RULES)[number];

/**
 * Bits a byte. Measured on Debian's files (4 KiB blocks, 5 % below): JPEG 7.1, MP4 6.8, WebP 7.9, PDF 7.8, deb 7.9; and 99 % below:
 * HTML 4.9, C 4.8, ELF 6.2, TrueType 6.3. A block with one constant sector of eight stays below 6: (1/8)² alone is 2^-6.
 */
const LEAST_BLOCK_ENTROPY = 6;
/** Of a whole file, for its digest: bits a byte of what is left without its most frequent byte (prose has 3.9), and how much that is. */
const LEAST_FILE_ENTROPY = 3;
const LEAST_REST_BYTES = 256;
/** Files below are never listed whole: too many of them are empty pictures, stamps and settings. */
const LEAST_FILE_BYTES = 512;
/** Of a block that begins in a container's header, so many bytes must be content. */
const LEAST_CONTENT_BYTES = 1024;
/** Blank sectors that make a block blank. */
const BLANK_SECTORS = 5;
/** Noise that repeats after 2,048 bytes has 7.83 bits, noise that does not 7.91. */
const REPEAT_ENTROPY = 7.87;

/**
 * Collision entropy (Rényi, order 2) of bytes with this histogram.
 *
 * @param histogram 256 counts.
 * @param length Their sum; 0 gives 0.
 * @returns Bits a byte, 0 to 8.
 */
export function collisionEntropy(histogram: Uint32Array | Float64Array, length: number): number {
  if (length === 0) return 0;
  let squares = 0;
  for (let i = 0; i < 256; i++) {
    const count = histogram[i] ?? 0;
    squares += count * count;
  }
  return Math.max(0, 2 * Math.log2(length) - Math.log2(squares));
}

/**
 * The rule by which a block's bytes alone keep it off the list, or undefined.
 *
 * @param words The block as 1,024 u32, little-endian.
 * @param histogram Its 256 byte counts.
 * @param blankSectors How many of its 8 sectors repeat every 16 bytes.
 * @see Garfinkel and McCarrin, Hash-based carving, DFRWS 2015 §4.3 (ramp, whitespace and histogram rules)
 */
export function contentRule(words: Uint32Array, histogram: Uint32Array, blankSectors: number): DropRule | undefined {
  if (words.length !== BLOCK_BYTES / 4) {
    throw new RangeError(`Cannot judge a block: it must be 1024 words, current length is ${words.length}`);
  }
  if (blankSectors >= BLANK_SECTORS) return "blank";
  const entropy = collisionEntropy(histogram, BLOCK_BYTES);
  if (entropy < LEAST_BLOCK_ENTROPY) return "low-entropy";
  if (isOrdered(words)) return "table";
  if (entropy < REPEAT_ENTROPY && repeats(words)) return "repeat";
  return undefined;
}

/**
 * Whether a block that begins at this offset is only header of its container.
 *
 * @param contentAtBytes Where the container's content begins: ownContent() of probative-header.ts.
 */
export function isHeaderBlock(offsetBytes: number, contentAtBytes: number): boolean {
  return offsetBytes + BLOCK_BYTES - contentAtBytes < LEAST_CONTENT_BYTES;
}

/** Why a whole file is not listed by its digest. */
export type FileRule = "too-small" | "low-entropy";

/**
 * The rule by which a file's size and bytes keep its digest off the list, or undefined.
 *
 * @param histogram Byte counts of the whole file, 256 numbers.
 */
export function wholeFileRule(sizeBytes: number, histogram: Uint32Array | Float64Array): FileRule | undefined {
  if (sizeBytes < LEAST_FILE_BYTES) return "too-small";
  const rest = histogram.slice();
  const most = rest.indexOf(Math.max(...rest));
  const restBytes = sizeBytes - (rest[most] ?? 0);
  rest[most] = 0;
  if (restBytes < LEAST_REST_BYTES) return "low-entropy";
  return collisionEntropy(rest, restBytes) < LEAST_FILE_ENTROPY ? "low-entropy" : undefined;
}

/** Whether at least 9 of 10 words equal the word one period later, for some period of 4 to 2,048 bytes (three places are tried first). */
function repeats(words: Uint32Array): boolean {
  for (let period = 1; period <= 512; period++) {
    if (words[7] !== words[7 + period] && words[262] !== words[262 + period] && words[508] !== words[508 + period])
      continue;
    let equal = 0;
    for (let i = 0; i + period < words.length; i++) if (words[i] === words[i + period]) equal++;
    if (equal * 10 >= 9 * (words.length - period)) return true;
  }
  return false;
}
