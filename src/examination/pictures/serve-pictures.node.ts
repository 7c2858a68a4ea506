import { readSync } from "node:fs";
import { patient, writeOut } from "#base/machine/node";
import { type Decoders, decodePicture } from "./decode-picture.node.ts";
import { lockDown } from "./lock-down.node.ts";
import { openNearestPixels } from "./nearest-pixels.node.ts";
import type { Picture } from "./picture.ts";
import {
  type ChildLine,
  type ChildSetup,
  frameHead,
  frameLengths,
  LENGTHS_BYTES,
  type PictureRequest,
} from "./picture-message.ts";
import { PictureError } from "./raw-pixels.ts";

/**
 * All that a child does which decodes foreign pictures: it loads its decoders, shuts itself in, says how far that went, and then answers
 * one frame after the other (picture-message.ts) until its input ends. Bytes come by pipe: it never knows a path of evidence.
 *
 * @param after Makes another picture of each before it leaves the child. What it needs has to be loaded already.
 */
export async function servePictures(after = (picture: Picture): Picture => picture): Promise<never> {
  const setup: ChildSetup = JSON.parse(process.argv[2] ?? "");
  const decoders = await decodersOf(setup);
  const strikes = setup.decoders === "native" ? await import("./strikes.node.ts") : undefined;
  say({ kind: "ready", wall: lockDown(setup) });
  for (;;) {
    const lengths = read(LENGTHS_BYTES);
    if (lengths === undefined) process.exit(0);
    const { headerBytes, bodyBytes } = frameLengths(lengths);
    const request: PictureRequest = JSON.parse((read(headerBytes) ?? Buffer.alloc(0)).toString("utf8"));
    const bytes = read(bodyBytes) ?? Buffer.alloc(0);
    if (request.strike !== undefined) say({ kind: "struck", said: (await strikes?.struck(request.strike)) ?? "" });
    else await answer(request, bytes, { setup, decoders, after });
  }
}

async function decodersOf({ decoders: which }: ChildSetup): Promise<Decoders> {
  const nearest = openNearestPixels();
  if (which === "wasm") return { nearest, heic: (await import("./heic-pixels.node.ts")).heicPixels };
  const { prepareVips, vipsPixels } = await import("./vips-pixels.node.ts");
  const { openTurboJpeg } = await import("./turbo-jpeg.node.ts");
  await prepareVips();
  return { nearest, jpeg: openTurboJpeg(), vips: vipsPixels };
}

interface Serving {
  setup: ChildSetup;
  decoders: Decoders;
  after: (picture: Picture) => Picture;
}

async function answer(request: PictureRequest, bytes: Buffer, { setup, decoders, after }: Serving): Promise<void> {
  try {
    const { pixels, ...picture } = after(await decodePicture({ ...request, bytes, most: setup.pixels }, decoders));
    say({ kind: "picture", ...picture }, pixels);
  } catch (error) {
    const memory = error instanceof RangeError && /alloc|memory|length/i.test(error.message);
    const code = memory ? "too-much-memory" : "damaged";
    say({ kind: "fault", fault: error instanceof PictureError ? error.fault : { code } });
  }
}

/** Exactly so many bytes of the input; undefined at its end. */
function read(lengthBytes: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(lengthBytes);
  for (let at = 0; at < lengthBytes; ) {
    const got = patient(() => readSync(0, bytes, at, lengthBytes - at, null));
    if (got === 0) return undefined;
    at += got ?? 0;
  }
  return bytes;
}

function say(line: ChildLine, body: Uint8Array = Buffer.alloc(0)): void {
  writeOut(frameHead(line, body.length));
  writeOut(body);
}
