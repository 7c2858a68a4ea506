import { readSync } from "node:fs";
import { createInterface } from "node:readline";
import { patient, writeOut } from "#base/machine/node";
import { FRAME, frameHead, TEXT_HEAD_BYTES } from "./child-frame.ts";
import type { WalkPosition } from "./walk-state.ts";

const BEAT_MS = 250;
/** Buffers are outside of V8's own limit. */
const MEMORY_MOST_BYTES = 900 << 20;
const TEXT_AT_ONCE = 64 * 1024;

/** What a limited child says to whoever started it. */
export interface ChildVoice {
  json(message: object): void;
  /** A line of the answer; handed on by the dozen. */
  line(text: string, reached: WalkPosition): void;
  bytes(piece: Uint8Array): void;
  /** Time that went into saying so far: whoever listens may hold it up, and that is not the child's own time. */
  readonly saidMs: number;
  /** Says now and then that it is alive, and ends it where it takes too much memory. @param more Said with a beat. */
  beat(more?: () => void): void;
  /** Lines that wait are said. */
  flush(): void;
  /** Waits for the next order, and says meanwhile that it is idle; undefined: whoever gave orders is gone. */
  nextOrder(): unknown;
}

/**
 * Runs a limited child: one JSON line on standard input, frames on standard output, and the end. Refuses to work without limits,
 * so that nothing foreign is ever parsed by a process that may write.
 *
 * @param work What it throws is told: {"kind":"threw"} with what `at` says.
 */
export function limitedChild<T>(work: (request: T, voice: ChildVoice) => void, at: () => object = () => ({})): void {
  if (process.permission === undefined) throw new Error("Cannot work: the process has no limits");
  createInterface({ input: process.stdin }).once("line", (line) => {
    const voice = childVoice();
    try {
      work(JSON.parse(line), voice);
      voice.flush();
      voice.json({ kind: "done" });
    } catch (error) {
      voice.flush();
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      voice.json({ kind: "threw", memory: error instanceof MemoryError, text: text.slice(0, 500), ...at() });
    }
    process.exit(0);
  });
}

class MemoryError extends RangeError {}

function childVoice(): ChildVoice {
  let beatMs = performance.now();
  let waiting: string[] = [];
  let waitingLength = 0;
  let reached: WalkPosition = { tree: 0, entries: 0 };
  let saidMs = 0;
  const say = (...parts: Uint8Array[]): void => {
    const fromMs = performance.now();
    writeAll(...parts);
    saidMs += performance.now() - fromMs;
  };
  const flush = (): void => {
    if (waiting.length === 0) return;
    const head = Buffer.alloc(TEXT_HEAD_BYTES);
    head.writeUInt32LE(reached.tree, 0);
    head.writeUIntLE(reached.entries, 4, 6);
    const text = Buffer.from(waiting.join("\n"));
    waiting = [];
    waitingLength = 0;
    say(frameHead(FRAME.text, head.length + text.length), head, text);
  };
  const json = (message: object): void => {
    const text = Buffer.from(JSON.stringify(message));
    say(frameHead(FRAME.json, text.length), text);
  };
  const orders = orderReader(() => json({ kind: "idle" }));
  return {
    json,
    flush,
    nextOrder: orders,
    line(text, position) {
      waiting.push(text);
      waitingLength += text.length;
      reached = position;
      if (waitingLength >= TEXT_AT_ONCE) flush();
    },
    get saidMs() {
      return saidMs;
    },
    bytes: (piece) => say(frameHead(FRAME.bytes, piece.length), piece),
    beat(more) {
      const nowMs = performance.now();
      if (nowMs - beatMs < BEAT_MS) return;
      beatMs = nowMs;
      if (process.memoryUsage.rss() > MEMORY_MOST_BYTES) throw new MemoryError("too much memory is in use");
      flush();
      json({ kind: "beat" });
      more?.();
    },
  };
}

const ORDER_BYTES = 1 << 20;

/** Lines from standard input, each JSON, one at a time. */
function orderReader(idle: () => void): () => unknown {
  const piece = Buffer.alloc(ORDER_BYTES);
  let waiting = Buffer.alloc(0);
  let idleMs = performance.now();
  return () => {
    for (;;) {
      const end = waiting.indexOf(0x0a);
      if (end >= 0) {
        const line = waiting.toString("utf8", 0, end);
        waiting = waiting.subarray(end + 1);
        return JSON.parse(line);
      }
      const got = readSome(piece);
      if (got === 0) return undefined;
      if (got !== null) waiting = Buffer.concat([waiting, piece.subarray(0, got)]);
      else if (performance.now() - idleMs >= BEAT_MS) {
        idleMs = performance.now();
        idle();
      }
    }
  };
}

/** Bytes that were there; null, a moment later, where there were none yet. */
function readSome(into: Buffer): number | null {
  try {
    return patient(() => readSync(0, into, 0, into.length, null)) ?? null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EOF") return 0;
    throw error;
  }
}

/** Small parts go out in one call. */
function writeAll(...parts: Uint8Array[]): void {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  if (total <= TEXT_AT_ONCE) writeOut(Buffer.concat(parts, total));
  else for (const part of parts) writeOut(part);
}
