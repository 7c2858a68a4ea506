import { big } from "#base/values";
import { boxAt } from "./boxes.ts";

const ITEMS_MOST = 65_536;

/**
 * Where the last byte of a HEIF picture's items stands, as its item locations say.
 *
 * @param meta What is in its "meta".
 * @returns The end from the file's beginning; 0 where nothing stands in the file itself, null where it cannot be read.
 * @see ISO/IEC 14496-12 §8.11.3
 */
export function heifEnd(meta: Uint8Array): number | null {
  const table = boxAt(meta.subarray(4), ["iloc"]);
  if (table === null) return null;
  const version = table[0] ?? 0;
  const [offsetBytes, lengthBytes] = [(table[4] ?? 0) >> 4, (table[4] ?? 0) & 15];
  const [baseBytes, indexBytes] = [(table[5] ?? 0) >> 4, version === 0 ? 0 : (table[5] ?? 0) & 15];
  const numberBytes = version < 2 ? 2 : 4;
  let at = 6 + numberBytes;
  let end = 0;
  const items = Math.min(ITEMS_MOST, big(table, 6, numberBytes));
  for (let item = 0; item < items; item++) {
    if (at + 4 + baseBytes > table.length) return null;
    const method = version === 0 ? 0 : (table[at + numberBytes + 1] ?? 0) & 15;
    at += numberBytes + (version === 0 ? 2 : 4);
    const base = big(table, at, baseBytes);
    const extents = big(table, at + baseBytes, 2);
    at += baseBytes + 2;
    for (let extent = 0; extent < extents; extent++) {
      if (at + indexBytes + offsetBytes + lengthBytes > table.length) return null;
      const from = base + big(table, at + indexBytes, offsetBytes);
      at += indexBytes + offsetBytes + lengthBytes;
      if (method === 0) end = Math.max(end, from + big(table, at - lengthBytes, lengthBytes));
    }
  }
  return end;
}
