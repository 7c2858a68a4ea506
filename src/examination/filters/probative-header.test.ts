import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, seededRandom, utf8 } from "#base/values";
import { type OwnContent, ownContent } from "./probative-header.ts";

const find = (head: Uint8Array, tail = new Uint8Array(0)): OwnContent => ownContent(head, () => tail);
const contentAt = (head: Uint8Array): number => find(head).offsetBytes;
const random = seededRandom("headers");
const noise = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => random.below(256));
const be = (value: number, bytes: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
const le = (value: number, bytes: number): Uint8Array<ArrayBuffer> => be(value, bytes).reverse();
const text = (letters: string): Uint8Array<ArrayBuffer> => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
const of = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

const segment = (marker: number, body: Uint8Array): Uint8Array =>
  concatBytes(of(0xff, marker), be(body.length + 2, 2), body);
const chunk = (type: string, body: Uint8Array): Uint8Array =>
  concatBytes(be(body.length, 4), text(type), body, noise(4));
const box = (type: string, body: Uint8Array): Uint8Array => concatBytes(be(body.length + 8, 4), text(type), body);
const riff = (type: string, body: Uint8Array): Uint8Array =>
  concatBytes(text(type), le(body.length, 4), body, new Uint8Array(body.length % 2));
const member = (name: string, body: Uint8Array): Uint8Array =>
  concatBytes(
    text("PK\x03\x04"),
    noise(2),
    le(0, 2),
    noise(10),
    le(body.length, 4),
    noise(4),
    le(name.length, 2),
    le(0, 2),
    text(name),
    body,
  );
const stream = (dictionary: string, body: Uint8Array): Uint8Array =>
  concatBytes(text(`\n7 0 obj\n<< ${dictionary} >>\nstream\r\n`), body, text("\nendstream\nendobj\n"));
const oggPage = (granule: number, body: Uint8Array): Uint8Array =>
  concatBytes(text("OggS"), of(0, 0), le(granule, 8), noise(12), of(1, body.length), body);

/** Parts of header, then the last part of header, then content. */
const cases: [name: string, header: Uint8Array][] = [
  [
    "JPEG with a profile of 9 kB",
    concatBytes(
      of(0xff, 0xd8),
      segment(0xe0, noise(14)),
      segment(0xe2, noise(9000)),
      segment(0xdb, noise(65)),
      segment(0xda, noise(10)),
    ),
  ],
  [
    "PNG with a profile",
    concatBytes(
      of(0x89),
      text("PNG\r\n\x1a\n"),
      chunk("IHDR", noise(13)),
      chunk("iCCP", noise(5000)),
      be(9999, 4),
      text("IDAT"),
      noise(2),
    ),
  ],
  [
    "GIF with tables and an extension",
    concatBytes(
      text("GIF89a"),
      noise(4),
      of(0x87),
      noise(2),
      noise(768),
      of(0x21, 0xf9, 4, 1, 2, 3, 4, 0),
      of(0x2c),
      noise(8),
      of(0x80),
      noise(1),
      noise(6),
    ),
  ],
  [
    "WebP with a profile",
    concatBytes(
      text("RIFF"),
      noise(4),
      text("WEBP"),
      riff("VP8X", noise(10)),
      riff("ICCP", noise(3001)),
      text("VP8 "),
      noise(4),
    ),
  ],
  [
    "AVI",
    concatBytes(
      text("RIFF"),
      noise(4),
      text("AVI "),
      riff("LIST", concatBytes(text("hdrl"), noise(4000))),
      riff("JUNK", noise(1200)),
      text("LIST"),
      noise(4),
      text("movi"),
    ),
  ],
  ["WAVE", concatBytes(text("RIFF"), noise(4), text("WAVE"), riff("fmt ", noise(16)), text("data"), noise(4))],
  ["BMP with a palette", concatBytes(text("BM"), noise(8), le(1078, 4), noise(1064))],
  [
    "MP4 whose index comes first",
    concatBytes(box("ftyp", noise(24)), box("free", noise(8)), box("moov", noise(20_000)), be(1e6, 4), text("mdat")),
  ],
  ["MP4 with a long box", concatBytes(box("ftyp", noise(24)), be(1, 4), text("mdat"), be(5e9, 8))],
  [
    "WebM",
    concatBytes(
      of(0x1a, 0x45, 0xdf, 0xa3, 0x84),
      noise(4),
      of(0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      of(0xec, 0x50, 0x00),
      noise(4096),
    ),
  ],
  ["Ogg", concatBytes(oggPage(0, noise(30)), oggPage(0, noise(200)))],
  ["FLAC", concatBytes(text("fLaC"), of(0), be(34, 3), noise(34), of(0x84), be(6000, 3), noise(6000))],
  ["ID3", concatBytes(text("ID3"), of(4, 0, 0, 0, 0, 39, 16), noise(39 * 128 + 16))],
  [
    "ASF",
    concatBytes(of(0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11), noise(8), le(5000, 8), noise(4976), noise(50)),
  ],
  [
    "PDF with metadata and a profile",
    concatBytes(
      text("%PDF-1.7\n"),
      stream("/Type /Metadata /Length 900", noise(900)),
      stream("/N 3 /Alternate /DeviceRGB", noise(3000)),
      text("\n9 0 obj\n<< /Length 9 >>\nstream\n"),
    ),
  ],
  [
    "DOCX",
    concatBytes(
      member("[Content_Types].xml", noise(350)),
      member("_rels/.rels", noise(240)),
      member("word/theme/theme1.xml", noise(1700)),
      member("word/document.xml", noise(0)),
    ),
  ],
  ["OLE", concatBytes(of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), noise(504))],
];
const content: Record<string, Uint8Array> = { WebM: of(0x1f, 0x43, 0xb6, 0x75), Ogg: oggPage(960, noise(200)) };
for (const [name, header] of cases) {
  test(`contentAt() of ${name} is behind its header`, () => {
    const file = concatBytes(header, content[name] ?? new Uint8Array(0), of(1), noise(3000));
    assert.equal(contentAt(file), header.length);
  });
}

/** ELF with its section headers at the end: 64-bit little-endian, 32-bit big-endian. */
const elf64 = concatBytes(
  of(0x7f),
  text("ELF"),
  of(2, 1),
  noise(26),
  le(64, 8),
  le(9000, 8),
  noise(6),
  le(56, 2),
  le(0, 2),
  le(64, 2),
  le(10, 2),
  noise(9578),
);
const elf32 = concatBytes(
  of(0x7f),
  text("ELF"),
  of(1, 2),
  noise(22),
  be(52, 4),
  be(5000, 4),
  noise(6),
  be(32, 2),
  be(1, 2),
  be(40, 2),
  be(3, 2),
  noise(2),
);
const loaded = concatBytes(elf32, noise(4), be(1000, 4), noise(8), be(7000, 4), noise(12));
const section = (sizeBytes: number, at: number): Uint8Array =>
  concatBytes(noise(16), le(sizeBytes, 4), le(at, 4), noise(16));
const pe = concatBytes(
  text("MZ"),
  noise(58),
  le(128, 4),
  noise(64),
  text("PE\0\0"),
  noise(2),
  le(2, 2),
  noise(12),
  le(240, 2),
  noise(2),
  noise(240),
  section(3000, 512),
  section(2000, 3584),
);
const central = (name: string): Uint8Array =>
  concatBytes(text("PK\x01\x02"), noise(24), le(name.length, 2), noise(16), text(name));

test("ownContent() of programs is what is appended to them", () => {
  assert.deepEqual(find(elf64), { offsetBytes: 9640, before: "program" });
  assert.deepEqual(find(loaded), { offsetBytes: 8000, before: "program" });
  assert.deepEqual(find(pe), { offsetBytes: 5584, before: "program" });
  assert.equal(contentAt(concatBytes(text("MZ"), new Uint8Array(400))), 0);
});

test("ownContent() of libraries, modules and packages of programs is nothing", () => {
  const nothing = { offsetBytes: Number.MAX_SAFE_INTEGER, before: "program" };
  for (const start of [
    "!<arch>\nlib.o/",
    "!<arch>\ndebian-binary",
    "\xed\xab\xee\xdb",
    "\0asm\x01\0\0\0",
    "\xca\xfe\xba\xbe\0\0\0\x34",
    "\xcf\xfa\xed\xfe",
    "JM\x01\0PK",
  ]) {
    assert.deepEqual(find(concatBytes(text(start), noise(100))), nothing, start);
  }
  const zip = member("a/b.jpg", noise(100));
  for (const name of [
    "META-INF/MANIFEST.MF",
    "x-1.0.dist-info/WHEEL",
    "AndroidManifest.xml",
    "lib/x.so",
    "a/B.class",
  ]) {
    assert.deepEqual(find(zip, concatBytes(noise(50), central("a/b.jpg"), central(name))), nothing, name);
  }
  for (const name of ["META-INF/manifest.xml", "word/document.xml", "notes.so.txt"]) {
    assert.equal(find(zip, concatBytes(central("a/b.jpg"), central(name))).before, "header", name);
  }
});

test("contentAt() may answer beyond what is at hand", () => {
  const [, film] = cases[7] ?? ["", new Uint8Array(0)];
  assert.equal(contentAt(film.subarray(0, 4096)), film.length - 8);
});

test("contentAt() of text, noise and nothing is 0", () => {
  assert.equal(contentAt(new Uint8Array(0)), 0);
  assert.equal(contentAt(utf8("ភូមិ plain text")), 0);
  assert.equal(contentAt(concatBytes(of(0x41), noise(4096))), 0);
});

test("contentAt() survives 10,000 damaged headers, each a number in bounded steps", () => {
  const seed = "damaged headers 1";
  const damageable = [...cases, ["ELF", elf64] as const, ["ELF", loaded] as const, ["PE", pe] as const];
  const damage = seededRandom(seed);
  for (let i = 0; i < 10_000; i++) {
    const [, header] = damageable[damage.below(damageable.length)] ?? ["", new Uint8Array(0)];
    const file = concatBytes(header, noise(damage.below(64)));
    for (let flips = damage.below(8); flips >= 0; flips--)
      file[damage.below(Math.min(file.length, 64))] = damage.below(256);
    const { offsetBytes: at } = find(file.subarray(0, damage.below(file.length + 1)), file);
    assert.ok(Number.isSafeInteger(at) && at >= 0, `seed ${seed}, case ${i}: ${at}`);
  }
});
