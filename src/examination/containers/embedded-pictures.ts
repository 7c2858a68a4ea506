import { utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import { byteWindow } from "./byte-window.ts";
import type { ContainerVisit } from "./inner-entry.ts";
import { type PictureKind, pictureAt, pictureEnd } from "./picture-end.ts";
import { readBytes } from "./read-bytes.ts";

const WINDOW_BYTES = 2 ** 20;
/** First bytes of pictures. */
const IS_MARK = new Uint8Array(256);
for (const mark of [0xff, 0x89, 0x47, 0x52]) IS_MARK[mark] = 1;
const TRAILER_LEAST_BYTES = 64;
/** Following false beginnings may cost so many times the bytes themselves. */
const WALK_FACTOR = 8;
const WALK_LEAST_BYTES = 2 ** 24;

/**
 * Pictures in bytes of which nothing else is known, by their own structure: streams of old documents, stores of thumbnails, the thumbnails
 * within pictures. They are named by their offset.
 *
 * @param from The first byte that is looked at.
 */
export function readEmbedded(source: ByteSource, visit: ContainerVisit, from = 0): void {
  let walkedBytes = 0;
  const bytes = byteWindow(source, (read) => {
    visit.budget.spend(0);
    walkedBytes += read;
  });
  const mostBytes = Math.max(WALK_LEAST_BYTES, WALK_FACTOR * source.sizeBytes);
  for (let at = from; at < source.sizeBytes; ) {
    const window = readBytes(source, at, WINDOW_BYTES);
    if (window.length === 0) return;
    visit.budget.spend(0);
    let next = at + window.length - 12;
    for (let i = nextMark(window, 0); i >= 0; i = nextMark(window, i + 1)) {
      const kind = at + i < source.sizeBytes - TRAILER_LEAST_BYTES ? couldBe(window, i) : null;
      if (kind === null) continue;
      if (walkedBytes > mostBytes) {
        visit.problem("too-long");
        return;
      }
      if (pictureAt(bytes, at + i) !== kind) continue;
      const end = pictureEnd(bytes, at + i, kind);
      if (end === null) continue;
      give(source, visit, { from: at + i, to: end, kind });
      next = end;
      break;
    }
    at = Math.max(at + 1, next);
    if (at >= source.sizeBytes - 12 && next >= source.sizeBytes - 12) return;
  }
}

function give(
  source: ByteSource,
  visit: ContainerVisit,
  { from, to, kind }: { from: number; to: number; kind: PictureKind },
): void {
  const bytes = slice(source, from, to - from);
  visit.entry({ path: [utf8(`offset-${from}.${kind}`)], content: { how: "plain", bytes }, sizeBytes: to - from });
}

/** One walk for all marks: a search for each would go to the window's end for every one that is rare. */
function nextMark(window: Uint8Array, from: number): number {
  for (let at = from; at < window.length; at++) if (IS_MARK[window[at] as number] === 1) return at;
  return -1;
}

/** By two bytes alone; where they stand at the window's end, the next window begins with them. */
function couldBe(window: Uint8Array, at: number): PictureKind | null {
  const second = window[at + 1];
  switch (window[at]) {
    case 0xff:
      return second === 0xd8 && window[at + 2] === 0xff ? "jpg" : null;
    case 0x89:
      return second === 0x50 ? "png" : null;
    case 0x47:
      return second === 0x49 && window[at + 2] === 0x46 ? "gif" : null;
    default:
      return second === 0x49 && window[at + 2] === 0x46 && window[at + 3] === 0x46 ? "webp" : null;
  }
}

/**
 * What a picture holds besides itself: thumbnails and previews in its header (EXIF, MakerNote, MPF), and what stands behind its end. Where
 * something does, the picture as it ends by itself is given, too: caches keep their own notes behind it.
 */
export function readPicture(source: ByteSource, visit: ContainerVisit): void {
  const bytes = byteWindow(source, () => visit.budget.spend(0));
  const kind = pictureAt(bytes, 0);
  const end = kind === null ? null : pictureEnd(bytes, 0, kind);
  if (kind === null || end === null) {
    readEmbedded(source, visit, 1);
    return;
  }
  if (kind === "jpg") readEmbedded(slice(source, 0, end), visit, 2);
  if (end >= source.sizeBytes) return;
  give(source, visit, { from: 0, to: end, kind });
  const trailer = slice(source, end, source.sizeBytes - end);
  if (trailer.sizeBytes < TRAILER_LEAST_BYTES) return;
  const content = { how: "plain" as const, bytes: trailer };
  visit.entry({ path: [utf8(`behind-${end}`)], content, sizeBytes: trailer.sizeBytes, search: true });
}
