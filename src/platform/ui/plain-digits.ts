const KHMER_ZERO = 0x17e0;

/** A typed number as it is kept: Khmer digits become 0 to 9, spaces at both ends go; nothing else changes. */
export function plainDigits(text: string): string {
  return text.trim().replace(/[\u17e0-\u17e9]/g, (digit) => String((digit.codePointAt(0) ?? KHMER_ZERO) - KHMER_ZERO));
}
