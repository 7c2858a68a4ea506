import type { Picture, PictureFacts, PictureFault, PictureWish } from "./picture.ts";
import { DECODED_FORMATS } from "./picture-format.ts";
import type { PictureWall } from "./picture-wall.ts";

/** Frames on the pipes between a child and whoever started it: lengths of header and body (32 bits each, little-endian), header, body. */
export const LENGTHS_BYTES = 8;
const HEADER_MOST_BYTES = 65_536;

/** What a child is told once, as its argument. */
export interface ChildSetup {
  decoders: "native" | "wasm";
  pixels: number;
  memoryBytes: number;
}

/** What a child is asked; the picture's bytes are the body. */
export interface PictureRequest extends PictureWish {
  /** For tests of the wall: what to try instead of decoding. */
  strike?: Strike;
}

const STRIKES = [
  "spin",
  "memory",
  "crash",
  "read-file",
  "write-file",
  "read-file-natively",
  "connect",
  "start",
  "signal",
] as const;
export type Strike = (typeof STRIKES)[number];

/** What a child says: once that it is ready, then one answer a picture, whose pixels are the body. */
export type ChildLine =
  | { kind: "ready"; wall: PictureWall }
  | ({ kind: "picture" } & Omit<Picture, "pixels">)
  | { kind: "fault"; fault: PictureFault }
  | { kind: "struck"; said: string };

/** Lengths and header of a frame; the body follows. */
export function frameHead(header: object, bodyBytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(bodyBytes, 4);
  return Buffer.concat([lengths, text]);
}

/** The two lengths at a frame's beginning. @throws {RangeError} Where the header is longer than any of ours. */
export function frameLengths(bytes: Buffer): { headerBytes: number; bodyBytes: number } {
  const headerBytes = bytes.readUInt32LE(0);
  if (headerBytes > HEADER_MOST_BYTES)
    throw new RangeError(`Cannot read a frame: its header names ${headerBytes} bytes`);
  return { headerBytes, bodyBytes: bytes.readUInt32LE(4) };
}

/**
 * A child's answer, believed only in so far as it is one: it may have been taken over by what it decoded.
 *
 * @returns undefined where it is not in order.
 */
export function pictureIn(line: ChildLine, pixels: Uint8Array): Picture | undefined {
  if (line.kind !== "picture") return undefined;
  const { width, height, channels, format, facts } = line;
  const known = DECODED_FORMATS.some((decoded) => decoded === format);
  const sides = [width, height, facts?.storedWidth, facts?.storedHeight, facts?.frames].every((side) => isCount(side));
  if (!known || !sides || (channels !== 1 && channels !== 3)) return undefined;
  if (width * height * channels !== pixels.length || !isFacts(facts)) return undefined;
  const { storedWidth, storedHeight, frames, orientation, part, damaged } = facts;
  return {
    ...{ width, height, channels, pixels, format },
    facts: { storedWidth, storedHeight, frames, orientation, part, damaged },
  };
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) < 2 ** 32;
}

function isFacts({ orientation, part, damaged }: PictureFacts): boolean {
  const parts: unknown[] = ["picture", "preview", "composite"];
  return isCount(orientation) && orientation <= 8 && parts.includes(part) && typeof damaged === "boolean";
}
