import { equalBytes, utf8 } from "#base/values";

/** Blocks of a tar file. */
export const TAR_BLOCK = 512;
/** Largest file that its header can tell: 8 GiB less one. */
const TAR_FILE_MAX = 8 ** 11 - 1;

/** A file in a sealed exhibit. */
export interface TarEntry {
  name: string;
  sizeBytes: number;
  /** Seconds since 1970. */
  modified: number;
}

/**
 * The header of a plain file. The same entry has one header and no other.
 *
 * @param entry Name: ASCII, at most 100 bytes.
 * @throws {RangeError} When the name or the size cannot be told.
 * @see POSIX.1-2017 pax, "ustar Interchange Format"
 */
export function tarHeader({ name, sizeBytes, modified }: TarEntry): Uint8Array<ArrayBuffer> {
  if (!/^[!-~]{1,100}$/.test(name))
    throw new RangeError(`Cannot make a tar header: the name must be ASCII, it is ${name}`);
  if (sizeBytes > TAR_FILE_MAX) throw new RangeError(`Cannot make a tar header: at most 8 GiB, it is ${sizeBytes}`);
  const block = new Uint8Array(TAR_BLOCK);
  const put = (at: number, text: string): void => block.set(utf8(text), at);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  put(0, name);
  put(100, octal(0o600, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(sizeBytes, 11));
  put(136, octal(modified, 11));
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\x0000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** The entry whose header this is; undefined where it is none of ours, byte for byte. */
export function readTarHeader(block: Uint8Array): TarEntry | undefined {
  const text = String.fromCharCode(...block);
  const name = text.slice(0, 100).replace(/\0+$/, "");
  const [size, modified] = [text.slice(124, 135), text.slice(136, 147)];
  if (!/^[!-~]+$/.test(name) || !/^[0-7]{11}$/.test(size) || !/^[0-7]{11}$/.test(modified)) return undefined;
  const entry = { name, sizeBytes: Number.parseInt(size, 8), modified: Number.parseInt(modified, 8) };
  return equalBytes(tarHeader(entry), block) ? entry : undefined;
}

/** Zero bytes that fill a file's last block. */
export function tarPadding(sizeBytes: number): number {
  return (TAR_BLOCK - (sizeBytes % TAR_BLOCK)) % TAR_BLOCK;
}
