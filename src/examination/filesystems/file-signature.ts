/** How files of a kind begin: bytes at an offset, as Latin-1 text. */
type Beginning = [atByte: number, text: string];

const ZIP: Beginning[] = [[0, "PK\x03\x04"]];
const MP4: Beginning[] = [[4, "ftyp"]];
const RIFF: Beginning[] = [[0, "RIFF"]];
const OLE: Beginning[] = [[0, "\xd0\xcf\x11\xe0"]];
const JPEG: Beginning[] = [[0, "\xff\xd8\xff"]];
const TIFF: Beginning[] = [
  [0, "II*\x00"],
  [0, "MM\x00*"],
];

/** By extension, in capitals. Only kinds whose first bytes are the same in every file. */
const BEGINNINGS: Record<string, Beginning[]> = {
  JPG: JPEG,
  JPEG,
  JPE: JPEG,
  PNG: [[0, "\x89PNG"]],
  GIF: [[0, "GIF8"]],
  BMP: [[0, "BM"]],
  TIF: TIFF,
  TIFF,
  WEBP: RIFF,
  AVI: RIFF,
  WAV: RIFF,
  MP4,
  M4V: MP4,
  M4A: MP4,
  MOV: MP4,
  "3GP": MP4,
  HEIC: MP4,
  MKV: [[0, "\x1aE\xdf\xa3"]],
  WMV: [[0, "0&\xb2u"]],
  FLV: [[0, "FLV"]],
  PDF: [[0, "%PDF"]],
  ZIP,
  DOCX: ZIP,
  XLSX: ZIP,
  PPTX: ZIP,
  DOC: OLE,
  XLS: OLE,
  PPT: OLE,
  RAR: [[0, "Rar!"]],
  "7Z": [[0, "7z\xbc\xaf"]],
};

/**
 * Whether bytes can begin a file of this name.
 *
 * @returns Null where the name's kind has no fixed beginning.
 */
export function beginsLike(name: Uint8Array, bytes: Uint8Array): boolean | null {
  const text = String.fromCharCode(...name.slice(-6)).toUpperCase();
  const beginnings = BEGINNINGS[text.slice(text.lastIndexOf(".") + 1)];
  if (beginnings === undefined || !text.includes(".")) return null;
  return beginnings.some(([atByte, start]) => {
    for (let i = 0; i < start.length; i++) if (bytes[atByte + i] !== start.charCodeAt(i)) return false;
    return true;
  });
}
