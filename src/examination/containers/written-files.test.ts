// Files that stand in others by being written: metafiles' bitmaps, base64 in text, uuencode, yEnc, winmail.dat, OneNote.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { zipOf } from "./archive-samples.node.ts";
import { compoundFile, drawnBytes } from "./document-samples.node.ts";
import { type Looked, look, noise } from "./inside-lab.node.ts";
import { bitmap, blipOf, emfOf, oneNoteOf, tnefOf, uuencoded, wmfOf, yencoded } from "./written-samples.node.ts";

const picture = drawnBytes(3, 3000);
const base64 = Buffer.from(picture).toString("base64");

function placeOf({ files }: Looked, bytes: Uint8Array): string {
  return [...files].find(([, file]) => file.bytes.equals(bytes))?.[0] ?? [...files.keys()].join(" ");
}

const bmp = bitmap(16, 8);

test("lookInside() gives bitmaps in metafiles as the files they were, packed metafiles too", () => {
  const looked = look(emfOf(bmp, picture));
  assert.equal(placeOf(looked, bmp), "f/bitmap-188.bmp");
  assert.match(placeOf(looked, picture), /^f\/offset-\d+\.jpg$/);
  assert.equal(placeOf(look(wmfOf(bmp)), bmp), "f/bitmap-18.bmp");
  assert.equal(placeOf(look(gzipSync(emfOf(bmp, picture)), {}, "x.emz"), bmp), "x.emz/content/bitmap-188.bmp");
  assert.deepEqual(look(emfOf(bmp, picture).subarray(0, 200)).problems, []);
});

test("lookInside() finds the pictures of old Office that have no mark: metafiles, PICT, bitmaps", () => {
  const pict = concatBytes(noise(200), picture);
  const looked = look(
    compoundFile({
      Pictures: concatBytes(blipOf(0xf01a, 0x3d4, emfOf(bmp, picture)), blipOf(0xf01f, 0x7a8, bmp.subarray(14))),
      Data: concatBytes(noise(5000), blipOf(0xf01b, 0x216, wmfOf(bmp)), blipOf(0xf01c, 0x542, pict)),
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

test("lookInside() finds every picture of several: behind other base64, at any place of a window", () => {
  const other = noise(900).toString("base64");
  const second = drawnBytes(5, 2999);
  const card = (body: string): string => `BEGIN:VCARD\r\nPHOTO;ENCODING=b:${body}\r\nEND:VCARD\r\n`;
  const short = Buffer.from(second).toString("base64").replace(/.{74}/g, "$&\r\n ");
  const page = `<html><style>url(data:font/woff;base64,${other})</style><img src="data:;base64,${base64}"><img src='data:;base64,${base64}'>`;
  assert.equal([...look(utf8(page)).files.values()].filter(({ bytes }) => bytes.equals(picture)).length, 2);
  for (let shift = 65_400; shift < 65_560; shift += 7) {
    const before = card("").padEnd(shift, "x y ");
    const looked = look(utf8(`${before}\r\n${card(wrapped(74, " "))}${card(short)}${card(wrapped(74, " "))}`));
    assert.equal([...looked.files.values()].filter(({ bytes }) => bytes.equals(picture)).length, 2, `${shift}`);
    assert.equal([...looked.files.values()].filter(({ bytes }) => bytes.equals(second)).length, 1, `${shift}`);
    assert.equal(looked.files.size, 3);
  }
});

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
  const tnef = tnefOf(picture, bmp);
  const { files, problems } = look(tnef);
  assert.ok(files.get("f/dir_a.jpg")?.bytes.equals(picture) && files.get("f/attachment2")?.bytes.equals(bmp));
  assert.deepEqual(problems, []);
  assert.deepEqual(look(tnef.subarray(0, 2000)).problems.slice(0, 1), ["damaged f"]);
  assert.equal(placeOf(look(oneNoteOf(picture)), picture), "f/file-2052");
  assert.deepEqual(look(concatBytes(utf8("!BDN"), noise(600))).problems, ["unsupported f"]);
});
