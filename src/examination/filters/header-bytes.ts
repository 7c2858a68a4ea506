/** Whether these byte values stand at the offset. */
export function startsWith(bytes: Uint8Array, values: readonly number[], at = 0): boolean {
  return values.every((value, i) => bytes[at + i] === value);
}

/** Unsigned big-endian number of 1 to 6 bytes; bytes beyond the end read as 0. */
export function bigEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** Unsigned little-endian number of 1 to 6 bytes; bytes beyond the end read as 0. */
export function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** Bytes as text, one letter a byte (Latin-1). */
export function letters(bytes: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = at; i < Math.min(at + length, bytes.length); i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

/** Offset of the first place from `from` on where the text stands, or -1. */
export function findLetters(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (letters(bytes, at, text.length) === text) return at;
  }
  return -1;
}
