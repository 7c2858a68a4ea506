/** A grey picture: rows from the top, one byte a pixel. */
export interface GreyPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** Standard deviation of the blur in pixels of a side of 200: shapes, faces and letters are gone, light and dark are left. */
const BLUR_SIGMA = 24;

/**
 * Blurs a picture so that nothing in it can be recognised: three box filters come within 3 % of a Gaussian; the edge is held.
 *
 * @see Wells 1986, "Efficient synthesis of Gaussian filters by cascaded uniform filters"
 */
export function blurred({ width, height, pixels }: GreyPicture, sigma = BLUR_SIGMA): GreyPicture {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  let now = Float64Array.from(pixels);
  for (let pass = 0; pass < 3; pass++) {
    now = boxAlong(now, { lines: height, length: width, step: 1, lineStep: width, radius });
    now = boxAlong(now, { lines: width, length: height, step: width, lineStep: 1, radius });
  }
  return { width, height, pixels: Uint8Array.from(now, Math.round) };
}

interface Along {
  lines: number;
  length: number;
  step: number;
  lineStep: number;
  radius: number;
}

function boxAlong(from: Float64Array, { lines, length, step, lineStep, radius }: Along): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    const at = (i: number): number => from[start + Math.min(length - 1, Math.max(0, i)) * step] ?? 0;
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += at(i);
    for (let i = 0; i < length; i++) {
      to[start + i * step] = sum / (2 * radius + 1);
      sum += at(i + radius + 1) - at(i - radius);
    }
  }
  return to;
}
