import { type ByteSource, memorySource, slice } from "#examination/sources";
import type { Budget } from "./budget.ts";
import { findBytes } from "./find-bytes.ts";
import { numberOf, unfilter } from "./pdf-filters.node.ts";
import { openLock, type PdfLock } from "./pdf-lock.node.ts";
import { findMarks, type PdfMark } from "./pdf-marks.ts";
import { isDict, isRef, type PdfDict, type PdfValue, pdfReader } from "./pdf-syntax.ts";
import { readBytes } from "./read-bytes.ts";

/** An object that has bytes of its own. */
export interface PdfStream {
  number: number;
  dict: PdfDict;
  /** As they stand in the file, filters not undone. */
  bytes: ByteSource;
}

/** A PDF's objects, by number and in the order of the file. */
export interface PdfObjects {
  /** Whether there were more than are looked at. */
  cut: boolean;
  /** It asks for a password. */
  encrypted: boolean;
  streams(): Generator<PdfStream>;
  /** What a value stands for, where it is a reference. The last object of a number counts. */
  resolve(value: PdfValue | undefined): PdfValue;
  /** The stream a value refers to; null: it is none. */
  streamOf(value: PdfValue): PdfStream | null;
}

const WINDOW_BYTES = 2 ** 20;
const MOST_PACKED_OBJECTS = 1 << 18;
const [HEAD_BYTES, LONG_HEAD_BYTES] = [2048, 2 ** 18];
/** How far the end of a stream without a right length is looked for; how much packed objects may hold in all. */
const [END_BYTES, PACKED_BYTES] = [2 ** 28, 2 ** 26];
const END = Uint8Array.from("endstream", (one) => one.charCodeAt(0));

const latin = new TextDecoder("latin1");

/**
 * Finds a PDF's objects by their marks ("12 0 obj"), not by its table: what an earlier saving left, and what a broken table
 * hides, is found too. What needs no password is opened.
 */
export function openPdf(source: ByteSource, budget: Budget): PdfObjects {
  const { marks, last, cut, trailer } = findMarks(source, budget);
  const { encrypted, lock } = lockOf(source, trailer, (number) => last.get(number)?.atByte);
  const opened = (mark: PdfMark, value: PdfValue): PdfValue => lock?.value(mark, value) ?? value;
  let packed: Map<number, PdfValue> | null = null;
  /** Objects within streams of objects; unpacked when one is asked for that no mark names. */
  const packedValue = (number: number): PdfValue => {
    if (packed === null) {
      packed = new Map();
      for (const stream of streams()) if (stream.dict.get("/Type") === "/ObjStm") unpackObjects(stream, packed);
    }
    return packed.get(number) ?? null;
  };
  const resolve: PdfObjects["resolve"] = (value) => {
    let now: PdfValue = value ?? null;
    for (let hops = 0; isRef(now) && hops < 16; hops++) {
      const mark = last.get(now.ref);
      now = mark === undefined ? packedValue(now.ref) : opened(mark, objectAt(source, mark.atByte)?.value ?? null);
    }
    return isRef(now) ? null : now;
  };
  const streamOfMark = (mark: PdfMark): PdfStream | null => {
    const stream = streamAt(source, mark.atByte, resolve);
    if (stream === null) return null;
    const { dict, bytes } = stream;
    const value = opened(mark, dict);
    return { number: mark.number, dict: isDict(value) ? value : dict, bytes: lock?.stream(mark, dict, bytes) ?? bytes };
  };
  function* streams(): Generator<PdfStream> {
    for (const mark of marks) {
      if (!mark.hasStream) continue;
      budget.spend(0);
      const stream = streamOfMark(mark);
      if (stream !== null) yield stream;
    }
  }
  const streamOf: PdfObjects["streamOf"] = (value) => {
    const mark = isRef(value) ? last.get(value.ref) : undefined;
    return mark === undefined ? null : streamOfMark(mark);
  };
  return { cut, encrypted, streams, resolve, streamOf };
}

/** What the last trailer says of a lock: none, one that needs no password, one that does. */
function lockOf(
  source: ByteSource,
  { encryptByte, idByte }: { encryptByte: number; idByte: number },
  placeOf: (number: number) => number | undefined,
): { encrypted: boolean; lock: PdfLock | null } {
  if (encryptByte < 0) return { encrypted: false, lock: null };
  const said = objectAt(source, encryptByte)?.value ?? null;
  const place = isRef(said) ? placeOf(said.ref) : undefined;
  const encrypt = isRef(said) ? (place === undefined ? null : objectAt(source, place)?.value) : said;
  if (!isDict(encrypt ?? null)) return { encrypted: said !== null, lock: null };
  const ids = idByte < 0 ? null : objectAt(source, idByte)?.value;
  const id = Array.isArray(ids) && ids[0] instanceof Uint8Array ? ids[0] : new Uint8Array(0);
  const lock = openLock(encrypt as PdfDict, id);
  return { encrypted: lock === null, lock };
}

/** The value behind a mark, and where it ends. */
function objectAt(source: ByteSource, atByte: number): { value: PdfValue; endByte: number } | null {
  for (const lengthBytes of [HEAD_BYTES, LONG_HEAD_BYTES]) {
    const text = latin.decode(readBytes(source, atByte, lengthBytes));
    try {
      const reader = pdfReader(text);
      const value = reader.value();
      const end = reader.at();
      if (end + 32 < text.length || atByte + text.length >= source.sizeBytes) return { value, endByte: atByte + end };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return null;
}

function streamAt(
  source: ByteSource,
  atByte: number,
  resolve: PdfObjects["resolve"],
): { dict: PdfDict; bytes: ByteSource } | null {
  const object = objectAt(source, atByte);
  if (object === null || !isDict(object.value)) return null;
  const text = latin.decode(readBytes(source, object.endByte, 8));
  const start = /^stream(?:\r\n|\n|\r)?/.exec(text);
  if (start === null) return null;
  const startByte = object.endByte + start[0].length;
  const said = lengthSaid(object.value.get("/Length"), resolve);
  const isSaid = said !== null && /^\s{0,2}endstream/.test(latin.decode(readBytes(source, startByte + said, 11)));
  const lengthBytes = isSaid ? said : lengthFound(source, startByte);
  return { dict: object.value, bytes: slice(source, startByte, lengthBytes) };
}

/** A length may stand in another object; that one has no stream, so this ends. */
function lengthSaid(value: PdfValue | undefined, resolve: PdfObjects["resolve"]): number | null {
  const length = isRef(value) ? resolve(value) : value;
  return typeof length === "number" && Number.isSafeInteger(length) && length >= 0 ? length : null;
}

function lengthFound(source: ByteSource, startByte: number): number {
  const endByte = Math.min(source.sizeBytes, startByte + END_BYTES);
  for (let at = startByte; at < endByte; at += WINDOW_BYTES - END.length) {
    const bytes = readBytes(source, at, WINDOW_BYTES);
    const found = findBytes(bytes, END);
    if (found >= 0) return at + found - startByte;
  }
  return endByte - startByte;
}

/** What a stream's filters before a picture's own give, and which one that is. */
export interface Unfiltered {
  bytes: Uint8Array | null;
  /** Filters that are left: a picture's, or one nobody knows. */
  rest: string[];
}

/** Undoes a stream's filters, as far as they are no picture's. @throws Where its bytes are damaged or too many. */
export function unfiltered(stream: PdfStream, resolve: PdfObjects["resolve"], mostBytes = PACKED_BYTES): Unfiltered {
  const { names, parms } = filtersOf(stream.dict, resolve);
  let bytes: Uint8Array | null = null;
  for (const [i, name] of names.entries()) {
    if (PICTURES.has(name)) return { bytes, rest: names.slice(i) };
    const before: Uint8Array = bytes ?? readBytes(stream.bytes, 0, mostBytes);
    const after = unfilter(before, name, parms[i] ?? null);
    if (after === null) return { bytes, rest: names.slice(i) };
    bytes = after;
  }
  return { bytes, rest: [] };
}

/** Filters whose bytes are a picture's file, or need a decoder of their own. */
const PICTURES = new Set(["/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode", "/Crypt"]);

export function filtersOf(
  dict: PdfDict,
  resolve: PdfObjects["resolve"],
): { names: string[]; parms: (PdfDict | null)[] } {
  const list = (value: PdfValue): PdfValue[] => (Array.isArray(value) ? value : value === null ? [] : [value]);
  const names = list(resolve(dict.get("/Filter") ?? dict.get("/F")))
    .slice(0, 8)
    .map((one) => resolve(one))
    .filter((one) => typeof one === "string");
  const parms = list(resolve(dict.get("/DecodeParms") ?? dict.get("/DP"))).map((one) => {
    const value = resolve(one);
    return isDict(value) ? value : null;
  });
  return { names, parms };
}

/** @see ISO 32000-1, 7.5.7 "Object streams" */
function unpackObjects(stream: PdfStream, values: Map<number, PdfValue>): void {
  const none: PdfObjects["resolve"] = (value) => (isRef(value) ? null : (value ?? null));
  try {
    const bytes = unfiltered(stream, none).bytes ?? readBytes(stream.bytes, 0, PACKED_BYTES);
    const text = latin.decode(bytes);
    const first = numberOf(stream.dict, "/First", 0);
    const heads = pdfReader(text);
    for (let i = 0; i < numberOf(stream.dict, "/N", 0) && values.size < MOST_PACKED_OBJECTS; i++) {
      const [number, offset] = [heads.value(), heads.value()];
      if (typeof number !== "number" || typeof offset !== "number" || heads.at() > first) break;
      values.set(number, pdfReader(text, first + offset).value());
    }
  } catch {
    // A damaged stream of objects names nothing: what referred to it is unknown.
  }
}

/** A stream's bytes with all its filters undone, or as a source. */
export function plainSource(stream: PdfStream, { bytes }: Unfiltered): ByteSource {
  return bytes === null ? stream.bytes : memorySource(bytes);
}
