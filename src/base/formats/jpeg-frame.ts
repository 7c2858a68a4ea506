import { big } from "#base/values";

/** A component of a frame: how many blocks of it stand in a unit. */
export interface JpegComponent {
  id: number;
  across: number;
  down: number;
}

/** A frame as its header names it. @see ITU-T T.81, B.2.2 */
export interface JpegFrame {
  width: number;
  height: number;
  components: JpegComponent[];
}

/** Reads what stands behind a frame header's length. */
export function jpegFrame(part: Uint8Array): JpegFrame {
  const components = Array.from({ length: Math.min(4, part[5] ?? 0) }, (_, i) => {
    const sampling = part[7 + i * 3] ?? 0x11;
    return { id: part[6 + i * 3] ?? 0, across: Math.min(4, sampling >> 4) || 1, down: Math.min(4, sampling & 15) || 1 };
  });
  return { width: big(part, 3, 2), height: big(part, 1, 2), components };
}

/** Units of a scan and how many stand side by side; `own`: the only component of a scan, whose units are its blocks. */
export function unitsOf(
  { width, height, components }: JpegFrame,
  own: JpegComponent | undefined,
): { units: number; unitsAcross: number } {
  const across = Math.max(1, ...components.map((one) => one.across));
  const down = Math.max(1, ...components.map((one) => one.down));
  const [wide, high] = own === undefined ? [8 * across, 8 * down] : [(8 * across) / own.across, (8 * down) / own.down];
  const unitsAcross = Math.ceil(width / wide);
  return { units: unitsAcross * Math.ceil(height / high), unitsAcross };
}
