export const DIGESTS = ["md5", "sha1", "sha256"] as const;
export type Algorithm = (typeof DIGESTS)[number];

/** A range of a source that could not be read. */
export interface UnreadRange {
  startByte: number;
  lengthBytes: number;
}

/** Digests of a stream, and what of it could not be read (those bytes count as zeros). */
export interface Digests {
  digests: Partial<Record<Algorithm, string>>;
  unread: UnreadRange[];
}
