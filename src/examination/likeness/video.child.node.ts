// Entry of a child that fingerprints one foreign video: it loads the decoder, shuts itself in, asks for the bytes it wants and gives
// hashes (video-message.ts). No path of evidence and no descriptor reaches it, and no picture leaves it.
import { readSync } from "node:fs";
import { patient, writeOut } from "#base/machine/node";
import { toHex } from "#base/values";
import { lockDown, startWithoutRings } from "#examination/pictures/node";
import { decodeVideo, prepareVideos } from "#examination/videos/node";
import { openFrameKernel } from "./frame-kernel.node.ts";
import { hashOf } from "./pdq-bits.ts";
import type { VideoChildLine, VideoChildSetup } from "./video-message.ts";

const FRAMES_A_LINE = 64;

startWithoutRings();
const setup: VideoChildSetup = JSON.parse(process.argv[2] ?? "");
await prepareVideos();
const coefficients = openFrameKernel();
say({ kind: "ready", wall: lockDown(setup) });
let told: Extract<VideoChildLine, { kind: "frames" }>["frames"] = [];
const answer = await decodeVideo({
  source: { sizeBytes: setup.sizeBytes, readSync: fetched },
  wish: setup,
  onFrame: (picture) => {
    const { values, quality } = coefficients(picture);
    told.push([picture.frame, picture.timestampMs, quality, toHex(hashOf(values))]);
    if (told.length >= FRAMES_A_LINE) tellFrames();
  },
});
tellFrames();
say({ kind: "done", answer });
process.exit(0);

function tellFrames(): void {
  if (told.length > 0) say({ kind: "frames", frames: told });
  told = [];
}

/** Asks for bytes and waits for them. */
function fetched(view: Uint8Array, offsetBytes: number): number {
  say({ kind: "read", offsetBytes, lengthBytes: view.length });
  const head = new Uint8Array(4);
  take(head);
  const goodBytes = Math.min(view.length, new DataView(head.buffer).getUint32(0, true));
  take(view.subarray(0, goodBytes));
  return goodBytes;
}

function take(into: Uint8Array): void {
  for (let at = 0; at < into.length; ) {
    const got = patient(() => readSync(0, into, at, into.length - at, null));
    if (got === 0) process.exit(0);
    at += got ?? 0;
  }
}

function say(line: VideoChildLine): void {
  writeOut(Buffer.from(`${JSON.stringify(line)}\n`));
}
