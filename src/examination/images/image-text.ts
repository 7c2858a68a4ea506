import type { Language } from "#base/words";
import type { ImageFormat, ImageProblem, Refusal } from "./image.ts";
import { sayImages } from "./words.ts";

/** Why an image is not read, as a sentence. */
export function refusalText(language: Language, { refused, values }: Refusal): string {
  return sayImages(language, `refused.${refused}`, values);
}

/** A problem with its place, as a sentence. */
export function problemText(language: Language, { place, what, values }: ImageProblem): string {
  return `${place}: ${sayImages(language, `problem.${what}`, values)}`;
}

const NAMES: Record<ImageFormat, string> = {
  raw: "raw",
  ewf: "E01 (EWF)",
  qcow2: "QCOW",
  vmdk: "VMDK",
  vhd: "VHD",
  vhdx: "VHDX",
  vdi: "VDI",
  udif: "DMG (UDIF)",
  ad1: "AD1",
  aff4: "AFF4",
  disc: "CD (2352)",
};

/** The name of a format and its kind: alike in every language. */
export function formatText({ format, variant }: { format: ImageFormat; variant: string }): string {
  return variant === "" ? NAMES[format] : `${NAMES[format]}, ${variant}`;
}
