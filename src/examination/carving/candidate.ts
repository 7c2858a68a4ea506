import type { ByteRange } from "./joined-ranges.ts";

/** Files that hold files: what is in them is looked into. */
const HOLDING_FORMATS = [
  ...(["zip", "7z", "gzip", "bzip2", "xz", "zstd", "tar", "rar", "cab"] as const),
  ...(["ole", "pdf", "sqlite", "sqlite-wal", "thumbcache", "mail"] as const),
] as const;
export type HoldingFormat = (typeof HOLDING_FORMATS)[number];

/** Formats that are carved, by the content; names of files follow them. */
export type CarvedFormat =
  | HoldingFormat
  | "jpeg"
  | "png"
  | "gif"
  | "webp"
  | "heic"
  | "avif"
  | "bmp"
  | "tiff"
  | "mp4"
  | "mov"
  | "3gp"
  | "avi";

/** Films are told by their structure; everything else must be decoded. */
const FILM_FORMATS: readonly CarvedFormat[] = ["mp4", "mov", "3gp", "avi"];

/**
 * "whole": followed from its first byte to its last without a break. "pieced": in two pieces, which its own structure holds
 * together. "beginning": the rest is another's or gone.
 */
export type CarvedHow = "whole" | "pieced" | "beginning";

/** Whether a format is a film's. */
function isFilm(format: CarvedFormat): boolean {
  return FILM_FORMATS.includes(format);
}

/** Whether files of a format hold files. */
export function isHolder(format: string): format is HoldingFormat {
  return HOLDING_FORMATS.some((one) => one === format);
}

/** Whether nobody decodes files of a format: they are told by their structure. */
export function isUndecoded(format: CarvedFormat): boolean {
  return isFilm(format) || isHolder(format);
}

/** Formats whose every byte was followed: nothing else is looked for within them. */
export const FOLLOWED_FORMATS: readonly CarvedFormat[] = ["jpeg", "png", "gif"];

/** What stands at a beginning, as far as its structure tells. */
export interface Candidate {
  format: CarvedFormat;
  how: CarvedHow;
  /** In the bytes that are searched, in the order of the file. */
  pieces: ByteRange[];
  sizeBytes: number;
}

/** A candidate in one piece. */
export function wholeAt(format: CarvedFormat, startByte: number, lengthBytes: number): Candidate {
  return { format, how: "whole", pieces: [{ startByte, lengthBytes }], sizeBytes: lengthBytes };
}
