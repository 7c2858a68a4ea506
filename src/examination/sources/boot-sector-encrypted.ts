import { holds, little } from "#base/values";
import type { Encryption } from "./phase-region.ts";

// GUID 4967d63b-2e29-4ad8-8399-f6a339e3d001 as it stands in the sector.
const BITLOCKER = "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01";

/**
 * Recognises an encrypted volume by its header.
 *
 * @param head The volume's first bytes, 4 KiB where it is as long.
 * @see BitLocker: libbde format, volume header (7 and later at 160, To Go at 424); LUKS2 on-disk format 1.1.2;
 *   Core Storage: libfvde format, "CS" at 88, method 2 = AES-XTS at 172; Apple File System Reference: nx_keylocker at 1296
 */
export function encryptedHeader(head: Uint8Array): Encryption | null {
  if (holds(head, 3, "-FVE-FS-") || holds(head, 160, BITLOCKER) || holds(head, 424, BITLOCKER)) return "BitLocker";
  if (holds(head, 0, "LUKS\xba\xbe")) return "LUKS";
  if (holds(head, 88, "CS") && little(head, 172, 4) === 2) return "FileVault";
  if (holds(head, 32, "NXSB") && little(head, 1304, 8) > 0) return "FileVault";
  return hasLoader(head) ? "VeraCrypt-like" : null;
}

/** The loader of an encrypted system disk names itself in the first sector. */
function hasLoader(head: Uint8Array): boolean {
  const sector = String.fromCharCode(...head.subarray(0, 512));
  return sector.includes("VeraCrypt Boot Loader") || sector.includes("TrueCrypt Boot Loader");
}

/** Bytes at either end of a volume that looksRandom judges: the length of VeraCrypt's header area without its hidden twin. */
export const RANDOM_BYTES = 64 * 1024;

// Chi-square of 64 KiB over byte values: 255 degrees of freedom, mean 255, standard deviation 22.6. Random bytes stay
// within 5 deviations but once in two million volumes; compressed data, which keeps headers and tables, is far above.
const CHI_LOW = 142;
const CHI_HIGH = 368;

/** Whether the bytes are like random ones in the count of each value: not compressed, not written by a program. */
export function looksRandom(bytes: Uint8Array): boolean {
  if (bytes.length < RANDOM_BYTES) return false;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const expected = bytes.length / 256;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chi > CHI_LOW && chi < CHI_HIGH;
}
