import { type ByteSource, ReadError, type UnreadReason } from "#examination/sources";

/** What a stretch of the media is. */
export type Stretch =
  | { is: "zero" }
  /** Bytes stand as they are at an offset of another source. */
  | { is: "stored"; source: ByteSource; offsetBytes: number }
  /** Bytes come out of a block: `load` gives all of it, `skip` bytes of it stand before the asked offset. */
  | { is: "block"; load: () => Uint8Array | Unread; skip: number }
  | Unread;

/** Bytes that cannot be had: the code says why, "MISSING", "CHECKSUM", "TABLE" …. */
export interface Unread {
  is: "unread";
  why: UnreadReason;
  code: string;
}

/** Finds the stretch at an offset below the media's size. `endByte` is beyond the offset. */
export type StretchAt = (offsetBytes: number) => { endByte: number; stretch: Stretch };

/** A source made of stretches: sparse and compressed images all read through it. */
export function mappedMedia(sizeBytes: number, stretchAt: StretchAt): ByteSource {
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
      for (let done = 0; done < wanted; ) {
        const at = offsetBytes + done;
        const { endByte, stretch } = stretchAt(at);
        const target = view.subarray(done, Math.min(wanted, done + (endByte - at)));
        fill(stretch, target, { offsetBytes: at, goodBytes: done, untilByte: Math.min(endByte, sizeBytes) });
        done += target.length;
      }
      return wanted;
    },
  };
}

/** Where a read stands, and where the stretch ends: an error's cause, so that readers need not try every sector of it. */
interface At {
  offsetBytes: number;
  goodBytes: number;
  untilByte: number;
}

function unreadError({ why, code }: Unread, at: At): ReadError {
  return new ReadError(why, code, { ...at, cause: { untilByte: at.untilByte } });
}

function fill(stretch: Stretch, target: Uint8Array, at: At): void {
  if (stretch.is === "zero") target.fill(0);
  else if (stretch.is === "unread") throw unreadError(stretch, at);
  else if (stretch.is === "stored") copyStored(stretch, target, at);
  else {
    const block = stretch.load();
    if (!(block instanceof Uint8Array)) throw unreadError(block, at);
    const part = block.subarray(stretch.skip, stretch.skip + target.length);
    target.set(part);
    if (part.length < target.length) throw endedAt(at, part.length);
  }
}

function copyStored(
  { source, offsetBytes }: { source: ByteSource; offsetBytes: number },
  target: Uint8Array,
  at: At,
): void {
  let got = 0;
  try {
    got = source.readSync(target, offsetBytes);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    throw new ReadError(error.why, error.code, {
      offsetBytes: at.offsetBytes + error.goodBytes,
      goodBytes: at.goodBytes + error.goodBytes,
      cause: error,
    });
  }
  if (got < target.length) throw endedAt(at, got);
}

/** The image's file ends before the media does. */
function endedAt(at: At, got: number): ReadError {
  const place = { offsetBytes: at.offsetBytes + got, goodBytes: at.goodBytes + got, untilByte: at.untilByte };
  return unreadError({ is: "unread", why: "vanished", code: "ENDED" }, place);
}

/** A source of no bytes. */
export const NO_MEDIA: ByteSource = { sizeBytes: 0, readSync: () => 0 };
