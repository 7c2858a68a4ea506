import serialize from "canonicalize";
import { utf8 } from "./bytes.ts";

/**
 * The one text of a JSON value: sorted keys, no white space.
 *
 * @throws {TypeError} When the value has no JSON text (undefined, a function, NaN).
 * @see RFC 8785 (JCS)
 */
export function canonicalText(value: unknown): string {
  const text = serialize(value);
  if (text === undefined) throw new TypeError("Cannot write canonical JSON: the value has no JSON text");
  return text;
}

/** UTF-8 bytes of canonicalText(value): what is signed and hashed. */
export function canonicalBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8(canonicalText(value));
}
