import { utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import type { ContainerVisit, Packing } from "./inner-entry.ts";
import { readBytes } from "./read-bytes.ts";

const NAME_MOST_BYTES = 4096;
const PACKED_ENDINGS = /\.(?:gz|bz2|xz|zst|zstd|z|lz|lzma|lz4)$/i;
const TAR_ENDINGS = /\.(?:tgz|tbz2?|txz|tzst|taz|tlz)$/i;

/** One packed file: gzip, bzip2, xz, zstd; it is named by the one around it, without its ending. */
export function readPacked(packing: Packing): (source: ByteSource, visit: ContainerVisit) => void {
  return (bytes, visit) => {
    const told = packing === "gzip" ? gzipName(bytes) : null;
    const path = [told ?? innerName(visit.name)];
    visit.entry({ path, content: { how: "packed", packing, bytes }, sizeBytes: null });
  };
}

/** The name of the only file in a packed one. @param name Of the packed one. */
export function innerName(name: Uint8Array): Uint8Array {
  const text = String.fromCharCode(...name);
  const plain = text.replace(PACKED_ENDINGS, "");
  if (plain !== text && plain !== "") return name.slice(0, plain.length);
  return TAR_ENDINGS.test(text) ? utf8("content.tar") : utf8("content");
}

/** The name in a gzip header. @see RFC 1952 §2.3 */
function gzipName(source: ByteSource): Uint8Array | null {
  const head = readBytes(source, 0, NAME_MOST_BYTES);
  const flags = head[3] ?? 0;
  if ((flags & 8) === 0) return null;
  const from = 10 + ((flags & 4) === 0 ? 0 : 2 + (head[10] ?? 0) + 256 * (head[11] ?? 0));
  const end = head.indexOf(0, from);
  if (end <= from) return null;
  const name = head.slice(from, end);
  const cut = name.lastIndexOf(0x2f) + 1;
  return cut < name.length ? name.slice(cut) : null;
}
