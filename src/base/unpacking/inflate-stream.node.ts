import { constants, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from "node:zlib";
import type { PackedStream, ReadPacked } from "./packed-stream.ts";

const MAKERS = { zlib: createInflate, deflate: createInflateRaw, gzip: createGunzip, zstd: createZstdDecompress };
const PACKED_AT_ONCE = 64 * 1024;

/** A stream of zlib's. */
export interface InflateStream extends PackedStream {
  /** Whether its own end was seen, and bytes behind it. */
  readonly ended: boolean;
  /** Packed bytes that were taken: those waiting behind the end are not among them. */
  readonly usedBytes: number;
}

/** What this file takes of an engine of zlib that its types do not name. */
interface Engine {
  _handle: {
    writeSync(
      flush: number,
      packed: Uint8Array,
      from: number,
      length: number,
      ...out: [Uint8Array, number, number]
    ): void;
    onerror: (message: string, errno: number, code: string) => void;
    close(): void;
  };
  _writeState: Uint32Array;
}

/** Opens a packed stream. Whoever opens it closes it. */
export function inflateStream(how: keyof typeof MAKERS, read: ReadPacked): InflateStream {
  const engine = MAKERS[how]() as unknown as Engine;
  const { _handle: handle, _writeState: state } = engine;
  const flush = how === "zstd" ? constants.ZSTD_e_continue : constants.Z_SYNC_FLUSH;
  const packed = new Uint8Array(PACKED_AT_ONCE);
  let [at, from, waiting] = [0, 0, 0];
  let [ended, failed, dry] = [false, "", false];
  handle.onerror = (message) => {
    failed = message;
  };
  const fill = (): void => {
    if (waiting > 0 || dry) return;
    waiting = read(packed, at);
    from = 0;
    at += waiting;
    dry = waiting === 0;
  };
  return {
    get ended() {
      return ended;
    },
    get usedBytes() {
      return at - waiting;
    },
    next(view) {
      let given = 0;
      while (given < view.length && !ended) {
        fill();
        if (failed !== "") throw new RangeError(`Cannot unpack ${how}: it is damaged, current complaint is ${failed}`);
        handle.writeSync(flush, packed, from, waiting, view, given, view.length - given);
        const came = view.length - given - (state[0] ?? 0);
        const used = waiting - (state[1] ?? 0);
        given += came;
        from += used;
        waiting -= used;
        if (failed !== "" && given > 0) return given;
        if (came > 0 || used > 0) continue;
        // Nothing moves: bytes that wait stand behind the stream's end.
        if (waiting > 0) ended = true;
        if (dry || ended) break;
      }
      return given;
    },
    close: () => handle.close(),
  };
}
