import type { GreyPicture } from "./blur.ts";
import { blurred } from "./blur.ts";
import { greyPng } from "./grey-png.node.ts";

/** It covers itself after so long, held or not. */
export const LOOK_SECONDS = 10;

/** A look that is open: a blurred picture, and for as long as it is held the sharp one. Its pixels go when it is covered. */
export interface OpenLook {
  readonly lane: string;
  readonly index: number;
  /** Seconds since the computer started, when it covers itself. */
  readonly untilSeconds: number;
  /** Since when it is held, by the same clock; null: it is not. */
  heldSince: number | null;
  blurred(): Uint8Array<ArrayBuffer>;
  sharp(): Uint8Array<ArrayBuffer>;
  /** Nothing of the picture is left in memory that is ours. */
  wipe(): void;
}

export function openLook(at: { lane: string; index: number; untilSeconds: number }, picture: GreyPicture): OpenLook {
  const soft = blurred(picture);
  return {
    ...at,
    heldSince: null,
    blurred: () => greyPng(soft),
    sharp: () => greyPng(picture),
    wipe: () => {
      picture.pixels.fill(0);
      soft.pixels.fill(0);
    },
  };
}
