import { toHex, utf8 } from "#base/values";

/** Longest name that is written; common file systems take 255 bytes. */
const NAME_LIMIT_BYTES = 120;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
/** Controls, what a system gives a meaning, and marks that turn text around; joiners of Khmer and others stay. */
const FORBIDDEN = /[\p{Cc}"*/:<>?\\|%\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A name from a medium as a name for a file of our own: one name on every system, never a path, a device or a command.
 *
 * @returns What cannot stand is written "%" and two digits for each byte, so that different names stay different; names
 *   over 120 bytes are cut (the record of an extraction holds the place in full).
 */
export function safeName(name: Uint8Array): string {
  const text = decoded(name);
  const escaped = text === null ? [...name].map(escapedByte).join("") : [...text].map(escapedCharacter).join("");
  return cut(edges(escaped));
}

function decoded(name: Uint8Array): string | null {
  try {
    return strict.decode(name);
  } catch {
    return null;
  }
}

function escapedByte(byte: number): string {
  const plain = byte > 0x20 && byte < 0x7f && !FORBIDDEN.test(String.fromCharCode(byte));
  return plain ? String.fromCharCode(byte) : percent(Uint8Array.of(byte));
}

function escapedCharacter(character: string): string {
  return FORBIDDEN.test(character) ? percent(utf8(character)) : character;
}

function percent(bytes: Uint8Array): string {
  return toHex(bytes).replace(/../g, (digits) => `%${digits.toUpperCase()}`);
}

/** Names that begin or end in a dot or space, are empty, or mean a device somewhere. */
function edges(name: string): string {
  if (name === "") return "%";
  const first = /^[.\s~-]/.test(name) || RESERVED.test(name) ? percent(utf8([...name][0] ?? "")) : ([...name][0] ?? "");
  const rest = [...name].slice(1).join("");
  return first + rest.replace(/[.\s]+$/, (end) => percent(utf8(end)));
}

function cut(name: string): string {
  if (utf8(name).length <= NAME_LIMIT_BYTES) return name;
  const [, ending = ""] = /(\.[0-9A-Za-z]{1,8})$/.exec(name) ?? [];
  let kept = "";
  for (const character of name) {
    if (utf8(kept + character + ending).length > NAME_LIMIT_BYTES - 1) break;
    kept += character;
  }
  return `${kept}~${ending}`;
}
