import { little, toHex, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import { byteWindow } from "./byte-window.ts";
import type { ContainerVisit } from "./inner-entry.ts";
import { readBytes } from "./read-bytes.ts";

// thumbcache_*.db of Windows Vista, 7, 8, 8.1, 10 and 11. Entries are found by their marks, so that those that no index names any more are
// found, too.

/** By the file's version: where an entry's lengths stand, and how long its header is. */
const VISTA = { lengths: 24, head: 56 };
const SEVEN = { lengths: 16, head: 48 };
const EIGHT = { lengths: 16, head: 56 };
const ID_MOST_BYTES = 1024;
const PADDING_MOST_BYTES = 4096;

/** @see Layouts as thumbcacheviewer reads them: versions 20 (Vista), 21 (7), 30 and 31 (8, 8.1), 32 (10, 11) */
export function readThumbcache(source: ByteSource, visit: ContainerVisit): void {
  const version = little(readBytes(source, 0, 8), 4, 4);
  const layout = version === 20 ? VISTA : version === 21 ? SEVEN : EIGHT;
  const bytes = byteWindow(source, () => visit.budget.spend(0));
  for (let at = nextMark(bytes, 12); at >= 0; ) {
    const sizeBytes = bytes.littleAt(at + 4, 4);
    const [idBytes, paddingBytes, dataBytes] = [0, 4, 8].map((step) =>
      bytes.littleAt(at + layout.lengths + step, 4),
    ) as [number, number, number];
    const from = at + layout.head + idBytes + paddingBytes;
    const isSound =
      idBytes <= ID_MOST_BYTES && paddingBytes <= PADDING_MOST_BYTES && from + dataBytes <= source.sizeBytes;
    if (isSound && dataBytes > 0) {
      const hash = toHex(readBytes(source, at + 8, 8).reverse());
      const data = slice(source, from, dataBytes);
      visit.entry({
        path: [utf8(`${hash}-${at}`)],
        content: { how: "plain", bytes: data },
        sizeBytes: dataBytes,
        search: true,
      });
    }
    at = nextMark(bytes, isSound ? Math.max(from + dataBytes, Math.min(at + sizeBytes, from + dataBytes)) : at + 4);
  }
}

function nextMark(bytes: ReturnType<typeof byteWindow>, from: number): number {
  for (let at = bytes.indexOf(0x43, from); at >= 0; at = bytes.indexOf(0x43, at + 1))
    if (bytes.isAt(at, "CMMM")) return at;
  return -1;
}

/** Whether a name is that of a store whose files have no mark of their own; they hold pictures one behind the other. */
export function isNamedStore(name: Uint8Array): boolean {
  const text = String.fromCharCode(...name.subarray(0, 255));
  return /^\.thumbdata|\.ithmb$|^thumbnails\.data$|^imgcache|^cache\d*\.db$|\.thumbdb$/i.test(text);
}
