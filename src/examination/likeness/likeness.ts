import type { Transform } from "./pdq-bits.ts";

/** A set of fingerprints that can be asked: what is on a list, or what a benign set holds. */
export interface LikenessSet {
  name: string;
  release: string;
  /** "known": a hit is a lead. "benign": a hit rules the same picture's other hits out. */
  kind: "known" | "benign";
  /** Bits at most; LIKENESS.distanceBits where the set says nothing. */
  distanceBits: number;
  /** Entries; each is 32 bytes of `hashes`. */
  count: number;
  hashes: Uint8Array;
}

/** One entry of a set that a picture is like. A lead, never a conclusion: whoever shows it shows all of this. */
export interface Match {
  /** Of the entry, 32 bytes. */
  hash: Uint8Array;
  /** Of the picture that was asked about; an entry's own was checked when the set was made. */
  quality: number;
  distanceBits: number;
  /** What would be done to the entry's picture to get this one. */
  transform: Transform;
  /** What of the picture was looked at: all of it, or a part that the robust search cut out. */
  part: string;
  set: string;
  release: string;
  /** Position of the entry in its set. */
  entry: number;
  /** How many officers confirmed the entry, as the set says; 255: that many or more. */
  confirmedBy: number;
}
