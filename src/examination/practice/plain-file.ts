import { concatBytes, seededRandom, utf8 } from "#base/values";

/** Seeded noise, which looks like a compressed film or song. */
export function noiseFile(seed: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(`noise ${seed}`);
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.bits32();
  return new Uint8Array(words.buffer).slice(0, sizeBytes);
}

const WORDS =
  "the rice was dry and we went to market before rain with two baskets of mango fish salt for her uncle".split(" ");

/** A note of seeded everyday words, about `sizeBytes` long. */
export function noteFile(seed: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(`note ${seed}`);
  const lines: string[] = [];
  for (let length = 0; length < sizeBytes; ) {
    const line = Array.from({ length: 5 + random.below(9) }, () => WORDS[random.below(WORDS.length)]).join(" ");
    lines.push(line);
    length += line.length + 1;
  }
  return utf8(`${lines.join("\n")}\n`);
}

/**
 * Files one after the other in a tar archive: each begins one sector after its header, so at another phase than the archive.
 *
 * @see POSIX.1-2017, pax, ustar Interchange Format
 */
export function tarFile(files: readonly { name: string; content: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap(({ name, content }) => {
    const padding = new Uint8Array((512 - (content.length % 512)) % 512);
    return [tarHeader(name, content.length), content, padding];
  });
  return concatBytes(...parts, new Uint8Array(1024));
}

function tarHeader(name: string, sizeBytes: number): Uint8Array {
  const header = new Uint8Array(512);
  const put = (at: number, text: string) => header.set(utf8(text), at);
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${sizeBytes.toString(8).padStart(11, "0")}\0`);
  put(136, "14500000000\0");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\x0000");
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}
