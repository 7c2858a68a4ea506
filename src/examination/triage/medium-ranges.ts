/** A range of bytes. */
interface Range {
  startByte: number;
  lengthBytes: number;
}

/** The pieces of a volume's range on its medium, wherever the pieces of the volume stand there. */
export function* rangesOnMedium(extents: readonly Range[], { startByte, lengthBytes }: Range): Generator<Range> {
  let before = 0;
  for (const extent of extents) {
    const from = Math.max(startByte, before);
    const to = Math.min(startByte + lengthBytes, before + extent.lengthBytes);
    if (from < to) yield { startByte: extent.startByte + from - before, lengthBytes: to - from };
    before += extent.lengthBytes;
  }
}
