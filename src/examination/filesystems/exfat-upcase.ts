/** The capital letter of each UTF-16 unit, as the volume says; names are compared, and hashed, in capitals. */
export type Upcase = (unit: number) => number;

/** What is taken where a volume's own table is missing or damaged. */
export const commonUpcase: Upcase = (unit) => {
  const capital = String.fromCharCode(unit).toUpperCase();
  return capital.length === 1 ? capital.charCodeAt(0) : unit;
};

/**
 * The volume's table, written out from its compressed form (0xFFFF and a count stand for letters that are their own).
 *
 * @returns Null where the checksum is wrong.
 * @see exFAT file system specification, §7.2.
 */
export function readUpcase(bytes: Uint8Array, checksum: number): Upcase | null {
  let sum = 0;
  for (const byte of bytes) sum = (((sum << 31) | (sum >>> 1)) + byte) >>> 0;
  if (sum !== checksum) return null;
  const table = Uint16Array.from({ length: 0x10000 }, (_, unit) => unit);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let unit = 0;
  for (let at = 0; at + 2 <= bytes.length && unit < 0x10000; at += 2) {
    const value = view.getUint16(at, true);
    if (value === 0xffff && at + 4 <= bytes.length) {
      unit += view.getUint16(at + 2, true);
      at += 2;
    } else table[unit++] = value;
  }
  return (of) => table[of] ?? of;
}

/** The hash a stream extension keeps of its name. */
export function nameHash(units: number[], upcase: Upcase): number {
  let hash = 0;
  for (const unit of units) {
    const capital = upcase(unit);
    for (const byte of [capital & 0xff, capital >> 8]) hash = (((hash << 15) | (hash >>> 1)) + byte) & 0xffff;
  }
  return hash;
}
