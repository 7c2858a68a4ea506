import { holds, little } from "#base/values";
import { looksLikeBase64Text } from "./base64-head.ts";
import { looksLikeMail, looksLikeMbox } from "./mail-head.ts";
import { endingOf } from "./media-name.ts";
import { isTarHead } from "./tar.ts";

/** What a file is, by its bytes. */
export type ContentType = (typeof TYPES)[number][0] | "tar" | "mbox" | "eml" | "text" | "firefox-cache" | "unknown";

/** What a type is good for: it holds files, it is a picture or a film itself, or neither. */
export type ContentKind = "archive" | "document" | "mail" | "store" | "picture" | "video" | "other";

/** Bytes at the start that contentType wants. */
export const TYPE_HEAD_BYTES = 4096;

/** Type, kind, what it begins with (at an offset), and the endings that names of it have. The first that fits counts. */
const TYPES = [
  [
    "zip",
    "archive",
    0,
    "PK\x03\x04",
    "zip jar apk ipa aff4 epub cbz docx docm xlsx xlsm pptx pptm odt ods odp odg key pages numbers xps kmz",
  ],
  ["zip", "archive", 0, "PK\x05\x06", ""],
  ["zip", "archive", 0, "PK\x07\x08PK\x03\x04", ""],
  ["gzip", "archive", 0, "\x1f\x8b\x08", "gz tgz svgz emz wmz"],
  ["bzip2", "archive", 0, "BZh", "bz2 tbz tbz2"],
  ["xz", "archive", 0, "\xfd7zXZ\0", "xz txz"],
  ["zstd", "archive", 0, "\x28\xb5\x2f\xfd", "zst tzst"],
  ["zstd", "archive", 1, "\x2a\x4d\x18", ""],
  ["lzip", "archive", 0, "LZIP\x01", "lz tlz"],
  ["lzma", "archive", 0, "\x5d\0", "lzma"],
  ["compress", "archive", 0, "\x1f\x9d", "z taz"],
  ["lzh", "archive", 2, "-lh", "lzh lha"],
  ["lz4", "archive", 0, "\x04\x22\x4d\x18", "lz4"],
  ["lz4", "archive", 0, "\x02\x21\x4c\x18", "lz4"],
  ["cpio", "archive", 0, "070701", "cpio"],
  ["cpio", "archive", 0, "070702", "cpio"],
  ["cpio", "archive", 0, "070707", "cpio"],
  ["rpm", "archive", 0, "\xed\xab\xee\xdb", "rpm"],
  ["deb", "archive", 0, "!<arch>\ndebian-binary", "deb"],
  ["xar", "archive", 0, "xar!\0", "xar pkg"],
  ["wim", "archive", 0, "MSWIM\0\0\0", "wim esd"],
  ["chm", "document", 0, "ITSF\x03\0\0\0", "chm"],
  ["7z", "archive", 0, "7z\xbc\xaf\x27\x1c", "7z"],
  ["rar", "archive", 0, "Rar!\x1a\x07", "rar cbr"],
  ["cab", "archive", 0, "MSCF\0\0\0\0", "cab"],
  ["exe", "other", 0, "MZ", "exe dll scr com sys"],
  ["exe", "other", 0, "\x7fELF", ""],
  ["arj", "archive", 0, "\x60\xea", "arj"],
  ["ole", "document", 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc dot xls xlt ppt pps pot msg db vsd pub mdb msi"],
  ["pdf", "document", 0, "%PDF-", "pdf ai"],
  ["emf", "document", 40, " EMF\0\0\x01\0", "emf"],
  ["wmf", "document", 0, "\xd7\xcd\xc6\x9a\0\0", "wmf"],
  ["wmf", "document", 0, "\x01\0\x09\0\0\x03", ""],
  ["wmf", "document", 0, "\x01\0\x09\0\0\x01", ""],
  ["onenote", "document", 0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "one"],
  ["tnef", "mail", 0, "\x78\x9f\x3e\x22", "tnef"],
  ["pst", "mail", 0, "!BDN", "pst ost"],
  ["rtf", "document", 0, "{\\rt", "rtf doc"],
  ["sqlite", "store", 0, "SQLite format 3\0", "db sqlite sqlite3 db3"],
  ["sqlite-wal", "store", 0, "\x37\x7f\x06\x82", ""],
  ["sqlite-wal", "store", 0, "\x37\x7f\x06\x83", ""],
  ["thumbcache", "store", 0, "CMMM", "db"],
  ["chrome-cache", "store", 0, "\x30\x5c\x72\xa7\x1b\x6d\xfb\xfc", ""],
  ["chrome-blocks", "store", 0, "\xc3\xca\x04\xc1", ""],
  ["jpeg", "picture", 0, "\xff\xd8\xff", "jpg jpeg jpe jfif jfi mpo thm"],
  ["png", "picture", 0, "\x89PNG\r\n\x1a\n", "png apng"],
  ["gif", "picture", 0, "GIF87a", "gif"],
  ["gif", "picture", 0, "GIF89a", "gif"],
  ["webp", "picture", 8, "WEBP", "webp"],
  ["tiff", "picture", 0, "II*\0", "tif tiff dng cr2 nef arw nrw pef srw rw2 sr2"],
  ["tiff", "picture", 0, "MM\0*", "tif tiff dng nef"],
  ["raw", "picture", 0, "IIRO", "orf"],
  ["raw", "picture", 0, "IIU\0", "rw2"],
  ["raw", "picture", 0, "FUJIFILMCCD-RAW", "raf"],
  ["jp2", "picture", 0, "\0\0\0\x0cjP  \r\n\x87\n", "jp2 jpx jpf"],
  ["psd", "picture", 0, "8BPS", "psd psb"],
  ["bmp", "picture", 0, "BM", "bmp dib"],
  ["heif", "picture", 4, "ftypheic", "heic heif"],
  ["heif", "picture", 4, "ftypheix", "heic heif"],
  ["heif", "picture", 4, "ftypmif1", "heic heif avif"],
  ["heif", "picture", 4, "ftypmsf1", "heic heif"],
  ["heif", "picture", 4, "ftypavif", "avif"],
  ["raw", "picture", 4, "ftypcrx ", "cr3"],
  ["mp4", "video", 4, "ftyp", "mp4 m4v mov 3gp 3g2 m4a qt f4v"],
  ["mp4", "video", 4, "moov", "mov mp4"],
  ["mp4", "video", 4, "mdat", "mov mp4"],
  ["mkv", "video", 0, "\x1aE\xdf\xa3", "mkv webm"],
  ["avi", "video", 8, "AVI ", "avi"],
  ["wmv", "video", 0, "0&\xb2u\x8ef\xcf\x11", "wmv asf wma"],
  ["flv", "video", 0, "FLV\x01", "flv"],
  ["mpeg", "video", 0, "\0\0\x01\xba", "mpg mpeg vob"],
] as const;

const KINDS = new Map<ContentType, ContentKind>([
  ["tar", "archive"],
  ["mbox", "mail"],
  ["eml", "mail"],
  ["text", "document"],
  ["firefox-cache", "store"],
  ...TYPES.map(([type, kind]) => [type, kind] as const),
]);

const ENDINGS = new Map<string, Set<ContentType>>();
const NAMED: [ContentType, string][] = [
  ...TYPES.map(([type, , , , endings]): [ContentType, string] => [type, endings]),
  ["tar", "tar"],
  ["eml", "eml mht mhtml"],
  ["text", "html htm xhtml svg vcf fodt fods fodp fodg"],
  ["mbox", "mbox mbx"],
];
for (const [type, endings] of NAMED)
  for (const ending of endings.split(" "))
    if (ending !== "") ENDINGS.set(ending, new Set([...(ENDINGS.get(ending) ?? []), type]));

/** What short marks need besides: text and chance begin so, too. */
const CHECKS: Partial<Record<ContentType, (head: Uint8Array, atByte: number) => boolean>> = {
  bmp: isBmp,
  lzma: isLzma,
  webp: (head) => holds(head, 0, "RIFF"),
  avi: (head) => holds(head, 0, "RIFF"),
  bzip2: (head) => holds(head, 4, "1AY&SY") || holds(head, 4, "\x17rE8P\x90"),
  lzh: (head) => /^-lh[0-9dx]-$/.test(letters(head, 2, 5)),
  // Frames that are to be passed over: 0x184d2a50 to 0x184d2a5f.
  zstd: (head, atByte) => atByte === 0 || ((head[0] ?? 0) & 0xf0) === 0x50,
  // Bits a code, 9 to 16; two flags that are never set.
  compress: (head) => ((head[2] ?? 0) & 0x60) === 0 && ((head[2] ?? 0) & 31) >= 9 && ((head[2] ?? 0) & 31) <= 16,
  arj: (head) => head[10] === 2 && little(head, 2, 2) >= 30 && little(head, 2, 2) <= 2600,
  cpio: (head) => /^0707(?:0[12][0-9A-Fa-f]{104}|07[0-7]{70})/.test(letters(head, 0, 110)),
};

function letters(head: Uint8Array, from: number, lengthBytes: number): string {
  return String.fromCharCode(...head.subarray(from, from + lengthBytes));
}

/**
 * What a file is, by its first bytes and nothing else.
 *
 * @param head The first TYPE_HEAD_BYTES, fewer where the file is shorter.
 */
export function contentType(head: Uint8Array): ContentType {
  for (const [type, , atByte, mark] of TYPES)
    if (holds(head, atByte, mark) && (CHECKS[type]?.(head, atByte) ?? true)) return type;
  if (isTarHead(head)) return "tar";
  if (pdfMark(head) >= 0) return "pdf";
  if (looksLikeMbox(head)) return "mbox";
  if (looksLikeMail(head)) return "eml";
  return looksLikeBase64Text(head) ? "text" : "unknown";
}

function kindOf(type: ContentType): ContentKind {
  return KINDS.get(type) ?? "other";
}

/** Endings of texts, programs' parts, sounds and writing: never those of pictures and films. */
const OTHER_ENDINGS = new Set(
  (
    "txt log ini cfg conf inf csv tsv xml json yml yaml md htm html css js ts bat cmd ps1 vbs py c h cpp java " +
    "drv ocx lnk url reg ttf otf woff woff2 mp3 wav ogg flac aac mid"
  ).split(" "),
);

/** Whether a picture or film has a name that says it is nothing of the kind. */
export function isDisguised(name: Uint8Array, type: ContentType): boolean {
  const isMedia = (one: ContentType): boolean => kindOf(one) === "picture" || kindOf(one) === "video";
  if (!isMedia(type)) return false;
  const ending = endingOf(name);
  const named = ENDINGS.get(ending);
  return named === undefined ? OTHER_ENDINGS.has(ending) : ![...named].some(isMedia);
}

/** Whether a name says something else than the bytes do. Endings nobody knows say nothing. */
export function isMisnamed(name: Uint8Array, type: ContentType): boolean {
  if (isDisguised(name, type)) return true;
  const named = ENDINGS.get(endingOf(name));
  if (named === undefined || named.has(type)) return false;
  // What cannot be told by its bytes is only misnamed where the ending's own kind could be.
  return type !== "unknown" || [...named].every((one) => kindOf(one) === "picture" || kindOf(one) === "archive");
}

const HOLDING = new Set<ContentKind>(["archive", "document", "mail", "store"]);

/** Whether a name ends like those of files that hold files: where time is short, these alone are looked into. */
export function isHoldingName(name: Uint8Array): boolean {
  return [...(ENDINGS.get(endingOf(name)) ?? [])].some((type) => HOLDING.has(kindOf(type)));
}

/** Images of disks begin like these, too, when they are packed. */
const PACKING = new Set<ContentType>(["zip", "gzip", "bzip2", "xz", "zstd"]);

/**
 * Whether a file is looked into, or looked at, as it is: no image of a disk begins like it.
 *
 * @param packed Whether what packs one file or many counts, too.
 */
export function isPlainFile(head: Uint8Array, packed: boolean): boolean {
  const type = contentType(head);
  return PACKING.has(type) ? packed : kindOf(type) !== "other";
}

/** Readers of PDF look for its mark within the first 1,024 bytes. */
function pdfMark(head: Uint8Array): number {
  for (let at = head.indexOf(0x25); at >= 0 && at < 1024; at = head.indexOf(0x25, at + 1))
    if (holds(head, at, "%PDF-")) return at;
  return -1;
}

/** Its dictionary has a size that is used, and the plain bytes one that can be: their top bytes are all set, or 0. */
function isLzma(head: Uint8Array): boolean {
  const dictionaryBytes = little(head, 1, 4);
  const isUsed = [...Array(27).keys()].some((i) => [2, 3].some((m) => dictionaryBytes === m * 2 ** (i + 4)));
  const top = [9, 10, 11, 12].map((at) => head[at]);
  return (
    head.length > 18 &&
    isUsed &&
    head[13] === 0 &&
    (top.every((byte) => byte === 0xff) || top.slice(1).every((byte) => byte === 0))
  );
}

/** "BM" begins many a text: the file says its length, or that of a header that is known. */
function isBmp(head: Uint8Array): boolean {
  const headerBytes = head[14] ?? 0;
  return [12, 40, 52, 56, 64, 108, 124].includes(headerBytes) && head[15] === 0 && head[16] === 0;
}
