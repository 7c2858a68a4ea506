import { concatBytes } from "#base/values";
import { numberOf } from "./pdf-filters.node.ts";
import type { PdfDict } from "./pdf-syntax.ts";

const LONG = 4;
const SHORT = 3;
const SIDE_MOST = 65_535;

/**
 * A fax of a PDF as a TIFF of one strip: its bytes are what they were.
 *
 * @param height Where its parameters do not say how many rows it has.
 * @returns Null where its rows begin at whole bytes (TIFF knows none of these in Group 4), or it has no sides.
 * @see ISO 32000-1, 7.4.6 "CCITTFaxDecode"; TIFF 6.0 §8, 11
 */
export function faxTiff(packed: Uint8Array, parms: PdfDict | null, height: number): Uint8Array | null {
  const [kind, columns] = [numberOf(parms, "/K", 0), numberOf(parms, "/Columns", 1728)];
  const rows = numberOf(parms, "/Rows", 0) || height;
  const isAligned = parms?.get("/EncodedByteAlign") === true;
  const sound = [columns, rows].every((side) => Number.isSafeInteger(side) && side > 0 && side <= SIDE_MOST);
  if (!sound || (kind < 0 && isAligned)) return null;
  const options = (kind > 0 ? 1 : 0) | (isAligned ? 4 : 0);
  const fields: [tag: number, type: number, value: number][] = [
    [256, LONG, columns],
    [257, LONG, rows],
    [258, SHORT, 1],
    [259, SHORT, kind < 0 ? 4 : 3],
    [262, SHORT, parms?.get("/BlackIs1") === true ? 1 : 0],
    [273, LONG, 8],
    [277, SHORT, 1],
    [278, LONG, rows],
    [279, LONG, packed.length],
    kind < 0 ? [293, LONG, 0] : [292, LONG, options],
  ];
  const odd = packed.length % 2;
  const directory = new DataView(new ArrayBuffer(2 + fields.length * 12 + 4));
  directory.setUint16(0, fields.length, true);
  for (const [i, [tag, type, value]] of fields.entries()) {
    const at = 2 + i * 12;
    directory.setUint16(at, tag, true);
    directory.setUint16(at + 2, type, true);
    directory.setUint32(at + 4, 1, true);
    directory.setUint32(at + 8, value, true);
  }
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, 0x002a4949, true);
  head.setUint32(4, 8 + packed.length + odd, true);
  return concatBytes(new Uint8Array(head.buffer), packed, new Uint8Array(odd), new Uint8Array(directory.buffer));
}
