import { crc32, deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import type { GreyPicture } from "./blur.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A grey picture as PNG, 8 bits, without any word of where it came from. @see W3C PNG, Third Edition §11.2 */
export function greyPng({ width, height, pixels }: GreyPicture): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head[8] = 8;
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return concatBytes(
    SIGNATURE,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array(0)),
  );
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const typed = concatBytes(utf8(type), content);
  const framed = new Uint8Array(typed.length + 8);
  const view = new DataView(framed.buffer);
  view.setUint32(0, content.length);
  framed.set(typed, 4);
  view.setUint32(framed.length - 4, crc32(typed));
  return framed;
}
