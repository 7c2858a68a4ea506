import LIST from "./paper/spoken-words.json" with { type: "json" };

const WORDS = 8;
const BITS = 11;

/**
 * The numbers, 1 to 2048, that stand for the first 88 bits of a digest: eight times eleven bits, most significant first.
 *
 * @param digest At least 11 bytes; here the 32 of a SHA-256.
 * @throws {RangeError} When the digest is shorter than 11 bytes.
 * @see docs/formats/report.md, "Eight words"
 */
function spokenNumbers(digest: Uint8Array): number[] {
  if (digest.length < (WORDS * BITS) / 8) {
    throw new RangeError(
      `Cannot say a digest in words: it must be 11 bytes or more, current length is ${digest.length}`,
    );
  }
  return Array.from({ length: WORDS }, (_, word) => {
    let value = 0;
    for (let bit = word * BITS; bit < (word + 1) * BITS; bit++) {
      value = value * 2 + (((digest[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    }
    return value + 1;
  });
}

/** The eight words of a digest, from a list of 2,048 short English words. */
export function spokenWords(digest: Uint8Array): string[] {
  return spokenNumbers(digest).map((number) => LIST[number - 1] ?? "");
}

/** The same as four-digit numbers, for whoever does not read English. */
export function spokenDigits(digest: Uint8Array): string[] {
  return spokenNumbers(digest).map((number) => String(number).padStart(4, "0"));
}
