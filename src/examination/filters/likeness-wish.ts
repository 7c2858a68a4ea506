/** What of a build is about likeness; lists are paths. */
export interface LikenessWish {
  likeness: string[];
  benign: string[];
  withdraw: string[];
  /** Whether pictures and videos of the inputs are fingerprinted too. */
  fingerprint: boolean;
  /** Whether parts of the originals are listed too, and whoever uses the release asks about parts. */
  robust?: boolean;
  /** Officers' words on entries of earlier releases; absent: none. */
  words?: {
    files: string[];
    /** Filter files of the releases that are spoken of. */
    earlier: string[];
    /** Agencies' public keys besides the agency's own: their officers are believed. */
    trust: string[];
    /** Where officers differ: `SET:RELEASE:12=confirmed`. */
    decide: string[];
  };
}
