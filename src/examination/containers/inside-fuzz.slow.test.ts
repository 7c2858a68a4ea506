import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { concatBytes, type SeededRandom, seededRandom, utf8 } from "#base/values";
import rar from "#vectors/archives/rar.json" with { type: "json" };
import locked from "#vectors/documents/locked-pdf.json" with { type: "json" };
import { sparseTarOf, tarOf, zipOf } from "./archive-samples.node.ts";
import {
  blip,
  compoundFile,
  drawnBytes,
  drawnRows,
  pdfFile,
  pdfStream,
  pngRows,
  sqliteFile,
  thumbcacheFile,
} from "./document-samples.node.ts";
import { look, noise } from "./inside-lab.node.ts";
import { startSevenZip } from "./seven-zip-module.node.ts";
import { bitmap, blipOf, emfOf, oneNoteOf, tnefOf, uuencoded, wmfOf, yencoded } from "./written-samples.node.ts";

// 10,000 mutated containers or 45 s, whichever ends first: each ends, within 5 s, in files or in named problems.
const SEED = process.env["PHUM_FUZZ_SEED"] ?? `${Date.now()}`;
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = process.env["PHUM_FUZZ_CASES"] === undefined ? 45_000 : Number.POSITIVE_INFINITY;
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const LIMITS = { depth: 5, entries: 20_000, bytes: 2 ** 28, ratioFromBytes: 2 ** 26, ms: 4000 };
const OBJECT_MS = 5000;

/** Archives as their own programs write them; none of these can be written here. */
const BZIP2 = Buffer.from(
  "QlpoOTFBWSZTWQ6JvA4AAIORgEAFJ6OYgCAAkCmAAApUTU0ZNqMi0LsX0XwWxexdC9C7F0FgLAuBcC2LYXQuBeAsCyLkWwtCwLAsi0LAuxfhci2LQX8XckU4UJAOibwO",
  "base64",
);
const XZ = Buffer.from(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AQHADRdADCZyEjhSms8bLVs0eNMDEzhem+o5510CM3fvjovhtck0uxqFVxA9ts5gd/vphQEG8JOGQAA0BSXhw1jFzQAAVCICAAAAJYP+YuxxGf7AgAAAAAEWVo=",
  "base64",
);

const LZ4 = "BCJNGGRApxoAAACjYWdhaW4gYW5kIAoADxAA////mlBnYWluIAAAAABkXVhy";
const LZIP = "TFpJUAEMADCZyEjhSms8bLVs2OXwImpYCsKU1LLN///1BUAA8wfMfsADAAAAAAAAOAAAAAAAAAA=";

function samples(): [string, Uint8Array][] {
  const [small, large, bmp] = [drawnBytes(5, 700), drawnBytes(2, 5000), bitmap(16, 8)];
  const files = [
    { name: "a.jpg", bytes: small },
    { name: "d/b.txt", bytes: Buffer.from("again and again ".repeat(99)) },
  ];
  const seven = startSevenZip(() => undefined) as ReturnType<typeof startSevenZip> & {
    FS: { readFile(path: string): Uint8Array };
  };
  seven.FS.writeFile("/a", small);
  seven.FS.writeFile("/b", noise(900));
  seven.callMain(["a", "/x.7z", "/a", "/b"]);
  seven.callMain(["a", "-mm=LZMA", "/x.zip", "/a", "/b"]);
  const image = "/Subtype /Image /Width 20 /Height 10 /BitsPerComponent 8 /ColorSpace";
  const lzw = utf8("J..)6T`?p&<!J9%_[umg\"B7/Z7KNXbN'S+,*Q/&\"OLT'F~>");
  const mail = utf8(
    `From: a\nSubject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/jpeg; name*0=a; name*1*=%41\nContent-Transfer-Encoding: base64\n\n${Buffer.from(small).toString("base64")}\n--b\nContent-Type: message/rfc822\n\nSubject: b\nContent-Type: a/b\nContent-Transfer-Encoding: quoted-printable\n\n=41=\n--b--\n`,
  );
  return [
    [
      "zip",
      zipOf([
        ...files,
        { name: "w", bytes: small, wide: true },
        { name: "o", bytes: small, open: true },
        { name: "u", bytes: small, unlisted: true },
      ]),
    ],
    ["zip in zip", zipOf([{ name: "a.zip", bytes: zipOf(files), stored: true }])],
    [
      "tar",
      tarOf([...files, { name: "long/".repeat(30), bytes: small }, { name: "x/".repeat(60), bytes: small }], {
        pax: true,
      }),
    ],
    ["sparse tar", sparseTarOf("holes", 100_000, small)],
    ["gzip", gzipSync(tarOf(files))],
    ["zstd", zstdCompressSync(tarOf(files))],
    ["bzip2", BZIP2],
    ["xz", XZ],
    ["7z", seven.FS.readFile("/x.7z")],
    ["zip of LZMA", seven.FS.readFile("/x.zip")],
    ["document", compoundFile({ "a/Pictures": blip(small), Workbook: blip(large), "\x01Ole10Native": small })],
    ["thumbs", compoundFile({ Catalog: Buffer.alloc(60, 4), "1": small })],
    ["thumbcache", thumbcacheFile(32, { beef: small, cafe: small })],
    ["thumbcache of Vista", thumbcacheFile(20, { beef: small, cafe: small })],
    [
      "pdf",
      pdfFile(
        pdfStream(1, `${image} [/Indexed /DeviceRGB 255 2 0 R] /Filter [/ASCII85Decode /LZWDecode]`, lzw),
        pdfStream(2, "", drawnRows(256, 1, 3)),
        pdfStream(
          3,
          `${image} 9 0 R /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 20 >>`,
          pngRows(drawnRows(20, 10, 1), 20),
        ),
        pdfStream(4, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflateSync(utf8("9 0 /DeviceGray"))),
        pdfStream(5, `${image} /DeviceRGB /Filter [/FlateDecode /DCTDecode]`, deflateSync(small)),
      ),
    ],
    ["mail", mail],
    ["box of mails", concatBytes(utf8("From a 2026\n"), mail, utf8("\nFrom b 2026\n"), mail)],
    ["database", sqliteFile([small, drawnBytes(3, 9000)])],
    [
      "picture",
      concatBytes(
        small.subarray(0, 20),
        Uint8Array.of(255, 0xe1, 3, 0),
        small,
        Buffer.alloc(66),
        small.subarray(20),
        small,
      ),
    ],
    ["rtf", utf8(`{\\rtf1{\\pict\\jpegblip ${Buffer.from(small).toString("hex")}}}`)],
    ["store", concatBytes(Uint8Array.of(0xc3, 0xca, 4, 0xc1), Buffer.alloc(100), small, small)],
    ...rar.cases.slice(1, 3).map(({ name, bytes }): [string, Uint8Array] => [name, Buffer.from(bytes, "base64")]),
    ...locked.cases.slice(0, 6).map(({ name, bytes }): [string, Uint8Array] => [name, Buffer.from(bytes, "base64")]),
    ["lz4", Buffer.from(LZ4, "base64")],
    ["lzip", Buffer.from(LZIP, "base64")],
    ["metafile", emfOf(bmp, small)],
    ["older metafile", wmfOf(bmp)],
    [
      "metafiles in a document",
      compoundFile({
        Pictures: concatBytes(blipOf(0xf01a, 0x3d4, emfOf(bmp, small)), blipOf(0xf01f, 0x7a8, bmp.subarray(14))),
      }),
    ],
    ["web page", utf8(`<html><img src="data:image/jpeg;base64,${Buffer.from(small).toString("base64")}">`)],
    ["uuencoded mail", utf8(`From: a\nTo: b\nSubject: a\n\n${uuencoded(small, "a.jpg")}`)],
    ["yEnc mail", Buffer.from(`From: a\nTo: b\nSubject: a\n\n${yencoded(small, "a.jpg")}`, "latin1")],
    ["winmail.dat", tnefOf(small, bmp)],
    ["OneNote", oneNoteOf(small)],
  ];
}

/** A copy with up to six wounds, most of them near its beginning or its end; its first four bytes mostly stay. */
function mutated(bytes: Uint8Array, random: SeededRandom): Buffer {
  let copy = Buffer.from(bytes);
  for (let wounds = 1 + random.below(6); wounds > 0; wounds--) {
    const where = random.below(4);
    const near = Math.min(copy.length, 200);
    const place =
      where === 0
        ? random.below(copy.length)
        : where === 1
          ? copy.length - 1 - random.below(near)
          : 4 + random.below(near);
    const at = Math.min(copy.length - 1, place);
    const kind = random.below(9);
    if (kind === 0 && copy.length > 32) copy = copy.subarray(0, 16 + random.below(copy.length - 16));
    else if (kind < 4) copy[at] = random.below(256);
    else if (kind < 6) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    else if (kind === 8) copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at >> 1)]);
    else if (at + 4 <= copy.length) {
      const value = EXTREMES[random.below(EXTREMES.length)] ?? 0;
      if (kind === 6) copy.writeUInt32LE(value, at);
      else copy.writeUInt32BE(value, at);
    }
  }
  return copy;
}

test(`lookInside() of mutated containers ends in files or in problems (PHUM_FUZZ_SEED=${SEED})`, (t) => {
  const random = seededRandom(SEED);
  const originals = samples();
  for (const [name, bytes] of originals) assert.ok(look(bytes).files.size > 0, `${name} holds something`);
  const endMs = performance.now() + LIMIT_MS;
  let [cases, files, problems, longestMs] = [0, 0, 0, 0];
  for (; cases < CASES && performance.now() < endMs; cases++) {
    const [name, bytes] = originals[cases % originals.length] ?? ["", Buffer.alloc(0)];
    const before = process.cpuUsage();
    try {
      const looked = look(mutated(bytes, random), LIMITS, cases % 7 === 0 ? ".thumbdata3" : "f");
      files += looked.files.size;
      problems += looked.problems.length;
    } catch (error) {
      assert.fail(`${name}, case ${cases}: ${error instanceof Error ? error.stack : error}`);
    }
    // Of the processor: a busy machine is nobody's fault.
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1000;
    if (tookMs > longestMs) longestMs = tookMs;
    assert.ok(tookMs < OBJECT_MS, `${name}, case ${cases} took ${tookMs} ms`);
  }
  assert.ok(files > cases / 4, "most mutated files still give something");
  t.diagnostic(`${cases} cases: ${files} files, ${problems} problems, the longest ${Math.round(longestMs)} ms`);
});
