/** What a file's own format says of its bytes. */
export interface FormatAnswer {
  /** Nothing contradicts it from its first byte to its last. */
  whole: boolean;
  /**
   * Whole, and only likely to be: codes of JPEG fall into step again behind another file's bytes, and about one piece in
   * twenty has as many blocks as the one that should stand there.
   */
  onlyLikely?: true;
  /** Up to here the bytes are proven. */
  goodBytes: number;
  /** From here on they cannot be the file's, or were not looked at. */
  brokenAt: number;
}

/** Looks at the bytes a file would have; null where its kind of the format cannot be told by them. */
export type FormatCheck = (bytes: Uint8Array) => FormatAnswer | null;
