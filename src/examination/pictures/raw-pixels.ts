import type { PictureFault } from "./picture.ts";
import type { PictureFormat } from "./picture-format.ts";

/** What a decoder gives, before any reduction. */
export interface RawPixels {
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: Uint8Array;
  damaged: boolean;
  /** Where the decoder knows better than the header. */
  frames?: number;
}

/** A decoder's way to say why there are no pixels. */
export class PictureError extends Error {
  override readonly name = "PictureError";
  readonly fault: PictureFault;

  constructor(fault: PictureFault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** Nothing of the picture could be decoded. */
export function damaged(format: PictureFormat): PictureError {
  return new PictureError({ code: "damaged", format });
}
