import { availableParallelism } from "node:os";
import type { OpenImage } from "#examination/images";
import type { UnreadRange } from "./digests.ts";
import type { EvidenceMedium } from "./evidence-medium.node.ts";
import { type ChildLimits, type ChildMessage, type LimitedChild, startLimited } from "./limited-child.node.ts";
import type { BytesTask, PieceMessage, ZerosMessage } from "./reader-message.node.ts";
import { readerLimits } from "./run-reader.node.ts";
import { newWalk } from "./walk-state.ts";

const PIECE_BYTES = 2 * 1024 * 1024;
const READERS_MOST = 4;
/** What ended a reader is passed over by so much. */
const STEP_BYTES = 64 * 1024;
/** Of what a reader has said and nobody took yet. */
const AHEAD_BYTES = 4 * PIECE_BYTES;
/** Below this, readers take longer to start than to help. */
const THREADED_BYTES = 64 * 1024 * 1024;
const DEATHS_MOST = 64;
const ZEROS_BYTES = 1024 * 1024;
const ZEROS = new Uint8Array(ZEROS_BYTES);

/** How the media of an image are read by limited children. */
export interface PieceReading {
  medium: EvidenceMedium;
  sizeBytes: number;
  /** Unpacking takes longer than reading: several readers share it. */
  packed: boolean;
  /** Pieces that are known to be missing are left out. */
  skipHoles: boolean;
  signal: AbortSignal;
  limits?: ChildLimits;
  /** Gets every byte in order; what could not be read is zeros. The piece must be done with at return, or copied. */
  onBytes(piece: Uint8Array): Promise<void> | undefined;
  progress(bytes: number): void;
}

/** What reading showed. */
export interface PieceOutcome {
  unread: UnreadRange[];
  problems: OpenImage["problems"];
  /** Ranges at which a reader ended; unread, too. */
  broken: UnreadRange[];
}

/** Reads all media of an image in order, by one to four readers, each with pieces of its own. */
export async function readPieces(reading: PieceReading): Promise<PieceOutcome> {
  const { sizeBytes, packed, skipHoles, signal, progress } = reading;
  const shared = packed && !skipHoles && sizeBytes >= THREADED_BYTES;
  const stride = shared ? Math.max(1, Math.min(READERS_MOST, availableParallelism() - 1)) : 1;
  const outcome: PieceOutcome = { unread: [], problems: [], broken: [] };
  const pieces = Math.ceil(sizeBytes / PIECE_BYTES);
  const feeds = Array.from({ length: Math.min(stride, pieces) }, (_, index) => feedOf(reading, stride, index));
  try {
    for (let piece = 0; piece < pieces; piece++) {
      const told = await feeds[piece % stride]?.piece(piece);
      const reached = told?.piece ?? pieces;
      for (; piece < reached; piece++) addRange(outcome.unread, pieceRange(piece, sizeBytes));
      for (const range of told?.unread ?? []) addRange(outcome.unread, range);
      outcome.problems.push(...(told?.problems ?? []));
      outcome.broken.push(...(told?.broken ?? []));
      if (signal.aborted) {
        const startByte = Math.min(sizeBytes, (piece + 1) * PIECE_BYTES);
        if (startByte < sizeBytes) addRange(outcome.unread, { startByte, lengthBytes: sizeBytes - startByte });
        break;
      }
      progress(Math.min(sizeBytes, (piece + 1) * PIECE_BYTES));
    }
    return outcome;
  } finally {
    for (const feed of feeds) feed.stop();
  }
}

function pieceRange(piece: number, sizeBytes: number): UnreadRange {
  const startByte = piece * PIECE_BYTES;
  return { startByte, lengthBytes: Math.min(PIECE_BYTES, sizeBytes - startByte) };
}

/** Neighbours are joined. */
function addRange(ranges: UnreadRange[], range: UnreadRange): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.startByte + last.lengthBytes === range.startByte)
    last.lengthBytes += range.lengthBytes;
  else ranges.push({ ...range });
}

/** What a reader told of one piece; undefined: it had no more. */
interface Piece extends PieceOutcome {
  piece: number;
}

/** The pieces of one reader, and of those that follow it. */
interface Feed {
  /** Hands its bytes on. @returns the piece that was read, a later one where pieces were left out. */
  piece(piece: number): Promise<Piece | undefined>;
  stop(): void;
}

type FeedEvent =
  | { what: "given"; lengthBytes: number }
  | { what: "bytes"; bytes: Uint8Array }
  | { what: "zeros"; lengthBytes: number }
  | { what: "piece"; told: PieceMessage }
  | { what: "end"; dead: boolean };

function feedOf(reading: PieceReading, stride: number, index: number): Feed {
  const { onBytes, sizeBytes } = reading;
  // A single reader's bytes are in order: they wait nowhere.
  const direct = stride === 1 ? onBytes : undefined;
  let events = startFeed(reading, { fromPiece: index, fromByte: 0, stride }, direct);
  let deaths = 0;
  return {
    stop: () => events.stop(),
    async piece(piece) {
      const broken: UnreadRange[] = [];
      const { startByte, lengthBytes } = pieceRange(piece, sizeBytes);
      for (let given = 0; ; ) {
        const event = await events.next();
        if (event.what === "given") given += event.lengthBytes;
        else if (event.what === "bytes") {
          given += event.bytes.length;
          await onBytes(event.bytes);
        } else if (event.what === "zeros") {
          given += event.lengthBytes;
          await giveZeros(event.lengthBytes, onBytes);
        } else if (event.what === "piece") {
          const { unread, problems } = event.told;
          return { piece: event.told.piece, unread: [...broken, ...unread], problems, broken };
        } else {
          if (!event.dead || ++deaths > DEATHS_MOST) return undefined;
          const passed = Math.min(STEP_BYTES, lengthBytes - given);
          await giveZeros(passed, onBytes);
          given += passed;
          // What the reader knew to be unreadable before it ended is not known any more: all of it counts.
          broken.splice(0, broken.length, { startByte, lengthBytes: given });
          const isOver = given >= lengthBytes;
          const from = isOver ? { fromPiece: piece + stride, fromByte: 0 } : { fromPiece: piece, fromByte: given };
          events = startFeed(reading, { ...from, stride }, direct);
          if (isOver) return { piece, unread: broken, problems: [], broken };
        }
      }
    },
  };
}

async function giveZeros(lengthBytes: number, onBytes: PieceReading["onBytes"]): Promise<void> {
  for (let left = lengthBytes; left > 0; left -= ZEROS_BYTES) {
    await onBytes(ZEROS.subarray(0, Math.min(left, ZEROS_BYTES)));
  }
}

interface Events {
  next(): Promise<FeedEvent>;
  stop(): void;
}

/** A reader whose words wait until they are taken; it waits where too much does. */
function startFeed(
  { medium, signal, limits, skipHoles }: PieceReading,
  at: Pick<BytesTask, "fromPiece" | "fromByte" | "stride">,
  direct: PieceReading["onBytes"] | undefined,
): Events {
  const waiting: FeedEvent[] = [];
  let waitingBytes = 0;
  let [wake, goOn]: (() => void)[] = [];
  const add = (event: FeedEvent): void => {
    waiting.push(event);
    wake?.();
  };
  const task: BytesTask = { verb: "bytes", ...at, pieceBytes: PIECE_BYTES, skipHoles };
  const child: LimitedChild = startLimited({
    ...{ entry: "src/examination/opening/medium-reader.child.node.ts", fds: medium.fds, signal },
    request: { medium: medium.handed(), walk: newWalk(), ...task },
    limits: limits ?? readerLimits(medium.sizeBytes),
    onJson: (message: ChildMessage) => {
      const told = message as unknown;
      if (message.kind === "zeros" && direct !== undefined) {
        const { lengthBytes } = told as ZerosMessage;
        if (lengthBytes > ZEROS_BYTES) throw new RangeError(`Cannot take ${lengthBytes} zeros at once`);
        add({ what: "given", lengthBytes });
        return direct(ZEROS.subarray(0, lengthBytes));
      }
      if (message.kind === "zeros") add({ what: "zeros", lengthBytes: (told as ZerosMessage).lengthBytes });
      else if (message.kind === "piece") add({ what: "piece", told: told as PieceMessage });
      return undefined;
    },
    onBytes: (piece) => {
      if (direct !== undefined) {
        add({ what: "given", lengthBytes: piece.length });
        return direct(piece);
      }
      waitingBytes += piece.length;
      add({ what: "bytes", bytes: piece.slice() });
      if (waitingBytes < AHEAD_BYTES) return undefined;
      return new Promise<void>((resolve) => {
        goOn = resolve;
      });
    },
  });
  void child.ended.then(({ why }) => add({ what: "end", dead: why !== "done" && why !== "stopped" }));
  return {
    stop: child.stop,
    async next() {
      while (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const event = waiting.shift() ?? { what: "end", dead: true };
      if (event.what === "bytes") waitingBytes -= event.bytes.length;
      if (waitingBytes < AHEAD_BYTES) goOn?.();
      return event;
    },
  };
}
