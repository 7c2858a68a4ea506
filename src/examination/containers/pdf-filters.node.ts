import { inflateAtOnce } from "#base/unpacking/node";
import type { PdfDict } from "./pdf-syntax.ts";

/** What comes out of one filter, at most. */
const MOST_BYTES = 256 * 2 ** 20;

/** Undoes one of a PDF's filters; null: a filter of pictures or an unknown one. @throws Where the bytes are damaged. */
export function unfilter(bytes: Uint8Array, filter: string, parms: PdfDict | null): Uint8Array | null {
  switch (filter) {
    case "/FlateDecode":
    case "/Fl":
      return unpredict(inflateAtOnce(bytes, "zlib", { maxOutputLength: MOST_BYTES, cut: true }).bytes, parms);
    case "/LZWDecode":
    case "/LZW":
      return unpredict(unpackLzw(bytes, numberOf(parms, "/EarlyChange", 1)), parms);
    case "/ASCII85Decode":
    case "/A85":
      return unpackAscii85(bytes);
    case "/ASCIIHexDecode":
    case "/AHx":
      return unpackHex(bytes);
    case "/RunLengthDecode":
    case "/RL":
      return unpackRuns(bytes);
    default:
      return null;
  }
}

export function numberOf(dict: PdfDict | null, name: string, otherwise: number): number {
  const value = dict?.get(name);
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** Undoes PNG's and TIFF's prediction of rows. @see ISO 32000-1, 7.4.4.4 */
function unpredict(bytes: Uint8Array, parms: PdfDict | null): Uint8Array {
  const predictor = numberOf(parms, "/Predictor", 1);
  if (predictor < 2) return bytes;
  const [colors, bits] = [numberOf(parms, "/Colors", 1), numberOf(parms, "/BitsPerComponent", 8)];
  const rowBytes = Math.ceil((numberOf(parms, "/Columns", 1) * colors * bits) / 8);
  const stepBytes = Math.max(1, (colors * bits) >> 3);
  if (!(rowBytes > 0 && rowBytes <= MOST_BYTES)) throw new RangeError("Cannot undo a prediction: no length of rows");
  if (predictor === 2) return bits === 8 ? untiff(bytes, rowBytes, stepBytes) : bytes;
  const rows = Math.floor(bytes.length / (rowBytes + 1));
  const out = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1);
    unfilterRow(bytes.subarray(from, from + rowBytes + 1), { out, at: row * rowBytes, stepBytes });
  }
  return out;
}

function untiff(bytes: Uint8Array, rowBytes: number, stepBytes: number): Uint8Array {
  const out = bytes.slice();
  for (let i = 0; i < out.length; i++)
    if (i % rowBytes >= stepBytes) out[i] = (out[i] ?? 0) + (out[i - stepBytes] ?? 0);
  return out;
}

/** @see W3C PNG, 9.2 "Filter types" */
function unfilterRow(
  row: Uint8Array,
  { out, at, stepBytes }: { out: Uint8Array; at: number; stepBytes: number },
): void {
  const rowBytes = row.length - 1;
  for (let i = 0; i < rowBytes; i++) {
    const left = i < stepBytes ? 0 : (out[at + i - stepBytes] ?? 0);
    const up = at === 0 ? 0 : (out[at + i - rowBytes] ?? 0);
    const corner = at === 0 || i < stepBytes ? 0 : (out[at + i - rowBytes - stepBytes] ?? 0);
    out[at + i] = (row[i + 1] ?? 0) + predicted(row[0] ?? 0, { left, up, corner });
  }
}

function predicted(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Grows as bytes come, up to the limit. */
function growing(): { push(bytes: Uint8Array): void; done(): Uint8Array } {
  let [bytes, length] = [new Uint8Array(2 ** 16), 0];
  return {
    push(more) {
      if (length + more.length > MOST_BYTES)
        throw new RangeError("Cannot unpack a stream: more comes out than the limit");
      if (length + more.length > bytes.length) {
        const wider = new Uint8Array(Math.max(bytes.length * 2, length + more.length));
        wider.set(bytes.subarray(0, length));
        bytes = wider;
      }
      bytes.set(more, length);
      length += more.length;
    },
    done: () => bytes.subarray(0, length),
  };
}

/** @see ISO 32000-1, 7.4.4.2 */
function unpackLzw(bytes: Uint8Array, early: number): Uint8Array {
  const out = growing();
  let table: Uint8Array[] = [];
  let last: Uint8Array | null = null;
  const restart = (): void => {
    table = Array.from({ length: 258 }, (_, i) => (i < 256 ? Uint8Array.of(i) : new Uint8Array(0)));
    last = null;
  };
  restart();
  for (let bit = 0, width = 9; bit + width <= bytes.length * 8; ) {
    const code = bitsAt(bytes, bit, width);
    bit += width;
    if (code === 257) break;
    if (code === 256) restart();
    else {
      const known: Uint8Array | undefined = table[code];
      const before: Uint8Array | null = last;
      if (known === undefined && (before === null || code !== table.length)) break;
      const next: Uint8Array = known ?? joinedWith(before ?? new Uint8Array(0), (before ?? [])[0] ?? 0);
      out.push(next);
      if (before !== null && table.length < 4096) table.push(joinedWith(before, next[0] ?? 0));
      last = next;
    }
    width = Math.min(12, Math.max(9, 32 - Math.clz32(table.length + early)));
  }
  return out.done();
}

function joinedWith(bytes: Uint8Array, one: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  longer[bytes.length] = one;
  return longer;
}

function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  const at = bit >> 3;
  const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (word >> (24 - width - (bit & 7))) & ((1 << width) - 1);
}

function unpackAscii85(bytes: Uint8Array): Uint8Array {
  const out = growing();
  const digits: number[] = [];
  const flush = (count: number): void => {
    const value = digits.reduce((sum, one) => sum * 85 + one, 0) % 2 ** 32;
    out.push(Uint8Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (3 - i)) & 255));
    digits.length = 0;
  };
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && digits.length === 0) out.push(new Uint8Array(4));
    else if (byte >= 33 && byte <= 117 && digits.push(byte - 33) === 5) flush(4);
  }
  const rest = digits.length;
  if (rest > 1) {
    while (digits.length < 5) digits.push(84);
    flush(rest - 1);
  }
  return out.done();
}

function unpackHex(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0x3e);
  const digits = new TextDecoder("latin1")
    .decode(end < 0 ? bytes : bytes.subarray(0, end))
    .replace(/[^0-9a-fA-F]/g, "");
  return Uint8Array.from({ length: digits.length >> 1 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

function unpackRuns(bytes: Uint8Array): Uint8Array {
  const out = growing();
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at] ?? 128;
    if (length === 128) break;
    if (length < 128) out.push(bytes.subarray(at + 1, at + 2 + length));
    else out.push(new Uint8Array(257 - length).fill(bytes[at + 1] ?? 0));
    at += length < 128 ? length + 2 : 2;
  }
  return out.done();
}
