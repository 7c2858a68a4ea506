import { constants, createInflate, createInflateRaw, createZstdDecompress } from "node:zlib";

const MAKERS = { zlib: createInflate, raw: createInflateRaw, zstd: createZstdDecompress };

/** What comes out at most, and in pieces of what length. */
interface InflateLimits {
  maxOutputLength: number;
  chunkSize?: number;
  /** The stream may break off: what came out by then is given. */
  cut?: true;
}

/** What this file takes of an engine of zlib that its types do not name. */
interface Engine {
  _processChunk(bytes: Uint8Array, flush: number): Uint8Array;
  _handle: { close(): void } | null;
  destroy(): unknown;
  bytesWritten: number;
}

/**
 * Unpacks a stream at once, as inflateSync() does, and leaves nothing behind where it is damaged.
 *
 * inflateSync() of Node 26 keeps its engine and a buffer (28 KB) for every damaged stream until the loop turns: an image
 * full of damage fills the memory. Here the engine is closed whatever comes of it.
 *
 * @returns The bytes, and how many of the packed ones were used.
 * @throws Where the stream is damaged or gives more than the limit.
 */
export function inflateAtOnce(
  packed: Uint8Array,
  how: keyof typeof MAKERS,
  { maxOutputLength, chunkSize, cut }: InflateLimits,
): { bytes: Uint8Array; used: number } {
  const options = { maxOutputLength, ...(chunkSize === undefined ? {} : { chunkSize }) };
  const engine = MAKERS[how](options) as unknown as Engine;
  engine.destroy = () => engine;
  const end = how === "zstd" ? constants.ZSTD_e_end : constants.Z_FINISH;
  try {
    const bytes = engine._processChunk(packed, cut === true ? constants.Z_SYNC_FLUSH : end);
    return { bytes, used: engine.bytesWritten };
  } finally {
    engine._handle?.close();
    engine._handle = null;
  }
}
