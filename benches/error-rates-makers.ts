// Files of one maker, made for the bench: packaging that is the same in each (24 kB, as a camera's profile, an office program's theme or
// a film's index can be), and content that is each file's own.
import { concatBytes, seededRandom } from "#base/values";

const PACKAGING_BYTES = 24_000;
const CONTENT_BYTES = 60_000;

const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
const big = (value: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
const little = (value: number, bytes: number): Uint8Array => big(value, bytes).reverse();
const riff = (type: string, body: Uint8Array): Uint8Array => concatBytes(text(type), little(body.length, 4), body);
const chunk = (type: string, body: Uint8Array): Uint8Array =>
  concatBytes(big(body.length, 4), text(type), body, new Uint8Array(4));
const box = (type: string, body: Uint8Array): Uint8Array => concatBytes(big(body.length + 8, 4), text(type), body);
const stream = (dictionary: string, body: Uint8Array): Uint8Array =>
  concatBytes(
    text(`\n1 0 obj\n<< ${dictionary} /Length ${body.length} >>\nstream\n`),
    body,
    text("\nendstream\nendobj"),
  );
const member = (name: string, body: Uint8Array): Uint8Array => {
  const fixed = concatBytes(text("PK\x03\x04\x14\0\0\0\x08\0"), new Uint8Array(8), little(body.length, 4));
  return concatBytes(fixed, little(body.length * 3, 4), little(name.length, 2), little(0, 2), text(name), body);
};

const FORMATS: Record<string, (packaging: Uint8Array, content: Uint8Array) => Uint8Array> = {
  jpg: (packaging, content) =>
    concatBytes(
      big(0xffd8ffe2, 4),
      big(PACKAGING_BYTES + 2, 2),
      packaging,
      big(0xffda000c, 4),
      new Uint8Array(10),
      content,
    ),
  png: (packaging, content) =>
    concatBytes(
      text("\x89PNG\r\n\x1a\n"),
      chunk("IHDR", new Uint8Array(13)),
      chunk("iCCP", packaging),
      chunk("IDAT", content),
    ),
  webp: (packaging, content) =>
    concatBytes(riff("RIFF", new Uint8Array(0)), text("WEBP"), riff("ICCP", packaging), riff("VP8 ", content)),
  mp4: (packaging, content) => concatBytes(box("ftyp", text("isom0000")), box("moov", packaging), box("mdat", content)),
  pdf: (packaging, content) =>
    concatBytes(
      text("%PDF-1.7"),
      stream("/N 4 /Alternate /DeviceCMYK", packaging),
      stream("/Filter /DCTDecode", content),
    ),
  docx: (packaging, content) =>
    concatBytes(
      member("[Content_Types].xml", packaging.subarray(0, 400)),
      member("word/theme/theme1.xml", packaging.subarray(400)),
      member("word/media/1.jpg", content),
    ),
};

/** Formats there are makers of. */
export const MAKER_FORMATS = Object.keys(FORMATS);

/** One file: the same packaging for equal makers, other content for every number. */
export function makerFile(format: string, maker: number, number: number): Uint8Array {
  const make = FORMATS[format];
  if (make === undefined) throw new RangeError(`Cannot make a file: the format must be known, current is ${format}`);
  return make(noise(`${format} ${maker}`, PACKAGING_BYTES), noise(`${format} ${maker} ${number}`, CONTENT_BYTES));
}

function noise(seed: string, length: number): Uint8Array {
  const random = seededRandom(seed);
  return new Uint8Array(Uint32Array.from({ length: length / 4 }, () => random.bits32()).buffer);
}
