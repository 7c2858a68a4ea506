import { utf8 } from "#base/values";
import { type ByteSource, memorySource } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { faxTiff } from "./pdf-fax.node.ts";
import { numberOf, unfilter } from "./pdf-filters.node.ts";
import { filtersOf, openPdf, type PdfObjects, type PdfStream, plainSource, unfiltered } from "./pdf-objects.node.ts";
import { fitsPng, type PdfRaster, pngOf, wrapPng } from "./pdf-picture.node.ts";
import { isDict, type PdfValue } from "./pdf-syntax.ts";
import { readBytes } from "./read-bytes.ts";

const JPEGS = new Set(["/DCTDecode", "/DCT"]);
const FAXES = new Set(["/CCITTFaxDecode", "/CCF"]);
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Reads a PDF: its pictures (JPEG and JPEG 2000 as they stand, rasters put into PNG of the same pixels) and the files embedded in it.
 * Pictures drawn within the text of a page are not looked for; faxes (CCITT) are given as TIFF of the same bytes, JBIG2 is named.
 */
export function readPdf(source: ByteSource, visit: ContainerVisit): void {
  const objects = openPdf(source, visit.budget);
  if (objects.encrypted) visit.problem("encrypted");
  if (objects.cut) visit.problem("too-many");
  for (const stream of objects.encrypted ? [] : objects.streams()) {
    const kind = stream.dict.get("/Type") === "/EmbeddedFile" ? "file" : objects.resolve(stream.dict.get("/Subtype"));
    if (kind !== "file" && kind !== "/Image") continue;
    try {
      if (kind === "file") giveFile(stream, objects, visit);
      else {
        const picture = pictureOf(stream, objects);
        if (picture === null) visit.problem("unsupported", [named(stream, unread(stream, objects))]);
        else give(visit, named(stream, `picture.${picture.kind}`), picture.bytes);
      }
    } catch (error) {
      if (error instanceof Error && error.name === "BudgetStop") throw error;
      visit.problem("damaged", [named(stream, "picture")]);
    }
  }
}

/** What a picture that is not read is called. */
function unread(stream: PdfStream, { resolve }: PdfObjects): string {
  const last = filtersOf(stream.dict, resolve).names.at(-1);
  return last === "/JBIG2Decode" ? "picture.jb2" : "picture";
}

function named({ number }: PdfStream, what: string): Uint8Array {
  return utf8(`object-${number}-${what}`);
}

function give(visit: ContainerVisit, name: Uint8Array, bytes: ByteSource): void {
  visit.entry({ path: [name], content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes });
}

function giveFile(stream: PdfStream, { resolve }: PdfObjects, visit: ContainerVisit): void {
  const { names } = filtersOf(stream.dict, resolve);
  const packed = names.length === 1 && (names[0] === "/FlateDecode" || names[0] === "/Fl");
  const path = [named(stream, "file")];
  if (packed) visit.entry({ path, content: { how: "packed", packing: "zlib", bytes: stream.bytes }, sizeBytes: null });
  else give(visit, named(stream, "file"), plainSource(stream, unfiltered(stream, resolve, MOST_BYTES)));
}

/** A picture as a file of its own; null: JBIG2, or colours that are not known. */
function pictureOf(
  stream: PdfStream,
  objects: PdfObjects,
): { kind: "png" | "jpg" | "jp2" | "tif"; bytes: ByteSource } | null {
  const { names, parms } = filtersOf(stream.dict, objects.resolve);
  const raster = rasterOf(stream, objects);
  const isPredicted = numberOf(parms.at(-1) ?? null, "/Predictor", 1) >= 10 && raster?.components !== 4;
  if (names.length === 1 && names[0]?.startsWith("/Fl") === true && isPredicted && raster !== null) {
    return { kind: "png", bytes: memorySource(wrapPng(raster, readBytes(stream.bytes, 0, MOST_BYTES))) };
  }
  const found = unfiltered(stream, objects.resolve, MOST_BYTES);
  const last = found.rest[0];
  if (last !== undefined && JPEGS.has(last)) return { kind: "jpg", bytes: plainSource(stream, found) };
  if (last === "/JPXDecode") return { kind: "jp2", bytes: plainSource(stream, found) };
  if (last !== undefined && FAXES.has(last)) {
    const height = numberOf(stream.dict, "/Height", numberOf(stream.dict, "/H", 0));
    const bytes = faxTiff(found.bytes ?? readBytes(stream.bytes, 0, MOST_BYTES), parms.at(-1) ?? null, height);
    return bytes === null ? null : { kind: "tif", bytes: memorySource(bytes) };
  }
  if (last !== undefined || raster === null) return null;
  return { kind: "png", bytes: memorySource(pngOf(raster, found.bytes ?? readBytes(stream.bytes, 0, MOST_BYTES))) };
}

/** @returns null where its colours or sides are none that are known. */
function rasterOf(stream: PdfStream, objects: PdfObjects): PdfRaster | null {
  const number = (...names: string[]): number => {
    const value = names.map((name) => objects.resolve(stream.dict.get(name))).find((one) => typeof one === "number");
    return typeof value === "number" ? value : 0;
  };
  const isMask = objects.resolve(stream.dict.get("/ImageMask")) === true;
  const space = isMask ? { components: 1, palette: null } : spaceOf(stream.dict.get("/ColorSpace") ?? null, objects);
  if (space === null) return null;
  const [width, height] = [number("/Width", "/W"), number("/Height", "/H")];
  const raster = { width, height, bits: isMask ? 1 : number("/BitsPerComponent", "/BPC"), ...space };
  return fitsPng(raster) ? raster : null;
}

const COMPONENTS: Readonly<Record<string, number>> = {
  "/DeviceGray": 1,
  "/G": 1,
  "/CalGray": 1,
  "/DeviceRGB": 3,
  "/RGB": 3,
  "/CalRGB": 3,
  "/DeviceCMYK": 4,
  "/CMYK": 4,
};

/** @see ISO 32000-1, 8.6 "Colour spaces" */
function spaceOf(value: PdfValue, objects: PdfObjects, depth = 0): Pick<PdfRaster, "components" | "palette"> | null {
  const space = objects.resolve(value);
  const [name, ...rest] = Array.isArray(space) ? space : [space];
  if (typeof name !== "string" || depth > 4) return null;
  const simple = COMPONENTS[name];
  if (simple !== undefined) return { components: simple, palette: null };
  if (name === "/ICCBased") {
    const profile = objects.resolve(rest[0]);
    const count = isDict(profile) ? numberOf(profile, "/N", 0) : 0;
    return [1, 3, 4].includes(count) ? { components: count, palette: null } : null;
  }
  if (name === "/Separation") return { components: 1, palette: null };
  if (name !== "/Indexed" && name !== "/I") return null;
  const base = spaceOf(rest[0] ?? null, objects, depth + 1);
  const table = tableOf(rest[2] ?? null, objects);
  if (base === null || table === null || base.components === 4) return null;
  const palette =
    base.components === 3
      ? table
      : Uint8Array.from({ length: table.length * 3 }, (_, i) => table[Math.floor(i / 3)] ?? 0);
  return { components: 1, palette };
}

/** Colours of an indexed raster stand in a text, or in a stream. */
function tableOf(value: PdfValue, objects: PdfObjects): Uint8Array | null {
  const direct = objects.resolve(value);
  if (direct instanceof Uint8Array) return direct;
  const stream = objects.streamOf(value);
  if (stream === null) return null;
  const { names, parms } = filtersOf(stream.dict, objects.resolve);
  let bytes: Uint8Array = readBytes(stream.bytes, 0, 2 ** 16);
  for (const [i, name] of names.entries()) bytes = unfilter(bytes, name, parms[i] ?? null) ?? new Uint8Array(0);
  return bytes;
}
