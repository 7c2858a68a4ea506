/**
 * Every number that decides whether two pictures are alike, with its source. A set or a search may ask for less; for more only where
 * its false hits were counted.
 */
export const LIKENESS = {
  /**
   * Bits at most in which two fingerprints of one picture differ. Source: facebook/ThreatExchange pdq/README.md ("distance threshold 31")
   * and python-threatexchange signal_type/pdq. Unrelated pictures of our test data differ in 114 bits and more.
   */
  distanceBits: 31,
  /** Quality below which a fingerprint says nothing. Source: the same; 49 and less is discarded. */
  quality: 50,
  /**
   * A fingerprint by the fast way differs from the exact one in 10 bits at most (14 were seen once, at quality 21). Within this span of
   * distances the fast way could change the answer: the picture is hashed again, exactly.
   */
  exactFromBits: 20,
  exactToBits: 42,
  /**
   * An entry that is like more pictures that are unlike each other (further apart than distanceBits) is set apart for the run and
   * told: it is of something common. Our choice; versions of one picture are nearly always near each other.
   */
  unrelatedMost: 20,
} as const;
