import { startsWith } from "./header-bytes.ts";
import { compoundContentAt, pdfContentAt, zipContentAt } from "./probative-documents.ts";
import {
  asfContentAt,
  boxContentAt,
  ebmlContentAt,
  flacContentAt,
  id3ContentAt,
  oggContentAt,
} from "./probative-films.ts";
import { bmpContentAt, gifContentAt, jpegContentAt, pngContentAt, riffContentAt } from "./probative-pictures.ts";
import { elfEnd, isProgramPackage, peEnd, programEnd } from "./probative-programs.ts";

/** A container's first bytes, and where its content begins. A rule sees the file's first bytes and may answer beyond them. */
interface Container {
  name: string;
  /** Byte values at the given offset; several: any of them. */
  magic: readonly { at: number; bytes: readonly number[] }[];
  contentAt(head: Uint8Array): number;
  /** What stands before is what compilers and linkers wrote, not a header. */
  program?: true;
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const at = (offset: number, ...texts: string[]): { at: number; bytes: number[] }[] =>
  texts.map((text) => ({ at: offset, bytes: ascii(text) }));

const CONTAINERS: readonly Container[] = [
  { name: "jpeg", magic: [{ at: 0, bytes: [0xff, 0xd8, 0xff] }], contentAt: jpegContentAt },
  { name: "png", magic: [{ at: 0, bytes: [0x89, ...ascii("PNG\r\n\x1a\n")] }], contentAt: pngContentAt },
  { name: "gif", magic: at(0, "GIF87a", "GIF89a"), contentAt: gifContentAt },
  { name: "riff", magic: at(0, "RIFF"), contentAt: riffContentAt },
  { name: "bmp", magic: at(0, "BM"), contentAt: bmpContentAt },
  { name: "iso-media", magic: at(4, "ftyp", "moov", "wide", "free", "skip"), contentAt: boxContentAt },
  { name: "matroska", magic: [{ at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] }], contentAt: ebmlContentAt },
  { name: "ogg", magic: at(0, "OggS"), contentAt: oggContentAt },
  { name: "flac", magic: at(0, "fLaC"), contentAt: flacContentAt },
  { name: "id3", magic: at(0, "ID3"), contentAt: id3ContentAt },
  { name: "asf", magic: [{ at: 0, bytes: [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11] }], contentAt: asfContentAt },
  { name: "pdf", magic: at(0, "%PDF-"), contentAt: pdfContentAt },
  { name: "zip", magic: at(0, "PK\x03\x04"), contentAt: zipContentAt },
  { name: "elf", magic: [{ at: 0, bytes: [0x7f, ...ascii("ELF")] }], contentAt: elfEnd, program: true },
  { name: "pe", magic: at(0, "MZ"), contentAt: peEnd, program: true },
  { name: "ar, deb", magic: at(0, "!<arch>\n"), contentAt: programEnd, program: true },
  { name: "rpm", magic: [{ at: 0, bytes: [0xed, 0xab, 0xee, 0xdb] }], contentAt: programEnd, program: true },
  { name: "wasm", magic: at(0, "\0asm"), contentAt: programEnd, program: true },
  { name: "java-module", magic: at(0, "JM\x01\0"), contentAt: programEnd, program: true },
  {
    name: "mach-o, java class",
    magic: [
      { at: 0, bytes: [0xce, 0xfa, 0xed, 0xfe] },
      { at: 0, bytes: [0xcf, 0xfa, 0xed, 0xfe] },
      { at: 0, bytes: [0xca, 0xfe, 0xba, 0xbe] },
    ],
    contentAt: programEnd,
    program: true,
  },
  {
    name: "ole",
    magic: [{ at: 0, bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] }],
    contentAt: compoundContentAt,
  },
];

/** Where a file's own content begins, and what stands before it: the rule that drops blocks there. */
export interface OwnContent {
  offsetBytes: number;
  before: "header" | "program";
}

/**
 * Where a file's own content begins behind its container's header, decided by structure: JPEG segments up to the first scan,
 * PNG chunks up to IDAT, GIF up to the first image, RIFF up to picture data, `movi` or `data`, ISO media boxes up to `mdat`, Matroska up to the
 * first Cluster, Ogg up to the first page with a position, FLAC and ID3 up to the frames, ASF up to the packets, PDF up to the first
 * stream that is neither colour profile, font nor metadata, ZIP up to the first member that is not packaging, OLE its first sector.
 * Of a program (ELF, PE) what is appended to it; nothing of libraries, modules, and packages of programs: linkers and build tools put the same
 * stretches of hundreds of kilobytes into programs that have nothing to do with each other.
 *
 * Everything before is dropped although some of it (a camera's thumbnail, a film's index) may be the file's own: the content
 * behind it carries the evidence, and what makers write alike does not come in.
 *
 * @param head The file's first bytes, as many as are at hand; hostile bytes give some number, never an error.
 * @param tail Gives the file's last bytes; asked for ZIP files only.
 * @returns Offset 0 for an unknown or damaged container; it may lie beyond `head`, or beyond the file.
 */
export function ownContent(head: Uint8Array, tail: () => Uint8Array): OwnContent {
  for (const container of CONTAINERS) {
    if (!container.magic.some((magic) => startsWith(head, magic.bytes, magic.at))) continue;
    if (container.name === "zip" && isProgramPackage(tail())) return { offsetBytes: programEnd(), before: "program" };
    const offset = container.contentAt(head);
    const offsetBytes = Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
    return { offsetBytes, before: container.program ? "program" : "header" };
  }
  return { offsetBytes: 0, before: "header" };
}
