/** One read that was made: where, how much, and what it gave. */
export interface RunRecord {
  /** First byte, from the start of the source or of the file. */
  offsetBytes: number;
  lengthBytes: number;
  /** Position of the file in the folder's listing; 0 for a device or image. */
  fileIndex: number;
  /** Bit 0: a neighbourhood scan, outside the statistics. Bit 1: part of a retry. Others are 0. */
  flags?: number;
  /** SHA-256 of what was read, or of its sector hashes (the report says which), 32 bytes. */
  digest: Uint8Array;
}
