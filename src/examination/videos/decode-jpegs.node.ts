import type { JpegGrey } from "#examination/pictures/node";
import type { Decoding } from "./video-work.ts";

/** Each picture of Motion JPEG stands by itself: of "keyframes" one is taken in so much time. */
const KEY_STEP_MS = 1000;

/** Decodes Motion JPEG: every packet is a JPEG, whose brightness is taken. */
export async function decodeJpegs({ work, track, facts }: Decoding, jpegGrey: JpegGrey): Promise<void> {
  const { wish, onFrame } = work;
  let takenMs = -KEY_STEP_MS;
  for await (const { data, timestampMs } of track.packets(wish.frames)) {
    if (wish.frames === "keyframes" && timestampMs - takenMs < KEY_STEP_MS) continue;
    if (facts.frames >= wish.framesMost) {
      facts.cut = true;
      return;
    }
    takenMs = timestampMs;
    const picture = jpegGrey(data, wish.pixelsMost);
    if (picture === undefined) facts.damaged = true;
    else {
      const { width, height, pixels } = picture;
      onFrame({ frame: facts.frames++, timestampMs, width, height, pixels, limited: false });
    }
  }
}
