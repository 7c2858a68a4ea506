import { type ByteSource, slice } from "#examination/sources";
import type { Budget } from "./budget.ts";
import { findBytes } from "./find-bytes.ts";
import { numberOf, unfilter } from "./pdf-filters.node.ts";
import { isDict, isRef, type PdfDict, type PdfValue, pdfReader } from "./pdf-syntax.ts";
import { memorySource, readBytes } from "./read-bytes.ts";

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
  encrypted: boolean;
  streams(): Generator<PdfStream>;
  /** What a value stands for, where it is a reference. The last object of a number counts. */
  resolve(value: PdfValue | undefined): PdfValue;
  /** The stream a value refers to; null: it is none. */
  streamOf(value: PdfValue): PdfStream | null;
}

const WINDOW_BYTES = 2 ** 20;
const OVERLAP_BYTES = 64;
const [MOST_OBJECTS, MOST_PACKED_OBJECTS] = [1 << 20, 1 << 18];
const [HEAD_BYTES, LONG_HEAD_BYTES] = [2048, 2 ** 18];
/** How far the end of a stream without a right length is looked for; how much packed objects may hold in all. */
const [END_BYTES, PACKED_BYTES] = [2 ** 28, 2 ** 26];
const END = Uint8Array.from("endstream", (one) => one.charCodeAt(0));

const latin = new TextDecoder("latin1");

/**
 * Finds a PDF's objects by their marks ("12 0 obj"), not by its table: what an earlier saving left, and what a broken table
 * hides, is found too.
 */
export function openPdf(source: ByteSource, budget: Budget): PdfObjects {
  const offsets: { number: number; atByte: number; hasStream: boolean }[] = [];
  const last = new Map<number, number>();
  let [cut, encrypted] = [false, false];
  for (let from = 0; from < source.sizeBytes && !cut; from += WINDOW_BYTES - OVERLAP_BYTES) {
    const bytes = readBytes(source, from, WINDOW_BYTES);
    budget.spend(bytes.length);
    const text = latin.decode(bytes);
    encrypted ||= /\/Encrypt[\s]+\d{1,10}[\s]+\d{1,5}[\s]+R/.test(text);
    for (const found of text.matchAll(/(\d{1,10})[\0\t\n\f\r ]{1,8}\d{1,5}[\0\t\n\f\r ]{1,8}obj(?![a-z])|stream/g)) {
      const before = offsets.at(-1);
      if (found[1] === undefined) {
        if (before !== undefined) before.hasStream = true;
        continue;
      }
      const atByte = from + found.index + found[0].length;
      if (before !== undefined && before.atByte >= atByte) continue;
      if (offsets.length >= MOST_OBJECTS) cut = true;
      if (cut) break;
      offsets.push({ number: Number(found[1]), atByte, hasStream: false });
      last.set(Number(found[1]), atByte);
    }
  }
  const packed = packedObjects();
  const resolve: PdfObjects["resolve"] = (value) => {
    let now: PdfValue = value ?? null;
    for (let hops = 0; isRef(now) && hops < 16; hops++) {
      const atByte = last.get(now.ref);
      now = atByte === undefined ? packed.value(now.ref) : (objectAt(source, atByte)?.value ?? null);
    }
    return isRef(now) ? null : now;
  };
  function* streams(): Generator<PdfStream> {
    for (const { number, atByte, hasStream } of offsets) {
      if (!hasStream) continue;
      budget.spend(0);
      const stream = streamAt(source, atByte, resolve);
      if (stream !== null) yield { number, ...stream };
    }
  }
  /** Objects within streams of objects; unpacked when one is asked for that no mark names. */
  function packedObjects(): { value(number: number): PdfValue } {
    let values: Map<number, PdfValue> | null = null;
    return {
      value(number) {
        if (values === null) {
          values = new Map();
          for (const stream of streams()) if (stream.dict.get("/Type") === "/ObjStm") unpackObjects(stream, values);
        }
        return values.get(number) ?? null;
      },
    };
  }
  const streamOf: PdfObjects["streamOf"] = (value) => {
    const atByte = isRef(value) ? last.get(value.ref) : undefined;
    const stream = atByte === undefined ? null : streamAt(source, atByte, resolve);
    return stream === null || !isRef(value) ? null : { number: value.ref, ...stream };
  };
  return { cut, encrypted, streams, resolve, streamOf };
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
