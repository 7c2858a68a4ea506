import type { PictureFormat } from "./picture-format.ts";

/** What is asked of a picture. */
export interface PictureWish {
  /** "rgb" gives three channels of every picture, also of a grey one; "grey" gives one. */
  want: "rgb" | "grey";
  /** Reduces both sides to this, by the nearest pixel and whatever the proportions, where one of them is longer. */
  square?: number;
  /** Reduces so that neither side is longer, by averages, proportions kept. For looking at, never for a fingerprint. */
  maxSide?: number;
  /** Which picture of an animation or of many pages, from 0. */
  frame?: number;
}

/** A picture's pixels: rows from the top, pixels from the left, one byte a channel. As stored: not turned by its EXIF. */
export interface Picture {
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: Uint8Array;
  format: PictureFormat;
  facts: PictureFacts;
}

/** What was noticed of a picture on the way. */
export interface PictureFacts {
  /** Its sides as stored, before any reduction. */
  storedWidth: number;
  storedHeight: number;
  /** Pictures in an animation, or pages. */
  frames: number;
  /** EXIF orientation, 1 to 8; noted, never applied. */
  orientation: number;
  /** What the pixels are of: the picture itself, the preview inside camera RAW, the composite of layers. */
  part: "picture" | "preview" | "composite";
  /** The file is damaged or cut off; what there is was decoded. */
  damaged: boolean;
}

/** Why there are no pixels. A finding about the file, never an error of Phum. */
export interface PictureFault {
  code: PictureFaultCode;
  format?: PictureFormat;
  /** For the sentence, by name. */
  values?: Record<string, string | number>;
}

export type PictureFaultCode =
  /** None of the formats that are known. */
  | "unknown"
  /** Known by name and not decoded: a program (SVG), or a format without a decoder here. */
  | "refused"
  /** Its header names more pixels than the limit. */
  | "too-large"
  /** More bytes than the limit. */
  | "too-many-bytes"
  /** No pixel could be had. */
  | "damaged"
  | "no-such-frame"
  | "too-long"
  | "too-much-memory"
  /** The decoder ended without an answer; it was replaced. */
  | "ended";

export type PictureAnswer = Picture | { fault: PictureFault };

/** Bounds on what one picture may cost. */
export interface PictureLimits {
  bytes: number;
  pixels: number;
  /** From hand-over to answer. */
  ms: number;
  /** All memory of a child. */
  memoryBytes: number;
  /** Children at once. */
  children: number;
  /** Pictures after which a child is replaced: what one picture may have broken does not last. */
  picturesEach: number;
}

export const PICTURE_LIMITS: PictureLimits = {
  bytes: 2 ** 28,
  // Phones make pictures of 200 megapixels.
  pixels: 2 ** 28,
  ms: 20_000,
  memoryBytes: 1.75 * 2 ** 30,
  children: 2,
  picturesEach: 1000,
};
