import { PACKET_MOST_BYTES } from "./video-track.ts";

/** One picture's units, as they stood in a stream. */
export interface AccessUnit {
  data: Uint8Array;
  /** Of the part in which it began; undefined where that said none, or was another picture's. */
  timestampMs: number | undefined;
}

/** Cuts a stream with start codes into pictures. */
export interface AccessUnits {
  push(bytes: Uint8Array, timestampMs: number | undefined): Generator<AccessUnit>;
  end(): Generator<AccessUnit>;
}

/** Bytes of a unit that are looked at; a start code before them. */
const LOOKED_BYTES = 3;

/**
 * Cuts H.264 or HEVC with start codes (Annex B) where a unit begins a new picture. A picture that grows past any size is dropped.
 *
 * @see ITU-T H.264 §7.4.1.2.3, H.265 §7.4.2.4.4
 */
export function accessUnits(codec: "avc" | "hevc"): AccessUnits {
  const begins = codec === "avc" ? beginsAvc : beginsHevc;
  let room = new Uint8Array(2 ** 16);
  let [filled, looked, coded] = [0, 0, false];
  let times: { at: number; timestampMs: number }[] = [];
  let own: number | undefined;
  let started = false;
  const cut = (at: number): AccessUnit => {
    const unit = { data: room.slice(0, at), timestampMs: own };
    room.copyWithin(0, at, filled);
    [filled, looked, coded] = [filled - at, looked - at, false];
    own = times.findLast((time) => time.at <= at)?.timestampMs;
    times = times.filter((time) => time.at > at).map((time) => ({ ...time, at: time.at - at }));
    return unit;
  };
  return {
    *push(bytes, timestampMs) {
      if (filled + bytes.length > PACKET_MOST_BYTES) [filled, looked, coded, times] = [0, 0, false, []];
      if (filled + bytes.length > room.length) {
        const larger = new Uint8Array(2 * (filled + bytes.length));
        larger.set(room.subarray(0, filled));
        room = larger;
      }
      if (!started) own = timestampMs;
      else if (timestampMs !== undefined) times.push({ at: filled, timestampMs });
      started = true;
      room.set(bytes, filled);
      filled += bytes.length;
      for (; looked + 3 + LOOKED_BYTES <= filled; looked++) {
        if (room[looked + 2] !== 1 || room[looked] !== 0 || room[looked + 1] !== 0) continue;
        const unit = begins(room, looked + 3);
        if (unit !== "inside" && coded && looked > 0) yield cut(looked);
        if (unit !== "other") coded = true;
      }
    },
    *end() {
      if (filled > 0) yield cut(filled);
    },
  };
}

/** "picture": its first slice. "inside": a further slice. "other": what stands before a picture. */
type Begins = "picture" | "inside" | "other";

function beginsAvc(bytes: Uint8Array, at: number): Begins {
  const type = (bytes[at] ?? 0) & 31;
  // first_mb_in_slice 0 is one bit, 1.
  if (type === 1 || type === 5 || type === 2) return (bytes[at + 1] ?? 0) >= 128 ? "picture" : "inside";
  const before = (type >= 6 && type <= 9) || (type >= 14 && type <= 18);
  return before ? "other" : "inside";
}

function beginsHevc(bytes: Uint8Array, at: number): Begins {
  const type = ((bytes[at] ?? 0) >> 1) & 63;
  if (type < 32) return (bytes[at + 2] ?? 0) >= 128 ? "picture" : "inside";
  const before = (type >= 32 && type <= 35) || type === 39 || (type >= 41 && type <= 44) || type >= 48;
  return before ? "other" : "inside";
}
