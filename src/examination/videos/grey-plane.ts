/** A frame as a decoder gives it: its planes one after the other. */
export interface Planes {
  /** WebCodecs name of the pixel format. */
  format: string;
  bytes: Uint8Array;
  /** First byte and bytes a row of the first plane. */
  offset: number;
  stride: number;
  width: number;
  height: number;
}

/**
 * The grey picture of a frame: its luma plane as it stands, or the luma of its colours.
 *
 * @param into Takes width times height bytes, where these do not stand one after the other already.
 * @returns width times height bytes: a part of `into`, or of the planes; undefined where the pixel format has no luma plane and is none
 *   of the RGB ones.
 */
export function greyPlane(planes: Planes, into: Uint8Array): Uint8Array | undefined {
  const { format, bytes, offset, stride, width, height } = planes;
  if (into.length < width * height) {
    throw new RangeError(`Cannot take the grey picture: ${into.length} bytes of room for ${width} x ${height}`);
  }
  const grey = into.subarray(0, width * height);
  const bits = /P(10|12)$/.exec(format)?.[1];
  if (isRgb(format)) fromRgb(planes, format.startsWith("RGB"), grey);
  else if (!/^(I4|NV)/.test(format)) return undefined;
  else if (bits !== undefined) fromWords(planes, Number(bits) - 8, grey);
  else if (stride === width) return bytes.subarray(offset, offset + width * height);
  else fromBytes(planes, grey);
  return grey;
}

/** Whether a pixel format is one of the four RGB ones: always in full range. */
export function isRgb(format: string): boolean {
  return /^(RGB|BGR)[AX]$/.test(format);
}

function fromBytes({ bytes, offset, stride, width, height }: Planes, into: Uint8Array): void {
  for (let y = 0; y < height; y++) {
    const from = offset + y * stride;
    into.set(bytes.subarray(from, from + width), y * width);
  }
}

/** Two bytes a pixel, little-endian; the highest eight bits are kept. */
function fromWords({ bytes, offset, stride, width, height }: Planes, drop: number, into: Uint8Array): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0, to = y * width; x < width; x++) {
      const at = offset + y * stride + 2 * x;
      into[to++] = Math.min(255, (((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >> drop);
    }
  }
}

function fromRgb({ bytes, offset, stride, width, height }: Planes, redFirst: boolean, into: Uint8Array): void {
  const [red, blue] = redFirst ? [0, 2] : [2, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0, to = y * width; x < width; x++) {
      const at = offset + y * stride + 4 * x;
      const colours = 0.299 * (bytes[at + red] ?? 0) + 0.587 * (bytes[at + 1] ?? 0) + 0.114 * (bytes[at + blue] ?? 0);
      into[to++] = Math.round(colours);
    }
  }
}
