/** What following a format from its first byte says. */
export interface FormatWalk {
  /** Its own end was reached, and nothing contradicts it before. */
  ended: boolean;
  /** Bytes up to its own end, or up to where it breaks. */
  endBytes: number;
  /** Up to here the bytes are proven. */
  goodBytes: number;
  /** It does not break: the bytes that were given end within it. */
  cut: boolean;
}
