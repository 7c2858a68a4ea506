import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { zipOf } from "./archive-samples.node.ts";
import {
  blip,
  compoundFile,
  drawnBytes,
  drawnRows,
  pdfFile,
  pdfStream,
  pngRows,
  thumbcacheFile,
} from "./document-samples.node.ts";
import { type Looked, look } from "./inside-lab.node.ts";

const [first, second, third] = [drawnBytes(1), drawnBytes(2, 9000), drawnBytes(3, 90_000)];
const IMAGE = "/Type /XObject /Subtype /Image /Width 20 /Height 10 /BitsPerComponent 8";

/** The place of these bytes; fails where they are nowhere. */
function placeOf({ files, problems }: Looked, bytes: Uint8Array): string {
  const found = [...files].find(([, file]) => file.bytes.equals(bytes));
  assert.ok(found !== undefined, `${[...files.keys()].join(", ")}; ${problems.join(", ")}`);
  return found[0];
}

test("lookInside() finds pictures in old documents: whole, behind headers, in packages, in drawings of several records", () => {
  const doc = look(compoundFile({ WordDocument: Buffer.alloc(600), Data: concatBytes(Buffer.alloc(68), second) }));
  assert.equal(placeOf(doc, second), "f/Data/offset-68.jpg");
  const ppt = look(
    compoundFile({ Pictures: concatBytes(blip(first), blip(second)), "PowerPoint Document": Buffer.alloc(5000) }),
  );
  for (const picture of [first, second]) assert.match(placeOf(ppt, picture), /^f\/Pictures\/offset-/);
  const drawing = blip(second);
  const records = [drawing.subarray(0, 4000), drawing.subarray(4000, 8000), drawing.subarray(8000)].map((part, i) =>
    concatBytes(Uint8Array.of(i === 0 ? 0xeb : 0x3c, 0, part.length & 255, part.length >> 8), part),
  );
  const xls = look(compoundFile({ Workbook: concatBytes(Uint8Array.of(9, 8, 4, 0, 0, 6, 5, 0), ...records) }));
  assert.match(placeOf(xls, second), /^f\/Workbook-drawings\/offset-/);
  const packed = zipOf([{ name: "in.jpg", bytes: first }]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(packed.length);
  const native = concatBytes(
    Buffer.alloc(6),
    utf8("a.zip\0C:\\a.zip\0"),
    Buffer.alloc(4),
    Uint8Array.of(2, 0, 0, 0),
    utf8("t\0"),
    size,
    packed,
  );
  const object = look(compoundFile({ "ObjectPool/_1/\x01Ole10Native": native }));
  assert.equal(placeOf(object, first), "f/ObjectPool/_1/Ole10Native-package/in.jpg");
});

test("lookInside() finds attachments of .msg, thumbnails of Thumbs.db, and says what is locked", () => {
  const msg = look(
    compoundFile({
      "__attach_version1.0_#00000000/__substg1.0_37010102": second,
      "__substg1.0_1000001F": Buffer.alloc(50),
    }),
  );
  assert.equal(placeOf(msg, second), "f/__attach_version1.0_#00000000/__substg1.0_37010102");
  const thumbs = look(
    compoundFile({
      Catalog: Buffer.alloc(60),
      "1": concatBytes(Uint8Array.of(12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), first),
    }),
  );
  assert.equal(placeOf(thumbs, first), "f/1/offset-12.jpg");
  assert.deepEqual(look(compoundFile({ EncryptedPackage: second, EncryptionInfo: Buffer.alloc(99) })).problems, [
    "encrypted f",
  ]);
  const word = Buffer.alloc(600);
  word[11] = 1;
  assert.deepEqual(look(compoundFile({ WordDocument: word })).problems, ["encrypted f"]);
});

test("lookInside() finds pictures of PDF as they stand, whatever packs them, and rasters as PNG", () => {
  const hex = utf8(`${Buffer.from(first).toString("hex")}>`);
  const predicted = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 20 /Colors 3 >>";
  const bytes = pdfFile(
    pdfStream(4, `${IMAGE} /ColorSpace /DeviceRGB /Filter /DCTDecode`, first),
    pdfStream(5, `${IMAGE} /ColorSpace /DeviceRGB /Filter [/FlateDecode /DCTDecode]`, deflateSync(second)),
    pdfStream(6, `${IMAGE} /ColorSpace /DeviceRGB /Filter [ /ASCIIHexDecode /DCTDecode ]`, hex),
    concatBytes(
      utf8("7 0 obj<</Subtype/Image/Filter/DCTDecode/Length 99 0 R>>stream\r\n"),
      third,
      utf8("\r\nendstream endobj\n"),
    ),
    pdfStream(8, `${IMAGE} /ColorSpace /DeviceRGB ${predicted}`, pngRows(drawnRows(20, 10, 3), 60)),
    pdfStream(9, "/Type /EmbeddedFile /Filter /FlateDecode", deflateSync(zipOf([{ name: "x.jpg", bytes: third }]))),
    pdfStream(10, `${IMAGE} /Filter /JBIG2Decode`, first),
  );
  const looked = look(bytes);
  assert.equal(placeOf(looked, first), "f/object-4-picture.jpg");
  assert.equal(placeOf(looked, second), "f/object-5-picture.jpg");
  assert.ok(looked.files.get("f/object-6-picture.jpg")?.bytes.equals(first));
  assert.match(placeOf(looked, third), /object-7-picture\.jpg/);
  assert.equal(looked.files.get("f/object-8-picture.png")?.type, "png");
  assert.ok(looked.files.has("f/object-9-file/x.jpg"));
  assert.deepEqual(looked.problems, ["unsupported f/object-10-picture.jb2"]);
  assert.deepEqual(look(pdfFile(utf8("trailer << /Encrypt 12 0 R >>"))).problems, ["encrypted f"]);
});

test("lookInside() puts rasters of PDF into PNGs of the same pixels", async () => {
  const sharp = (await import("sharp")).default;
  const rgb = drawnRows(20, 10, 3);
  const predicted = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 20 /Colors 3 >>";
  const { files } = look(
    pdfFile(
      pdfStream(4, `${IMAGE} /ColorSpace [/ICCBased 9 0 R] ${predicted}`, pngRows(rgb, 60)),
      pdfStream(5, `${IMAGE} /ColorSpace /DeviceRGB /Filter /FlateDecode`, deflateSync(rgb)),
      pdfStream(9, "/N 3", new Uint8Array(4)),
    ),
  );
  for (const number of [4, 5]) {
    const pixels = await sharp(files.get(`f/object-${number}-picture.png`)?.bytes)
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer();
    assert.deepEqual(new Uint8Array(pixels), rgb);
  }
});

test("lookInside() finds attachments of mails however they are packed, in boxes and in mails within mails", () => {
  const lines = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
  const quoted = [...first]
    .map((one) => `=${one.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("")
    .replace(/(?:...){20}/g, "$&=\r\n");
  const part = (head: string, body: string): string => `--outer\r\n${head}\r\n\r\n${body}\r\n`;
  const khmer = `=?utf-8?B?${Buffer.from("ទន្លេ.jpg").toString("base64")}?=`;
  const inner = `From: a@example.org\r\nSubject: within\r\nMIME-Version: 1.0\r\nContent-Type: image/jpeg; name="${khmer}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(second)}\r\n`;
  const mail = utf8(
    `From: a@example.org\r\nSubject: rivers\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="outer"\r\n\r\nto be ignored\r\n${part("Content-Type: text/plain", "see below")}${part('Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename="river 1.jpg"\r\nContent-Transfer-Encoding: base64', lines(third))}${part("Content-Type: image/jpeg\r\nContent-Disposition: attachment;\r\n filename*=utf-8''river%202.jpg\r\nContent-Transfer-Encoding: quoted-printable", `${quoted}=`)}${part("Content-Type: message/rfc822", inner)}--outer--\r\n`,
  );
  const looked = look(mail);
  assert.equal(placeOf(looked, third), "f/river 1.jpg");
  assert.match(placeOf(looked, first), /^f\/river 2\.jpg/);
  assert.match(placeOf(looked, second), /^f\/part\d\.eml\/ទន្លេ\.jpg$/);
  const box = look(
    concatBytes(
      utf8("From a@example.org Thu Jan  1 00:00:00 2026\n"),
      mail,
      utf8("\r\nFrom b@example.org Thu Jan  1 00:00:00 2026\n"),
      mail,
    ),
  );
  assert.equal(placeOf(box, third), "f/1.eml/river 1.jpg");
  assert.ok(box.files.has("f/2.eml"));
});

test("lookInside() finds blobs of SQLite: by table, of long rows, on pages given free, in a write-ahead log", () => {
  const folder = mkdtempSync(join(tmpdir(), "phum-sqlite-"));
  const database = new DatabaseSync(join(folder, "a.db"));
  try {
    database.exec("create table pictures (id integer primary key, name text, thumb blob, size real)");
    const put = database.prepare("insert into pictures values (?, ?, ?, ?)");
    for (let i = 1; i <= 40; i++) put.run(i, `river ${i}`, drawnBytes(i, 2000), i / 3);
    put.run(41, "long", third, 1);
    database.exec("delete from pictures where id between 10 and 35");
    const looked = look(readFileSync(join(folder, "a.db")));
    assert.equal(placeOf(looked, drawnBytes(1, 2000)), "f/pictures/row1-column2");
    assert.equal(placeOf(looked, third), "f/pictures/row41-column2");
    const gone = Array.from({ length: 26 }, (_, i) => Buffer.from(drawnBytes(10 + i, 2000)));
    const found = gone.filter((bytes) => [...looked.files.values()].some((file) => file.bytes.equals(bytes)));
    assert.ok(found.length >= 20, `${found.length} of rows that were deleted`);
    database.exec("pragma journal_mode = wal; pragma wal_autocheckpoint = 0");
    put.run(50, "logged", second, 1);
    placeOf(look(readFileSync(join(folder, "a.db-wal"))), second);
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});

test("lookInside() finds thumbnails in thumbcache of every Windows, entries behind damage too", () => {
  for (const version of [20, 21, 30, 31, 32]) {
    const bytes = thumbcacheFile(version, { a1: first, b2: second });
    const looked = look(bytes);
    placeOf(looked, first);
    placeOf(looked, second);
    const broken = Uint8Array.from(bytes);
    broken.fill(0xee, 24 + 16, 24 + 40);
    placeOf(look(broken), second);
  }
});

test("lookInside() finds thumbnails within pictures, and what stands behind a picture's end", () => {
  const small = drawnBytes(9, 600);
  const segment = (kind: number, bytes: Uint8Array): Uint8Array =>
    concatBytes(Uint8Array.of(255, kind, (bytes.length + 2) >> 8, (bytes.length + 2) & 255), bytes);
  const outer = concatBytes(
    first.subarray(0, 20),
    segment(0xe1, concatBytes(utf8("Exif\0\0"), small)),
    first.subarray(20),
  );
  assert.equal(placeOf(look(outer), small), "f/offset-30.jpg");
  const cached = look(
    concatBytes(first, utf8("\0\0\0\x03 what a browser notes behind a file, longer than a few bytes, and then more")),
  );
  assert.equal(placeOf(cached, first), "f/offset-0.jpg");
  const hidden = look(concatBytes(first, zipOf([{ name: "in.jpg", bytes: second }])));
  assert.equal(placeOf(hidden, second), `f/behind-${first.length}/in.jpg`);
});

test("lookInside() finds the body of Chrome's cache entries, pictures in block files and in stores known by name", () => {
  const key = utf8("1/0/_dk_https://example.org https://example.org https://example.org/a.jpg");
  const word = (value: number): Uint8Array => Uint8Array.from({ length: 4 }, (_, i) => (value >>> (8 * i)) & 255);
  const end = (flags: number, size: number): Uint8Array =>
    concatBytes(
      Uint8Array.of(0xd8, 0x41, 0x0d, 0x97, 0x45, 0x6f, 0xfa, 0xf4),
      word(flags),
      word(0),
      word(size),
      word(0),
    );
  const mark = Uint8Array.of(0x30, 0x5c, 0x72, 0xa7, 0x1b, 0x6d, 0xfb, 0xfc);
  const head = concatBytes(mark, word(5), word(key.length), word(0), word(0));
  // As Chromium 147 writes it: no length behind the body, the address's digest before the last record; then as it was without that digest.
  const tail = concatBytes(utf8("HTTP/1.1 200\0"), Buffer.alloc(32, 7), end(3, 13));
  const body = concatBytes(second, end(1, 0), second);
  assert.equal(placeOf(look(concatBytes(head, key, body, end(1, 0), tail)), body), "f/body");
  const older = concatBytes(utf8("HTTP/1.1 200\0"), end(1, 13));
  placeOf(look(concatBytes(head, key, gzipSync(second), end(1, 0), older)), second);
  placeOf(look(concatBytes(head, key, second, end(1, 0), tail.subarray(0, 20))), second);
  const range = (offset: number, bytes: Uint8Array): Uint8Array =>
    concatBytes(
      Uint8Array.of(0x6b, 0x67, 0x53, 0x65, 0x01, 0xbf, 0x97, 0xeb),
      ...[offset, 0, bytes.length, 0, 0, 0].map(word),
      bytes,
    );
  const ranges = concatBytes(head, key, range(1000, second.subarray(1000)), range(0, second.subarray(0, 900)));
  assert.ok(
    look(ranges)
      .files.get("f/body")
      ?.bytes.equals(Buffer.from(second).fill(0, 900, 1000)),
  );
  assert.deepEqual(look(head).problems, []);
  const blocks = concatBytes(Uint8Array.of(0xc3, 0xca, 4, 0xc1), Buffer.alloc(8188), first, Buffer.alloc(72), second);
  for (const picture of [first, second]) placeOf(look(blocks), picture);
  const store = look(concatBytes(Buffer.alloc(100, 1), first), {}, ".thumbdata4--1967290299");
  assert.equal(placeOf(store, first), ".thumbdata4--1967290299/offset-100.jpg");
  assert.equal(look(concatBytes(Buffer.alloc(100, 1), first), {}, "plain.bin").files.size, 0);
});

test("lookInside() finds pictures in RTF, and those of new documents first", () => {
  const digits = Buffer.from(second)
    .toString("hex")
    .replace(/.{128}/g, "$&\r\n");
  placeOf(look(utf8(`{\\rtf1\\ansi{\\pict\\jpegblip\\picw20\\pich10\n${digits}}\\par text}`)), second);
  const docx = look(
    zipOf([
      { name: "word/document.xml", bytes: utf8("<w/>") },
      { name: "word/media/image1.jpeg", bytes: first },
    ]),
  );
  assert.deepEqual([...docx.files.keys()], ["f/word/media/image1.jpeg", "f/word/document.xml"]);
});

test("lookInside() cuts what Firefox's cache notes behind a file, whatever the file is", () => {
  const body = Buffer.from("<svg>benign</svg>".repeat(20_000));
  const word = (value: number): Buffer => Buffer.from(value.toString(16).padStart(8, "0"), "hex");
  const notes = concatBytes(word(7), Buffer.alloc(4), word(3), word(1), Buffer.alloc(60), word(body.length));
  const name = "4B48D59794FCD44B8EF970EC3CA59B402F73537F";
  assert.equal(placeOf(look(concatBytes(body, notes), {}, name), body), `${name}/body`);
  assert.equal(look(concatBytes(body, Buffer.alloc(80)), {}, name).files.size, 0);
});
