/** Control characters, those that turn the direction of writing, and the backslash that announces an escape. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\\\ufffd]/u;

/**
 * A path for the screen: printable UTF-8 as it is, every other byte as \xHH. Zero-width joiners of Khmer text stay.
 *
 * @param path The system's bytes.
 */
export function pathText(path: Uint8Array): string {
  let text = "";
  for (let at = 0; at < path.length; ) {
    const length = characterBytes(path[at] ?? 0);
    const letter = new TextDecoder("utf-8", { ignoreBOM: true }).decode(path.subarray(at, at + length));
    const isOne = [...letter].length === 1;
    if (isOne && (!UNPRINTABLE.test(letter) || letter === "\u200b" || letter === "\u200c" || letter === "\u200d")) {
      text += letter;
      at += length;
    } else {
      text += `\\x${(path[at] ?? 0).toString(16).padStart(2, "0")}`;
      at++;
    }
  }
  return text;
}

/** Bytes of the UTF-8 character that begins with this byte; 1 where none does. */
function characterBytes(first: number): number {
  if (first < 0xc2) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
}
