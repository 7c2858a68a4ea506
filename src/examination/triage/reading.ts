/** Bytes of a source: [offsetBytes, offsetBytes + lengthBytes). */
export interface Run {
  offsetBytes: number;
  lengthBytes: number;
}

/**
 * A set of bytes kept as maximal intervals. Triage keeps two: the *covered* starts (every sector at which a block was
 * looked for) and the *unread* bytes. Any order of adding gives the same set.
 */
export interface Intervals {
  /** Maximal intervals held. */
  readonly count: number;
  /** Bytes held, kept up to date. */
  readonly bytes: number;
  add(offsetBytes: number, lengthBytes: number): void;
  remove(offsetBytes: number, lengthBytes: number): void;
  /** Whether every byte of the run is in the set; true for an empty run. */
  has(offsetBytes: number, lengthBytes: number): boolean;
  /** Bytes of the set inside a run. */
  bytesWithin(offsetBytes: number, lengthBytes: number): number;
  /** The intervals, ascending. The set must not change meanwhile. */
  runs(): Iterable<Run>;
  /** What is missing from [fromBytes, toBytes), ascending. The set must not change meanwhile. */
  gaps(fromBytes: number, toBytes: number): Iterable<Run>;
  /** Compact text for a checkpoint; `intervalsFrom` reads it. */
  toText(): string;
}
