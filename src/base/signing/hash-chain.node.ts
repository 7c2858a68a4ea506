import { fromHex, toHex, utf8 } from "#base/values";
import { sha256 } from "./ed25519.node.ts";

/** What the first entry of a chain follows. */
export const CHAIN_START = "0".repeat(64);
const LABEL = utf8("phum-chain/1\n");

/**
 * The head of a chain after one more entry: SHA-256("phum-chain/1\n" ‖ previous head ‖ entry).
 *
 * @param previousHex Head before, 64 hexadecimal digits; CHAIN_START for the first entry.
 * @param canonicalBytes The entry's canonical JSON.
 */
export function chainHash(previousHex: string, canonicalBytes: Uint8Array): string {
  if (!/^[0-9a-f]{64}$/.test(previousHex)) {
    throw new RangeError(`Cannot chain: a head must be 64 hexadecimal digits, current length is ${previousHex.length}`);
  }
  return toHex(sha256(LABEL, fromHex(previousHex), canonicalBytes));
}
