// Files within the text of a mail, line by line: uuencode, yEnc. @see POSIX.1-2017 uuencode; yEnc 1.3 (2002)

/** What takes the lines of a file in a text. */
export interface TextFile {
  name: string;
  /** @returns Null at its end. */
  line(text: string): Uint8Array | null;
}

/** Whether a file begins with this line. */
export function textFile(line: string): TextFile | null {
  const uu = /^begin(-base64)? [0-7]{3,4} (.{1,255})$/.exec(line);
  if (uu !== null && uu[1] === undefined) return { name: uu[2] ?? "", line: uuLine };
  const yenc = /^=ybegin .*?\bname=(.{1,255})$/.exec(line);
  return yenc === null ? null : { name: (yenc[1] ?? "").trim(), line: yencLine };
}

function uuLine(text: string): Uint8Array | null {
  if (/^end\s*$/.test(text)) return null;
  const length = (text.charCodeAt(0) - 32) & 63;
  const bytes = new Uint8Array(Math.ceil(length / 3) * 3);
  for (let i = 0, to = 0; to < length; i += 4, to += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = [1, 2, 3, 4].map((step) => ((text.charCodeAt(i + step) || 32) - 32) & 63);
    bytes.set([(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d], to);
  }
  return bytes.subarray(0, text === "" ? 0 : length);
}

function yencLine(text: string): Uint8Array | null {
  if (text.startsWith("=yend ")) return null;
  if (text.startsWith("=ypart ")) return new Uint8Array(0);
  // Dots at a line's beginning were doubled on the way.
  const line = text.startsWith("..") ? text.slice(1) : text;
  const bytes: number[] = [];
  for (let i = 0; i < line.length; i++) {
    const escaped = line[i] === "=";
    if (escaped) i++;
    bytes.push((line.charCodeAt(i) - 42 - (escaped ? 64 : 0)) & 255);
  }
  return Uint8Array.from(bytes);
}
