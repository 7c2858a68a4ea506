import { type FormatWalk, gifWalk, jpegWalk, pngWalk } from "#base/formats";
import type { FormatAnswer, FormatCheck } from "./format-answer.ts";
import { zipCheck } from "./format-zip.ts";

const pngCheck: FormatCheck = (bytes) => held(pngWalk(bytes), bytes);
const gifCheck: FormatCheck = (bytes) => held(gifWalk(bytes), bytes);

/** Null for kinds whose codes are not followed: progressive, arithmetic, lossless. */
const jpegCheck: FormatCheck = (bytes) => {
  const walk = jpegWalk(bytes);
  if (walk.byMarkers) return null;
  const answer = held(walk, bytes);
  if (answer.whole) return { ...answer, onlyLikely: true };
  return walk.ended ? null : answer;
};

/** A format must end with the file; zeros may stand behind it. */
function held({ ended, endBytes, goodBytes }: FormatWalk, bytes: Uint8Array): FormatAnswer {
  const whole = ended && bytes.subarray(endBytes).every((byte) => byte === 0);
  return { whole, goodBytes, brokenAt: whole ? bytes.length : endBytes };
}

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
