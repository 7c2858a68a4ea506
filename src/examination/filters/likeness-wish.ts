/** What of a build is about likeness; lists are paths. */
export interface LikenessWish {
  likeness: string[];
  benign: string[];
  withdraw: string[];
  /** Whether pictures and videos of the inputs are fingerprinted too. */
  fingerprint: boolean;
}
