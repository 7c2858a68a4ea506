import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { entryFile, projectHome } from "#base/machine/node";
import { fromHex } from "#base/values";
import { type ByteSource, ReadError } from "#examination/sources";
import { VIDEO_LIMITS, VIDEO_WISH, type VideoAnswer, type VideoLimits } from "#examination/videos";
import type { FrameHash } from "./video-likeness.ts";
import type { VideoChildLine, VideoChildSetup } from "./video-message.ts";

const HEAP_MB = 256;
const WATCH_MS = 100;
/** For loading its decoders; a busy machine takes long. */
const START_MS = 30_000;
/** More is no question of a demuxer of ours. */
const READ_MOST_BYTES = 2 ** 27;

/** A video's fingerprint; its frames also where it could not be read to its end. */
export interface VideoHashes {
  answer: VideoAnswer;
  frames: FrameHash[];
  /** What stood around the child. */
  wall: "filter" | "process";
}

/** A video's bytes: read here, or given by whoever may read them; fewer than asked for where there are no more. */
export type VideoBytes =
  | ByteSource
  | { sizeBytes: number; read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> };

/** What is asked of a video. */
export interface VideoQuestion {
  /** "keyframes" takes a tenth of the time and finds most; "all" is what lists are made of. */
  frames: "all" | "keyframes";
  limits?: VideoLimits;
  signal?: AbortSignal;
  /** How far: milliseconds of the video. */
  onProgress?(timestampMs: number): void;
}

/**
 * Fingerprints a video's frames in a child that is shut in. Never throws for what the video or the child does.
 *
 * @param source Read-only, from this process; the child asks for what it needs.
 */
export function videoHashes(source: VideoBytes, question: VideoQuestion): Promise<VideoHashes> {
  const limits = question.limits ?? VIDEO_LIMITS;
  const child = started(source, question, limits);
  const found: VideoHashes = { answer: { fault: { code: "ended" } }, frames: [], wall: "process" };
  return new Promise((resolve) => {
    let startMs = performance.now();
    let heardMs = startMs;
    let serving = false;
    let isReady = false;
    let over = false;
    /** Time that others take to give bytes does not count. */
    const give = (line: { offsetBytes: number; lengthBytes: number }): void => {
      const fromMs = performance.now();
      serving = true;
      serve(source, line, child.stdin).then(
        () => {
          serving = false;
          heardMs = performance.now();
          startMs += heardMs - fromMs;
        },
        () => stopped(),
      );
    };
    const finish = (answer: VideoAnswer): void => {
      over = true;
      clearInterval(watch);
      question.signal?.removeEventListener("abort", stopped);
      for (const stream of [child.stdin, child.stdout]) stream.destroy();
      child.kill("SIGKILL");
      child.unref();
      resolve({ ...found, answer });
    };
    const stopped = (): void => finish({ fault: { code: "ended" } });
    const watch = setInterval(() => {
      const nowMs = performance.now();
      if (serving) return;
      if (nowMs - startMs > limits.ms || nowMs - heardMs > (isReady ? limits.silentMs : START_MS))
        finish({ fault: { code: "too-long" } });
    }, WATCH_MS);
    child.on("error", stopped);
    child.on("close", stopped);
    child.stdin.on("error", () => undefined); // its end is told by "close"
    createInterface({ input: child.stdout }).on("line", (text) => {
      if (over) return;
      heardMs = performance.now();
      const line = lineOf(text);
      if (line === undefined) finish({ fault: { code: "ended" } });
      else if (line.kind === "ready") [isReady, found.wall] = [true, line.wall];
      else if (line.kind === "read") give(line);
      else if (line.kind === "done") finish(line.answer);
      else {
        for (const [frame, timestampMs, quality, hash] of line.frames) {
          found.frames.push({ frame, timestampMs, quality, hash: fromHex(hash) });
        }
        question.onProgress?.(found.frames.at(-1)?.timestampMs ?? 0);
      }
    });
    if (question.signal?.aborted === true) stopped();
    question.signal?.addEventListener("abort", stopped, { once: true });
  });
}

type VideoChild = ChildProcessByStdio<Writable, Readable, null>;

function started({ sizeBytes }: VideoBytes, { frames }: VideoQuestion, { memoryBytes }: VideoLimits): VideoChild {
  const setup: VideoChildSetup = { ...VIDEO_WISH, sizeBytes, frames, memoryBytes };
  const entry = entryFile("src/examination/likeness/video.child.node.ts");
  const flags = [`--max-old-space-size=${HEAP_MB}`, "--expose-gc", "--no-warnings", entry, JSON.stringify(setup)];
  const env = { UV_THREADPOOL_SIZE: "2", MALLOC_ARENA_MAX: "2" };
  return spawn(process.execPath, flags, { env, cwd: projectHome, stdio: ["pipe", "pipe", "ignore"] });
}

async function serve(
  source: VideoBytes,
  at: { offsetBytes: number; lengthBytes: number },
  into: Writable,
): Promise<void> {
  const lengthBytes = Math.max(0, Math.min(at.lengthBytes, READ_MOST_BYTES, source.sizeBytes - at.offsetBytes));
  const bytes =
    "read" in source ? await source.read(at.offsetBytes, lengthBytes) : readGood(source, lengthBytes, at.offsetBytes);
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, bytes.length, true);
  into.write(head);
  into.write(bytes);
}

/** An unreadable place ends the video there; that it could not be read is told by whoever reads the medium. */
function readGood({ readSync }: ByteSource, lengthBytes: number, offsetBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  try {
    return bytes.subarray(0, readSync(bytes, offsetBytes));
  } catch (error) {
    return bytes.subarray(0, error instanceof ReadError ? error.goodBytes : 0);
  }
}

/** A line as only a child of ours writes it. */
function lineOf(text: string): VideoChildLine | undefined {
  try {
    const line: VideoChildLine = JSON.parse(text);
    if (line.kind !== "frames") return line;
    return line.frames.every(([, , , hash]) => /^[0-9a-f]{64}$/.test(hash)) ? line : undefined;
  } catch {
    return undefined;
  }
}
