// Files that hold one file, written here in every way that is written here: for tests of what looks into them and of what finds them.
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { sparseTarOf, tarOf, zipOf } from "./archive-samples.node.ts";
import { compoundFile, pdfFile, pdfStream, sqliteFile, thumbcacheFile } from "./document-samples.node.ts";
import { startSevenZip } from "./seven-zip-module.node.ts";

/** Puts a file into another one. */
type Hide = (bytes: Uint8Array) => Uint8Array;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
const mailOf = (bytes: Uint8Array): Uint8Array =>
  utf8(
    `From: a\r\nSubject: b\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}\r\n`,
  );

function bySevenZip(...how: string[]): Hide {
  return (bytes) => {
    const seven = startSevenZip(() => undefined) as ReturnType<typeof startSevenZip> & {
      FS: { readFile(path: string): Uint8Array };
    };
    seven.FS.writeFile("/a", bytes);
    if (seven.callMain(["a", ...how, "/out.bin", "/a"]) !== 0) throw new Error("Cannot write a sample");
    return Uint8Array.from(seven.FS.readFile("/out.bin"));
  };
}

/** By what they are. */
export const HIDING_WAYS: Record<string, Hide> = {
  "zip, deflated": (bytes) => zipOf([{ name: "a", bytes }]),
  "zip, stored": (bytes) => zipOf([{ name: "a", bytes, stored: true }]),
  "zip, wide": (bytes) => zipOf([{ name: "a", bytes, wide: true }]),
  "zip, with a descriptor": (bytes) => zipOf([{ name: "a", bytes, open: true }]),
  "zip, unlisted": (bytes) =>
    zipOf([
      { name: "b", bytes: utf8("b") },
      { name: "a", bytes, unlisted: true },
    ]),
  docx: (bytes) =>
    zipOf([
      { name: "word/media/a", bytes },
      { name: "word/document.xml", bytes: utf8("<w/>") },
    ]),
  tar: (bytes) => tarOf([{ name: "a", bytes }]),
  "tar, long name": (bytes) => tarOf([{ name: "a/".repeat(80), bytes }], { pax: true }),
  "tar, sparse": (bytes) => sparseTarOf("a", bytes.length, bytes),
  gzip: (bytes) => gzipSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
  "7z": bySevenZip("-t7z"),
  "7z, PPMd": bySevenZip("-t7z", "-m0=PPMd"),
  "zip, LZMA": bySevenZip("-tzip", "-mm=LZMA"),
  bzip2: bySevenZip("-tbzip2"),
  xz: bySevenZip("-txz"),
  "OLE, small stream": (bytes) => compoundFile({ "__attach/data": bytes }),
  "OLE, large stream": (bytes) =>
    compoundFile({ Data: concatBytes(bytes, Buffer.alloc(5000)).subarray(0, Math.max(bytes.length, 1)) }),
  "PDF, attached": (bytes) => pdfFile(pdfStream(4, "/Type /EmbeddedFile /Filter /FlateDecode", deflateSync(bytes))),
  mail: mailOf,
  "box of mails": (bytes) => concatBytes(utf8("From a 2026\r\n"), mailOf(bytes)),
  SQLite: (bytes) => sqliteFile([bytes]),
  RTF: (bytes) => utf8(`{\\rtf1{\\object\\objdata ${hex(bytes)}}}`),
  thumbcache: (bytes) => thumbcacheFile(32, { a: bytes }),
};
