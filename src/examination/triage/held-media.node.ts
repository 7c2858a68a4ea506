import { createHash, type Hash } from "node:crypto";
import { type GrowingBytes, growingBytes } from "#base/values";
import { COMPARED_HEAD_BYTES, comparedKind } from "#examination/likeness/node";

/** A picture or video whose bytes came. */
export interface MediaContent {
  kind: "picture" | "video";
  sha256: string;
  sizeBytes: number;
  /** null: larger than may be held. */
  bytes: Uint8Array | null;
}

/** Holds the bytes of one file while they come, as long as it is a picture or video by its first bytes. */
export interface HeldMedia {
  piece(bytes: Uint8Array): void;
  /** @returns null: neither. Otherwise whoever takes the bytes has to tell when they are let go. */
  end(): MediaContent | null;
  drop(): void;
}

/**
 * Takes one file.
 *
 * @param mostBytes Held at most; of a larger file only its digest is made.
 * @param holds Told how many more bytes are held now; negative: fewer.
 */
export function heldMedia(mostBytes: number, holds: (moreBytes: number) => void): HeldMedia {
  let kind: ReturnType<typeof comparedKind> | undefined;
  let held: GrowingBytes | null = growingBytes(mostBytes);
  let hash: Hash | null = null;
  let sizeBytes = 0;
  const drop = (): void => {
    holds(-(held?.lengthBytes ?? 0));
    held = null;
  };
  const tell = (): void => {
    const head = held?.view() ?? new Uint8Array(0);
    kind = comparedKind(head.subarray(0, COMPARED_HEAD_BYTES));
    if (kind === null) drop();
    else hash = createHash("sha256").update(head);
  };
  return {
    drop,
    piece(bytes) {
      if (kind === null) return;
      sizeBytes += bytes.length;
      hash?.update(bytes);
      if (held?.add(bytes) === true) holds(bytes.length);
      else drop();
      if (kind === undefined && sizeBytes >= COMPARED_HEAD_BYTES) tell();
    },
    end() {
      if (kind === undefined) tell();
      if (!kind || hash === null) return null;
      const bytes = held?.bytes() ?? null;
      held = null;
      return { kind, sha256: hash.digest("hex"), sizeBytes, bytes };
    },
  };
}
