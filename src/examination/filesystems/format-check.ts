import { gifCheck } from "./format-gif.ts";
import { jpegCheck } from "./format-jpeg.ts";
import { pngCheck } from "./format-png.ts";
import { zipCheck } from "./format-zip.ts";

/** What a file's own format says of its bytes. */
export interface FormatAnswer {
  /** Nothing contradicts it from its first byte to its last. */
  whole: boolean;
  /**
   * Whole, and only likely to be: codes of JPEG fall into step again behind another file's bytes, and about one piece in
   * twenty has as many blocks as the one that should stand there.
   */
  onlyLikely?: true;
  /** Up to here the bytes are proven. */
  goodBytes: number;
  /** From here on they cannot be the file's, or were not looked at. */
  brokenAt: number;
}

/** Looks at the bytes a file would have; null where its kind of the format cannot be told by them. */
export type FormatCheck = (bytes: Uint8Array) => FormatAnswer | null;

const CHECKS: Record<string, FormatCheck> = {
  PNG: pngCheck,
  GIF: gifCheck,
  JPG: jpegCheck,
  JPEG: jpegCheck,
  JPE: jpegCheck,
  ZIP: zipCheck,
  DOCX: zipCheck,
  XLSX: zipCheck,
  PPTX: zipCheck,
  ODT: zipCheck,
  ODS: zipCheck,
  EPUB: zipCheck,
};

/** The check of a file's kind by the extension of its name; null where there is none. */
export function formatCheckOf(name: Uint8Array): FormatCheck | null {
  const text = String.fromCharCode(...name.slice(-6)).toUpperCase();
  return CHECKS[text.slice(text.lastIndexOf(".") + 1)] ?? null;
}
