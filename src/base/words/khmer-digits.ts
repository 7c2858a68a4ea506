const KHMER_ZERO = 0x17e0;
const SEPARATORS: Record<string, string> = { ",": ".", ".": "," };

/**
 * A number written in English (1,234.5) in Khmer digits and separators (១.២៣៤,៥). Not by `Intl`: browsers built on Chromium know
 * neither Khmer digits nor Khmer months.
 */
export function khmerNumber(english: string): string {
  return khmerDigits(english.replace(/[.,]/g, (separator) => SEPARATORS[separator] ?? separator));
}

/** Digits 0 to 9 in Khmer; everything else stays. */
export function khmerDigits(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(KHMER_ZERO + Number(digit)));
}
