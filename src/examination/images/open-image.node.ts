import { imageSignature, SIGNATURE_HEAD_BYTES } from "#examination/sources";
import { openAd1 } from "./ad1-image.node.ts";
import { openAff4 } from "./aff4-image.node.ts";
import { openEwf } from "./ewf-image.node.ts";
import { readFields, readPart } from "./fields.ts";
import type { ImageFile, OpenImage, OpenParent, Refusal, RefusalName, Siblings } from "./image.ts";
import { openQcow } from "./qcow-image.node.ts";
import { openRawDisc } from "./raw-disc.ts";
import { openRaw } from "./raw-image.ts";
import { openUdif } from "./udif-image.node.ts";
import { openVdi } from "./vdi-image.ts";
import { openVhd } from "./vhd-image.ts";
import { openVhdx } from "./vhdx-image.ts";
import { openVmdk } from "./vmdk-image.node.ts";

/** A chain of parents is no longer than this; a loop of them ends here. */
const PARENTS_LIMIT = 32;

/** Formats that are known and not read, by their first bytes. */
const REFUSED: readonly (readonly [number, string, RefusalName])[] = [
  [0, "AFF10\r\n\0", "aff"],
  [0, "AFF01\r\n\0", "aff"],
  [0, "WithoutFreeSpace", "parallels"],
  [0, "WithouFreSpacExt", "parallels"],
  [0, "sprs", "sparseimage"],
  [0, "LOGICAL\0", "ad1-kind"],
];

/**
 * Opens an image by any of its files: finds out the format, the other segments and the parents in the same folder.
 *
 * @param first The file that was named.
 * @param siblings Its folder: nothing outside it is opened.
 * @returns The image, or the refusal that names what stands against it. A file of no known format is a raw image; a
 *   packed one is not.
 */
export function openImage(first: ImageFile, siblings: Siblings): OpenImage | Refusal {
  return openAt(first, siblings, 0);
}

function openAt(file: ImageFile, siblings: Siblings, depth: number): OpenImage | Refusal {
  if (depth > PARENTS_LIMIT) return { refused: "parent-chain", values: {} };
  if (file.source.sizeBytes === 0) return { refused: "empty", values: {} };
  const openParent: OpenParent = (name) => {
    const source = siblings.open(name);
    return source === null ? null : openAt({ name, source }, siblings, depth + 1);
  };
  return (
    openEwf(file, siblings) ??
    openQcow(file, siblings, openParent) ??
    openVmdk(file, siblings, openParent) ??
    openVhdx(file, siblings, openParent) ??
    openVdi(file) ??
    openAd1(file, siblings) ??
    openAff4(file, siblings) ??
    refusedFormat(file) ??
    openUdif(file) ??
    openVhd(file, siblings, openParent) ??
    foreignOrPacked(file) ??
    openRawDisc(file) ??
    openRaw(file, siblings)
  );
}

function refusedFormat({ source }: ImageFile): Refusal | null {
  const head = readFields(source, 0, 128);
  for (const [at, text, refused] of REFUSED) if (head.text(at, text.length) === text) return { refused, values: {} };
  return null;
}

/** By its first bytes; an Apple disk image may begin with those of packed runs, so it is tried before. */
function foreignOrPacked({ source }: ImageFile): Refusal | null {
  const signature = imageSignature(readPart(source, 0, SIGNATURE_HEAD_BYTES), new Uint8Array(0));
  if (signature?.kind === "foreign") return { refused: "foreign", values: { format: signature.format } };
  return signature?.kind === "compressed" ? { refused: "packed", values: { format: signature.format } } : null;
}
