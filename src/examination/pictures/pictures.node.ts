import { fstatSync, readSync } from "node:fs";
import {
  PICTURE_LIMITS,
  type Picture,
  type PictureAnswer,
  type PictureFault,
  type PictureLimits,
  type PictureWish,
} from "./picture.ts";
import { type ChildReply, type PictureChild, startPictureChild } from "./picture-child.node.ts";
import { pictureFormat } from "./picture-format.ts";
import { type ChildSetup, type PictureRequest, pictureIn, type Strike } from "./picture-message.ts";
import type { PictureWall } from "./picture-wall.ts";

/** Children that decode pictures, behind one door. */
export interface Pictures {
  /**
   * Decodes one picture.
   *
   * @param source The file's bytes, or a descriptor open for reading, which is read from its first byte.
   * @returns Pixels, or why there are none. Never throws for what the bytes are.
   * @throws {Fault} pictures/child, where no child can be started.
   */
  decode(
    source: Uint8Array | number,
    want: PictureWish["want"],
    how?: Omit<PictureWish, "want">,
  ): Promise<PictureAnswer>;
  /** What stands around the children here; starts one where none runs. */
  wall(): Promise<PictureWall>;
  /** For tests of the wall. */
  strike(strike: Strike): Promise<ChildReply>;
  /** Ends all children. What is still asked for ends as "ended". */
  close(): void;
}

type Lane = ChildSetup["decoders"];

interface Seat {
  lane: Lane;
  /** Which program its children are; undefined: the one that hands out pixels. */
  entry: string | undefined;
  child: Promise<PictureChild> | undefined;
  served: number;
  busy: boolean;
}

interface Job {
  lane: Lane;
  request: PictureRequest;
  bytes: Uint8Array;
  done(reply: Promise<ChildReply>): void;
}

/** Opens the door; children start with the first picture. */
export function openPictures(wishes: Partial<PictureLimits> = {}, entry?: string): Pictures {
  const limits = { ...PICTURE_LIMITS, ...wishes };
  const pool = openPool(limits, entry);
  return {
    decode: async (source, want, how = {}) => {
      const bytes = typeof source === "number" ? readWhole(source, limits.bytes) : source;
      if (bytes === undefined || bytes.length > limits.bytes) return { fault: { code: "too-many-bytes" } };
      const format = pictureFormat(bytes);
      if (format === undefined) return { fault: { code: "unknown" } };
      const lane = format === "heic" ? "wasm" : "native";
      return answerIn(await pool.ask({ lane, request: { want, ...how }, bytes }), { format });
    },
    wall: () => pool.wall(),
    strike: (strike) => pool.ask({ lane: "native", request: { want: "grey", strike }, bytes: new Uint8Array(0) }),
    close: () => pool.close(),
  };
}

function answerIn(reply: ChildReply, about: Pick<PictureFault, "format">): PictureAnswer {
  if (reply === "ended" || reply === "too-long") return { fault: { code: reply, ...about } };
  const { line, body } = reply;
  if (line.kind === "fault") return { fault: { ...about, ...line.fault } };
  const picture: Picture | undefined = pictureIn(line, body);
  return picture ?? { fault: { code: "ended", ...about } };
}

/** All of an open file; undefined where it is longer than the limit. */
function readWhole(fd: number, most: number): Uint8Array | undefined {
  const { size } = fstatSync(fd);
  if (size > most) return undefined;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let got = 1; got > 0 && at < size; at += got) got = readSync(fd, bytes, at, size - at, at);
  return bytes.subarray(0, at);
}

function openPool(limits: PictureLimits, entry: string | undefined) {
  const seats: Seat[] = Array.from({ length: limits.children }, () => seat("native", entry));
  seats.push(seat("wasm", entry));
  const waiting: Job[] = [];
  let open = true;
  const next = (): void => {
    for (const free of seats.filter(({ busy }) => !busy)) {
      const at = waiting.findIndex(({ lane }) => lane === free.lane);
      const [job] = at < 0 ? [] : waiting.splice(at, 1);
      if (job !== undefined) job.done(serve(free, job, limits).finally(next));
    }
  };
  const ask = (job: Omit<Job, "done">): Promise<ChildReply> => {
    if (!open) return Promise.resolve("ended");
    return new Promise((done) => {
      waiting.push({ ...job, done });
      next();
    });
  };
  const close = (): void => {
    open = false;
    for (const { done } of waiting.splice(0)) done(Promise.resolve("ended"));
    for (const { child } of seats) child?.then(({ end }) => end()).catch(() => undefined);
  };
  const wall = async (): Promise<PictureWall> => {
    const [first = seat("native", entry)] = seats;
    first.child ??= startPictureChild("native", limits, entry);
    return (await first.child).wall;
  };
  return { ask, close, wall };
}

function seat(lane: Lane, entry: string | undefined): Seat {
  return { lane, entry, child: undefined, served: 0, busy: false };
}

/** Asks a seat's child; a child that ended, or that has served its number, is replaced by the next question. */
async function serve(place: Seat, job: Job, limits: PictureLimits): Promise<ChildReply> {
  const { request, bytes } = job;
  place.busy = true;
  try {
    place.child ??= startPictureChild(place.lane, limits, place.entry);
    const fresh = place.served === 0;
    const child = await place.child;
    const reply = await child.ask(request, bytes, limits.ms);
    place.served++;
    const starved =
      typeof reply !== "string" && reply.line.kind === "fault" && reply.line.fault.code === "too-much-memory";
    if (typeof reply === "string" || starved || place.served >= limits.picturesEach) {
      child.end();
      [place.child, place.served] = [undefined, 0];
    }
    // What earlier pictures left behind is no finding about this one.
    return starved && !fresh ? await serve(place, job, limits) : reply;
  } catch (error) {
    place.child = undefined;
    throw error;
  } finally {
    place.busy = false;
  }
}
