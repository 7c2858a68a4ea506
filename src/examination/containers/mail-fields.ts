/** What a part of a mail says of itself. */
export interface MailPart {
  /** In small letters, "text/plain" where none is told. */
  type: string;
  boundary: string | null;
  /** In small letters. */
  encoding: string;
  name: string | null;
}

/**
 * Reads the header of a mail or of a part of it.
 *
 * @param lines Its lines, without their ends; those that go on begin with a space.
 * @see RFC 5322 §2.2; RFC 2045 §5, 6; RFC 2047; RFC 2183; RFC 2231
 */
export function mailPart(lines: readonly string[]): MailPart {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of lines) {
    if (/^[ \t]/.test(line)) fields.set(last, `${fields.get(last) ?? ""} ${line.trim()}`);
    else {
      const colon = line.indexOf(":");
      last = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
      if (!fields.has(last)) fields.set(last, line.slice(colon + 1).trim());
    }
  }
  const type = fields.get("content-type") ?? "";
  const disposition = fields.get("content-disposition") ?? "";
  return {
    type: (/^[\w.+-]+\/[\w.+-]+/.exec(type)?.[0] ?? "text/plain").toLowerCase(),
    boundary: parameter(type, "boundary"),
    encoding: (fields.get("content-transfer-encoding") ?? "7bit").trim().toLowerCase(),
    name: parameter(disposition, "filename") ?? parameter(type, "name"),
  };
}

function parameter(field: string, name: string): string | null {
  const plain = new RegExp(
    `(?:^|[;\\s])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.){0,1000})"|([^;\\s]{1,1000}))`,
    "i",
  ).exec(field);
  if (plain !== null) return decodedWords((plain[1] ?? plain[2] ?? "").replace(/\\(.)/g, "$1"));
  let whole = "";
  for (let i = 0; i < 32; i++) {
    const piece = new RegExp(
      `(?:^|[;\\s])${name}\\*(?:${i}\\*?)?\\s*=\\s*(?:"([^"]{0,1000})"|([^;\\s]{1,1000}))`,
      "i",
    ).exec(field);
    if (piece === null || (i > 0 && !field.includes(`*${i}`))) break;
    whole += (piece[1] ?? piece[2] ?? "").replace(/^[\w-]*'[\w-]*'/, "");
  }
  return whole === "" ? null : fromPercents(whole);
}

function fromPercents(text: string): string {
  return decoded(
    text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
  );
}

/** Latin-1 text as the UTF-8 that it is, where it is. */
function decoded(latin: string): string {
  return new TextDecoder().decode(Uint8Array.from(latin, (letter) => letter.charCodeAt(0) & 0xff));
}

/** "=?utf-8?B?…?=". */
function decodedWords(text: string): string {
  return text.replace(/=\?[\w-]+\?([bq])\?([^?]{0,1000})\?=\s*/gi, (_, how: string, body: string) => {
    if (how.toLowerCase() === "q") return fromPercents(body.replaceAll("_", " ").replace(/=([0-9a-f]{2})/gi, "%$1"));
    return decoded(String.fromCharCode(...base64Bytes(body)));
  });
}

const DIGITS = new Int8Array(256).fill(-1);
for (const [i, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries())
  DIGITS[letter.charCodeAt(0)] = i;

/** Bytes of base64, whatever else stands between its letters left out. */
export function base64Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let [to, held, bits] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const digit = DIGITS[text.charCodeAt(i) & 0xff] as number;
    if (digit < 0) continue;
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[to++] = (held >> bits) & 0xff;
  }
  return bytes.subarray(0, to);
}

/** Bytes of one line of quoted-printable, its end among them. */
export function quotedBytes(line: string): Uint8Array {
  const isSoft = /=[ \t]*$/.test(line);
  const plain = (isSoft ? line.replace(/=[ \t]*$/, "") : `${line}\r\n`).replace(
    /=([0-9A-Fa-f]{2})/g,
    (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0) & 0xff);
}
