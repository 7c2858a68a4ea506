import type { ContentType } from "./content-type.ts";

/** What a file turned out to be. */
export interface InnerFacts {
  sizeBytes: number;
  type: ContentType;
  /** Its name says something else. */
  misnamed: boolean;
  /** Hexadecimal; null where nobody asked for its bytes. */
  sha256: string | null;
  /** All of it came. */
  complete: boolean;
}
