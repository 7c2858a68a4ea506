import type { ByteSource } from "#examination/sources";
import type { Budget } from "./budget.ts";
import { readBytes } from "./read-bytes.ts";

const WINDOW_BYTES = 2 ** 20;
const OVERLAP_BYTES = 64;
const MOST_OBJECTS = 1 << 20;
const MARKS = /(\d{1,10})[\0\t\n\f\r ]{1,8}(\d{1,5})[\0\t\n\f\r ]{1,8}obj(?![a-z])|stream/g;
const TRAILERS = /\/(?:Encrypt(?=[\s<])|ID(?=\s*\[))/g;

const latin = new TextDecoder("latin1");

/** An object's number and generation: the key of what is encrypted in it is made of them. */
export interface PdfOwner {
  number: number;
  generation: number;
}

/** Where an object begins. */
export interface PdfMark extends PdfOwner {
  /** Behind its mark. */
  atByte: number;
  hasStream: boolean;
}

/** The marks of a PDF's objects ("12 0 obj"). */
export interface PdfMarks {
  /** In the order of the file. */
  marks: PdfMark[];
  /** The last one of each number. */
  last: ReadonlyMap<number, PdfMark>;
  /** Whether there are more than are looked at. */
  cut: boolean;
  /** Behind the last "/Encrypt" and "/ID" of a trailer; -1: none. */
  trailer: { encryptByte: number; idByte: number };
}

export function findMarks(source: ByteSource, budget: Budget): PdfMarks {
  const marks: PdfMark[] = [];
  const last = new Map<number, PdfMark>();
  const trailer = { encryptByte: -1, idByte: -1 };
  let cut = false;
  for (let from = 0; from < source.sizeBytes && !cut; from += WINDOW_BYTES - OVERLAP_BYTES) {
    const bytes = readBytes(source, from, WINDOW_BYTES);
    budget.spend(bytes.length);
    const text = latin.decode(bytes);
    for (const found of text.matchAll(TRAILERS))
      trailer[found[0] === "/ID" ? "idByte" : "encryptByte"] = from + found.index + found[0].length;
    for (const found of text.matchAll(MARKS)) {
      const before = marks.at(-1);
      if (found[1] === undefined) {
        if (before !== undefined) before.hasStream = true;
        continue;
      }
      const atByte = from + found.index + found[0].length;
      if (before !== undefined && before.atByte >= atByte) continue;
      cut = marks.length >= MOST_OBJECTS;
      if (cut) break;
      const mark = { number: Number(found[1]), generation: Number(found[2]), atByte, hasStream: false };
      marks.push(mark);
      last.set(mark.number, mark);
    }
  }
  return { marks, last, cut, trailer };
}
