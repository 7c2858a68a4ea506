/**
 * Reads bytes of a source into a view, which may lie on shared memory.
 *
 * @returns view.length, or less where the source ends there (0 at or beyond its end).
 * @throws {ReadError} Where bytes cannot be had; error.goodBytes of the view are good.
 * @throws {RangeError} For a negative or broken offset.
 */
export type ReadBytes = (view: Uint8Array, offsetBytes: number) => number;

/** An open image or device. Reads are at any offset and length; those aligned to 4096 bytes go past the page cache. */
export interface OpenBytes {
  readonly sizeBytes: number;
  /** Whether aligned reads go straight to the medium (O_DIRECT). */
  readonly direct: boolean;
  readSync: ReadBytes;
  /** JSON-safe: a thread of this process makes the same reader of it by adoptSource. */
  readonly handles: SourceHandles;
  close(): void;
}

/** File descriptors of an open source; they hold in every thread of the process. */
export interface SourceHandles {
  sizeBytes: number;
  /** "major:minor" of a device: gone from the system means pulled out. */
  device?: string;
  parts: { startByte: number; sizeBytes: number; buffered: number; direct: number | null }[];
}

/** Faults of a dying disk, for tests and practice only: withReadFaults. JSON-safe. */
export interface ReadFaults {
  /** Reads that touch [startByte, endByte) fail, are late or never return. */
  ranges?: ReadFaultRange[];
  /** The first read that touches this byte, and every later read, fails as if the device was pulled out. */
  vanishAtByte?: number;
}

export interface ReadFaultRange {
  startByte: number;
  endByte: number;
  /** "error": EIO at its first byte. "slow": blocks for `ms`, then reads. "hang": blocks for ever. */
  kind: "error" | "slow" | "hang";
  /** For "slow"; at most a day. */
  ms?: number;
  /** Only so many times in one reader, then the range reads well; without it always. */
  times?: number;
}
