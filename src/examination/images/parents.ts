import { equalBytes, utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { isRefusal, type OpenImage, type OpenParent, type Refusal, type Siblings } from "./image.ts";
import { lastName, latin } from "./latin.ts";
import type { Stretch, Unread } from "./mapped-media.ts";

/** A table of the image cannot be read there. */
export const BAD_TABLE: Unread = { is: "unread", why: "input-error", code: "TABLE" };

/** The name in the folder that a recorded path means: the same bytes, else the same but for case. */
export function siblingNamed(siblings: Siblings, recorded: string): Uint8Array | null {
  const name = utf8(lastName(recorded));
  let found: Uint8Array | null = null;
  for (const other of siblings.names()) {
    if (equalBytes(other, name)) return other;
    if (latin(other).toLowerCase() === latin(name).toLowerCase()) found ??= other;
  }
  return found;
}

/**
 * Opens the parent of a differencing image from the same folder.
 *
 * @param recorded Paths the child holds, the likeliest first.
 * @returns The parent, or the refusal that names what is missing.
 */
export function parentOf(
  recorded: readonly string[],
  { siblings, openParent }: { siblings: Siblings; openParent: OpenParent },
): OpenImage | Refusal {
  const wanted = recorded.map(lastName).find((name) => name !== "") ?? "";
  for (const path of recorded) {
    const name = siblingNamed(siblings, path);
    const parent = name === null ? null : openParent(name);
    if (parent !== null) return parent;
  }
  return { refused: "parent-missing", values: { parent: wanted } };
}

/** Whether a parent was opened. */
export function isOpen(parent: OpenImage | Refusal): parent is OpenImage {
  return !isRefusal(parent);
}

/** The stretch of a parent at the same offset: zeros where the parent ends before the child, or where there is none. */
export function parentStretch(
  parent: ByteSource | null,
  offsetBytes: number,
  endByte: number,
): { endByte: number; stretch: Stretch } {
  if (parent === null || offsetBytes >= parent.sizeBytes) return { endByte, stretch: { is: "zero" } };
  return {
    endByte: Math.min(endByte, parent.sizeBytes),
    stretch: { is: "stored", source: parent, offsetBytes },
  };
}
