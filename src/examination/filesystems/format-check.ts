import type { FormatCheck } from "./format-answer.ts";
import { gifCheck } from "./format-gif.ts";
import { jpegCheck } from "./format-jpeg.ts";
import { pngCheck } from "./format-png.ts";
import { zipCheck } from "./format-zip.ts";

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
