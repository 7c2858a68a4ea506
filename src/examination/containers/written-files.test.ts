// Files that stand in others by being written: metafiles' bitmaps, base64 in text, uuencode, yEnc, winmail.dat, OneNote.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { zipOf } from "./archive-samples.node.ts";
import { compoundFile, drawnBytes } from "./document-samples.node.ts";
import { type Looked, look, noise } from "./inside-lab.node.ts";

const picture = drawnBytes(3, 3000);
const base64 = Buffer.from(picture).toString("base64");

function placeOf({ files }: Looked, bytes: Uint8Array): string {
  return [...files].find(([, file]) => file.bytes.equals(bytes))?.[0] ?? [...files.keys()].join(" ");
}

/** A bitmap of 24 bits, with the header that a file of its own has. */
function bitmap(width: number, height: number): Buffer {
  const bits = noise(width * height * 3);
  const head = Buffer.alloc(54);
  head.write("BM");
  head.writeUInt32LE(54 + bits.length, 2);
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  head.writeUInt32LE(bits.length, 34);
  return Buffer.concat([head, bits]);
}

const bmp = bitmap(16, 8);

/** A metafile with a bitmap that is stretched, and a comment. */
function emf(comment: Uint8Array): Buffer {
  const dib = bmp.subarray(14);
  const head = Buffer.alloc(108);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(108, 4);
  head.write(" EMF", 40);
  head.writeUInt32LE(0x10000, 44);
  const stretch = Buffer.alloc(80);
  stretch.writeUInt32LE(81, 0);
  stretch.writeUInt32LE(80 + dib.length, 4);
  for (const [i, value] of [80, 40, 120, dib.length - 40].entries()) stretch.writeUInt32LE(value, 48 + 4 * i);
  const said = Buffer.alloc(12);
  said.writeUInt32LE(70, 0);
  said.writeUInt32LE(12 + comment.length, 4);
  return Buffer.concat([head, stretch, dib, said, comment]);
}

function wmf(): Buffer {
  const dib = bmp.subarray(14);
  const head = Buffer.from("010009000003000000000000000000000000", "hex");
  const record = Buffer.alloc(28);
  record.writeUInt32LE((28 + dib.length) / 2, 0);
  record.writeUInt16LE(0x0f43, 4);
  return Buffer.concat([head, record, dib]);
}

test("lookInside() gives bitmaps in metafiles as the files they were, packed metafiles too", () => {
  const looked = look(emf(picture));
  assert.equal(placeOf(looked, bmp), "f/bitmap-188.bmp");
  assert.match(placeOf(looked, picture), /^f\/offset-\d+\.jpg$/);
  assert.equal(placeOf(look(wmf()), bmp), "f/bitmap-18.bmp");
  assert.equal(placeOf(look(gzipSync(emf(picture)), {}, "x.emz"), bmp), "x.emz/content/bitmap-188.bmp");
  assert.deepEqual(look(emf(picture).subarray(0, 200)).problems, []);
});

/** A record of old Office around a metafile. */
function blipOf(kind: number, instance: number, bytes: Uint8Array): Uint8Array {
  const packed = kind === 0xf01f ? bytes : deflateSync(bytes);
  const own = Buffer.alloc(kind === 0xf01f ? 17 : 50);
  if (kind !== 0xf01f) {
    own.writeUInt32LE(bytes.length, 16);
    own.writeUInt32LE(packed.length, 44);
    own[49] = 0xfe;
  }
  const head = Buffer.alloc(8);
  head.writeUInt16LE(instance * 16, 0);
  head.writeUInt16LE(kind, 2);
  head.writeUInt32LE(own.length + packed.length, 4);
  return concatBytes(head, own, packed);
}

test("lookInside() finds the pictures of old Office that have no mark: metafiles, PICT, bitmaps", () => {
  const pict = concatBytes(noise(200), picture);
  const looked = look(
    compoundFile({
      Pictures: concatBytes(blipOf(0xf01a, 0x3d4, emf(picture)), blipOf(0xf01f, 0x7a8, bmp.subarray(14))),
      Data: concatBytes(noise(5000), blipOf(0xf01b, 0x216, wmf()), blipOf(0xf01c, 0x542, pict)),
    }),
  );
  const places = [...looked.files].filter(([, file]) => file.bytes.equals(bmp)).map(([place]) => place);
  assert.equal(places.length, 3, [...looked.files.keys()].join(" "));
  assert.ok(places.some((place) => /^f\/Pictures\/metafile-0\.emf\/bitmap-188\.bmp$/.test(place)));
  assert.ok(looked.files.get("f/Data/metafile-5000.wmf/bitmap-18.bmp")?.bytes.equals(bmp));
  assert.ok([...looked.files.keys()].some((place) => /^f\/Data\/metafile-\d+\.pict\/offset-200\.jpg$/.test(place)));
});

const wrapped = (width: number, indent = ""): string =>
  base64.replace(new RegExp(`.{${width}}`, "g"), `$&\r\n${indent}`);
const TEXTS: Record<string, string> = {
  "a web page": `<!DOCTYPE html><p>${"words and words ".repeat(6000)}</p><img src="data:image/jpeg;base64,${base64}"><p>more</p>`,
  "a drawing": `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/jpeg;base64,${wrapped(76)}"/></svg>`,
  "flat OpenDocument": `<?xml version="1.0"?>\n<office:document><office:binary-data>${wrapped(72, "      ")}\n     </office:binary-data></office:document>`,
  "XML of Word 2003": `<?xml version="1.0"?><w:wordDocument><w:binData w:name="a">${wrapped(76)}</w:binData></w:wordDocument>`,
  "a vCard": `BEGIN:VCARD\r\nVERSION:3.0\r\nPHOTO;ENCODING=b;TYPE=JPEG:${wrapped(74, " ")}\r\nEND:VCARD\r\n`,
  "a property list": `<?xml version="1.0"?><!DOCTYPE plist><plist><data>\n\t${wrapped(68, "\t")}\n\t</data></plist>`,
};
for (const [kind, text] of Object.entries(TEXTS))
  test(`lookInside() finds a picture that is written in ${kind}`, () => {
    const looked = look(utf8(text));
    assert.match(placeOf(looked, picture), /^f\/base64-\d+$/);
    assert.equal(looked.files.size, 1);
    assert.deepEqual(looked.problems, []);
  });

function uuencoded(bytes: Uint8Array, name: string): string {
  const digit = (value: number): string => String.fromCharCode(value === 0 ? 96 : value + 32);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45);
    let text = digit(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const [a = 0, b = 0, c = 0] = line.subarray(i, i + 3);
      text += [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map(digit).join("");
    }
    lines.push(text);
  }
  return `begin 644 ${name}\n${lines.join("\n")}\n\`\nend\n`;
}

function yencoded(bytes: Uint8Array, name: string): string {
  let body = "";
  for (const [i, byte] of bytes.entries()) {
    const value = (byte + 42) & 255;
    const isCritical = [0, 10, 13, 61].includes(value);
    body += isCritical ? `=${String.fromCharCode((value + 64) & 255)}` : String.fromCharCode(value);
    if (i % 128 === 127) body += "\r\n";
  }
  return `=ybegin line=128 size=${bytes.length} name=${name}\r\n${body.replace(/(^|\n)\./g, "$1..")}\r\n=yend size=${bytes.length}\r\n`;
}

test("lookInside() finds files that are written in the text of a mail, and in its web page", () => {
  const mail = (head: string, body: string): Buffer =>
    Buffer.from(`From: a\r\nTo: b\r\nSubject: c\r\n${head}\r\n${body}\r\nwords\r\n`, "latin1");
  assert.equal(placeOf(look(mail("", uuencoded(picture, "a b.jpg"))), picture), "f/a b.jpg");
  assert.equal(placeOf(look(mail("", yencoded(picture, "c.jpg"))), picture), "f/c.jpg");
  assert.deepEqual(look(mail("", uuencoded(picture, "a.jpg").slice(0, 2000))).problems, ["damaged f/a.jpg"]);
  const page = `<html><img src="data:image/jpeg;base64,${base64}"></html>`;
  const html = mail("MIME-Version: 1.0\r\nContent-Type: text/html\r\n", page);
  assert.match(placeOf(look(html), picture), /^f\/part1\.html\/base64-\d+$/);
  const box = zipOf([{ name: "word/afchunk.mht", bytes: html }]);
  assert.match(placeOf(look(box), picture), /^f\/word\/afchunk\.mht\/part1\.html\/base64-\d+$/);
});

test("lookInside() gives attachments of winmail.dat and files of OneNote; PST is named as not read", () => {
  const field = (level: number, kind: number, value: Uint8Array): Uint8Array => {
    const head = Buffer.alloc(9);
    head[0] = level;
    head.writeUInt32LE(kind, 1);
    head.writeUInt32LE(value.length, 5);
    return concatBytes(head, value, new Uint8Array(2));
  };
  const tnef = concatBytes(
    Buffer.from("789f3e220100", "hex"),
    field(2, 0x69002, noise(14)),
    field(2, 0x6800f, picture),
    field(2, 0x18010, utf8("dir/a.jpg\0")),
    field(2, 0x69002, noise(14)),
    field(2, 0x6800f, bmp),
  );
  const { files, problems } = look(tnef);
  assert.ok(files.get("f/dir_a.jpg")?.bytes.equals(picture) && files.get("f/attachment2")?.bytes.equals(bmp));
  assert.deepEqual(problems, []);
  assert.deepEqual(look(tnef.subarray(0, 2000)).problems.slice(0, 1), ["damaged f"]);
  const length = Buffer.alloc(20);
  length.writeUInt32LE(picture.length, 0);
  const mark = Buffer.from("e716e3bd65261145a4c48d4d0b7a9eac", "hex");
  const one = concatBytes(Buffer.from("e4525c7b8cd8a74daeb15378d02996d3", "hex"), noise(2000), mark, length, picture);
  assert.equal(placeOf(look(one), picture), "f/file-2052");
  assert.deepEqual(look(concatBytes(utf8("!BDN"), noise(600))).problems, ["unsupported f"]);
});
