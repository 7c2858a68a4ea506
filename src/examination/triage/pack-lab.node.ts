import { crc32, deflateRawSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";

// Small files that hold files, as the tests write them.

/** A number of so many bytes, least significant first. */
function least(value: number, lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

/** A zip of deflated files. @param locked As if with a password. */
export function zipOf(files: Record<string, Uint8Array>, { locked = false } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let atByte = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflateRawSync(bytes);
    const sizes = concatBytes(least(crc32(bytes), 4), least(packed.length, 4), least(bytes.length, 4));
    const fields = concatBytes(least(20, 2), least(locked ? 1 : 0, 2), least(8, 2), new Uint8Array(4), sizes);
    const lengths = concatBytes(least(utf8(name).length, 2), new Uint8Array(2));
    const part = concatBytes(utf8("PK\x03\x04"), fields, lengths, utf8(name), packed);
    const place = concatBytes(new Uint8Array(10), least(atByte, 4));
    directory.push(concatBytes(utf8("PK\x01\x02\x14\0"), fields, lengths, place, utf8(name)));
    parts.push(part);
    atByte += part.length;
  }
  const all = concatBytes(...directory);
  const count = least(directory.length, 2);
  const end = concatBytes(new Uint8Array(4), count, count, least(all.length, 4), least(atByte, 4), new Uint8Array(2));
  return concatBytes(...parts, all, utf8("PK\x05\x06"), end);
}

/** A mail with one attachment. */
export function mailOf(name: string, bytes: Uint8Array): Uint8Array {
  const packed = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
  const head = ["From: a@example.org", "To: b@example.org", "Subject: a drawing", "MIME-Version: 1.0"];
  const type = 'Content-Type: multipart/mixed; boundary="part"';
  const file = `Content-Type: application/octet-stream; name="${name}"\r\nContent-Transfer-Encoding: base64`;
  return utf8(`${[...head, type].join("\r\n")}\r\n\r\n--part\r\n${file}\r\n\r\n${packed}\r\n--part--\r\n`);
}

/** A PDF that holds a JPEG as it is. */
export function pdfOf(jpeg: Uint8Array, side: number): Uint8Array {
  const facts = `/Subtype/Image/Width ${side}/Height ${side}/ColorSpace/DeviceGray/BitsPerComponent 8`;
  const head = `%PDF-1.4\n1 0 obj\n<</Type/XObject${facts}/Filter/DCTDecode/Length ${jpeg.length}>>\nstream\n`;
  return concatBytes(utf8(head), jpeg, utf8("\nendstream\nendobj\ntrailer\n<</Size 2>>\n%%EOF\n"));
}

/** A Motion JPEG film. */
export function filmOf(jpegs: readonly Uint8Array[], { side, frameMs }: { side: number; frameMs: number }): Uint8Array {
  const chunk = (name: string, ...inner: Uint8Array[]): Uint8Array => {
    const bytes = concatBytes(...inner);
    return concatBytes(utf8(name), least(bytes.length, 4), bytes, new Uint8Array(bytes.length % 2));
  };
  const rate = [least(1000, 4), least(Math.round(1e6 / frameMs), 4), least(0, 4), least(jpegs.length, 4)];
  const stream = chunk("strh", utf8("vidsMJPG"), new Uint8Array(12), ...rate, new Uint8Array(20));
  const size = [least(side, 4), least(side, 4), least(1, 2), least(24, 2), utf8("MJPG")];
  const format = chunk("strf", least(40, 4), ...size, new Uint8Array(20));
  const list = chunk("LIST", utf8("strl"), stream, format);
  const header = chunk("LIST", utf8("hdrl"), chunk("avih", new Uint8Array(56)), list);
  const frames = jpegs.map((jpeg) => chunk("00dc", jpeg));
  return chunk("RIFF", utf8("AVI "), header, chunk("LIST", utf8("movi"), ...frames));
}
