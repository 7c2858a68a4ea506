import { readBase64Text } from "./base64-text.ts";
import { readChromeCache } from "./chrome-cache.ts";
import type { ContentType } from "./content-type.ts";
import { readEmbedded, readPicture } from "./embedded-pictures.ts";
import { readFirefoxEntry } from "./firefox-cache.ts";
import type { ContainerReader } from "./inner-entry.ts";
import { readLzip } from "./lzip.node.ts";
import { readMail, readMbox } from "./mail.ts";
import { readEmf, readWmf } from "./metafile.ts";
import { readBlips } from "./office-blips.ts";
import { readOle } from "./ole.ts";
import { readOneNote } from "./onenote.ts";
import { readPdf } from "./read-pdf.node.ts";
import { readRtf } from "./rtf.ts";
import { readProgram } from "./self-unpacking.node.ts";
import { readSevenZip } from "./seven-zip.node.ts";
import { readSqlite, readSqliteLog } from "./sqlite.ts";
import { innerName, readPacked } from "./stream-containers.ts";
import { readTar } from "./tar.ts";
import { isNamedStore, readThumbcache } from "./thumbnail-stores.ts";
import { readTnef } from "./tnef.ts";
import { readZip } from "./zip.ts";

const bySevenZip: ContainerReader = (source, visit) => readSevenZip(source, visit);
const bySearch: ContainerReader = (source, visit) => {
  readEmbedded(source, visit);
  // Excel cuts its drawings: they are given joined, too.
  if (!/^(?:Workbook|Book)$/.test(String.fromCharCode(...visit.name.subarray(0, 16)))) readBlips(source, visit);
};
/** Known, and not read. */
const named: ContainerReader = (_, visit) => visit.problem("unsupported");
/** Thumbnails stand behind the first byte, which begins the picture itself. */
const byThumbnails: ContainerReader = (source, visit) => readEmbedded(source, visit, 1);

const READERS: Partial<Record<ContentType, ContainerReader>> = {
  zip: (source, visit) => readZip(source, visit, (wanted) => readSevenZip(source, visit, { wanted })),
  gzip: readPacked("gzip"),
  bzip2: readPacked("bzip2"),
  xz: readPacked("xz"),
  zstd: readPacked("zstd"),
  tar: readTar,
  "7z": bySevenZip,
  rar: bySevenZip,
  cab: bySevenZip,
  arj: bySevenZip,
  lzh: bySevenZip,
  compress: (source, visit) => readSevenZip(source, visit, { path: [innerName(visit.name)] }),
  lzma: (source, visit) => readSevenZip(source, visit, { path: [innerName(visit.name)], type: "lzma" }),
  lzip: readLzip,
  lz4: readPacked("lz4"),
  cpio: bySevenZip,
  rpm: bySevenZip,
  deb: bySevenZip,
  xar: bySevenZip,
  wim: bySevenZip,
  chm: bySevenZip,
  exe: readProgram,
  ole: readOle,
  pdf: readPdf,
  rtf: readRtf,
  text: readBase64Text,
  emf: readEmf,
  wmf: readWmf,
  onenote: readOneNote,
  tnef: readTnef,
  pst: named,
  eml: readMail,
  mbox: readMbox,
  sqlite: readSqlite,
  "sqlite-wal": readSqliteLog,
  thumbcache: readThumbcache,
  "chrome-cache": readChromeCache,
  "chrome-blocks": bySearch,
  "firefox-cache": readFirefoxEntry,
  jpeg: readPicture,
  png: readPicture,
  gif: readPicture,
  webp: readPicture,
  tiff: byThumbnails,
  raw: byThumbnails,
  psd: byThumbnails,
  heif: byThumbnails,
};

/**
 * What reads the files in a file of a type.
 *
 * @param name Some stores have no mark: they are known by their name alone.
 * @param search Pictures are looked for in what has no known type.
 * @returns Null where there are none to be read.
 */
export function readerOf(type: ContentType, name: Uint8Array, search = false): ContainerReader | null {
  return READERS[type] ?? (type === "unknown" && (search || isNamedStore(name)) ? bySearch : null);
}
