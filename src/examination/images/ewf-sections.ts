import { adler32 } from "./adler32.ts";
import { fields, filePlace, readPart } from "./fields.ts";
import type { ImageFile, ImageProblem } from "./image.ts";

/** One section of a segment file: what it is and where its bytes stand. */
export interface EwfSection {
  type: string;
  /** Offsets in the segment file; `dataByte` is behind the descriptor. */
  dataByte: number;
  endByte: number;
}

/** The sections of one segment file. */
export interface EwfSegment {
  file: ImageFile;
  number: number;
  sections: EwfSection[];
  /** How the chain of sections ended: the set's end, more segments to come, or it broke. */
  ended: "done" | "next" | "broken";
}

const DESCRIPTOR_BYTES = 76;
const FILE_HEADER_BYTES = 13;
/** Far beyond any written set: a section is at least 76 bytes, and a hostile chain of them must end. */
const SECTIONS_LIMIT = 1_000_000;

/** What a file's first 13 bytes say. */
export function ewfFileHeader(head: Uint8Array): { kind: "ewf" | "l01" | "ex01" | "lx01"; number: number } | null {
  const record = fields(head);
  const number = record.u16(9);
  const signature = record.text(0, 8);
  if (signature === "EVF\t\r\n\xff\0") return { kind: "ewf", number };
  if (signature === "LVF\t\r\n\xff\0") return { kind: "l01", number };
  if (signature === "EVF2\r\n\x81\0") return { kind: "ex01", number };
  if (signature === "LEF2\r\n\x81\0") return { kind: "lx01", number };
  return null;
}

/**
 * Walks the chain of sections of one segment file, forward only, so that no loop holds it.
 *
 * @param problems Gets what is wrong with the chain.
 * @see Metz, Expert Witness Compression Format specification, "Section descriptor"
 */
export function walkSections(file: ImageFile, number: number, problems: ImageProblem[]): EwfSegment {
  const sections: EwfSection[] = [];
  const tell = (what: "broken-chain" | "checksum" | "file-ends-early", at: number): EwfSegment => {
    problems.push({ place: filePlace(file.name, at), what, values: {} });
    return { file, number, sections, ended: "broken" };
  };
  for (let at = FILE_HEADER_BYTES; sections.length < SECTIONS_LIMIT; ) {
    const record = fields(readPart(file.source, at, DESCRIPTOR_BYTES));
    if (record.bytes.length < DESCRIPTOR_BYTES) return tell("file-ends-early", Math.min(at, file.source.sizeBytes));
    if (adler32(record.bytes.subarray(0, 72)) !== record.u32(72)) {
      // An acquisition that broke off left the sectors section it was writing without its size: chunks stand here.
      const last = sections.at(-1);
      if (last?.type === "sectors" && last.endByte === last.dataByte) last.endByte = file.source.sizeBytes;
      return tell("checksum", at);
    }
    const type = record.text(0, 16).replace(/\0.*$/s, "");
    const next = record.u64(16);
    if (type === "done" || type === "next") return { file, number, sections, ended: type };
    if (next < at + DESCRIPTOR_BYTES) return tell("broken-chain", at);
    const endByte = Math.min(next, file.source.sizeBytes);
    sections.push({ type, dataByte: at + DESCRIPTOR_BYTES, endByte });
    at = next;
  }
  return tell("broken-chain", 0);
}
