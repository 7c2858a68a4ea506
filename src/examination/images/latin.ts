/** Far below how many arguments a call may have; a text joined byte by byte takes 40 times its own memory. */
const PIECE = 8192;

/** Bytes as a text of one character a byte: for patterns over names of any bytes. */
export function latin(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

/** The bytes of a text of one character a byte. */
export function latinBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A field's text as UTF-16 (bytes 2 by 2) up to its first zero. */
export function utf16(bytes: Uint8Array, littleEndian: boolean): string {
  const text = new TextDecoder(littleEndian ? "utf-16le" : "utf-16be").decode(bytes.subarray(0, bytes.length & ~1));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** The last name of a path of any system: Windows, Unix, or a URL. */
export function lastName(path: string): string {
  return path.split(/[\\/]/).findLast((name) => name !== "") ?? "";
}
