import { spawn } from "node:child_process";
import { entryFile, programFolders, projectHome } from "#base/machine/node";
import { picturesFault } from "./faults.ts";
import type { PictureLimits } from "./picture.ts";
import {
  type ChildLine,
  type ChildSetup,
  frameHead,
  frameLengths,
  LENGTHS_BYTES,
  type PictureRequest,
} from "./picture-message.ts";
import type { PictureWall } from "./picture-wall.ts";

const HEAP_MB = 256;
const START_MS = 30_000;
const DECODE_ENTRY = "src/examination/pictures/decode.child.node.ts";

/** What came of one question. "ended" and "too-long" are the end of the child. */
export type ChildReply = { line: ChildLine; body: Buffer } | "ended" | "too-long";

/** A child that decodes, one picture after the other. */
export interface PictureChild {
  readonly wall: PictureWall;
  /** Asks; only when the last question is answered. */
  ask(request: PictureRequest, bytes: Uint8Array, ms: number): Promise<ChildReply>;
  /** Ends it at once. */
  end(): void;
}

/**
 * Starts a child and waits until it has shut itself in.
 *
 * @param source Another entry that serves pictures (`servePictures`), from the project's home.
 * @throws {Fault} pictures/child, where it cannot be started.
 */
export async function startPictureChild(
  decoders: ChildSetup["decoders"],
  limits: PictureLimits,
  source = DECODE_ENTRY,
): Promise<PictureChild> {
  const setup: ChildSetup = { decoders, pixels: limits.pixels, memoryBytes: limits.memoryBytes };
  const entry = entryFile(source);
  const flags = [`--max-old-space-size=${HEAP_MB}`, "--no-warnings", ...permissions(decoders)];
  const env = { UV_THREADPOOL_SIZE: "1", MALLOC_ARENA_MAX: "2" };
  const child = spawn(process.execPath, [...flags, entry, JSON.stringify(setup)], { env, cwd: projectHome });
  let said = "";
  let settle: ((reply: ChildReply) => void) | undefined;
  const tell = (reply: ChildReply): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(reply);
  };
  const end = (): void => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.kill("SIGKILL");
    child.unref();
  };
  const take = frameReader(limits.pixels * 3, tell);
  child.stdout.on("data", (bytes: Buffer) => {
    try {
      take(bytes);
    } catch {
      end(); // no frame of ours: whoever speaks there is not the child that was started
      tell("ended");
    }
  });
  child.stderr.on("data", (text: Buffer) => {
    if (said.length < 500) said = (said + text.toString("utf8")).slice(0, 500);
  });
  child.stdin.on("error", () => undefined); // its end is told by "close"
  child.on("error", () => tell("ended"));
  child.on("close", () => tell("ended"));
  const answered = (ms: number): Promise<ChildReply> =>
    new Promise((resolve) => {
      const late = setTimeout(() => {
        end();
        tell("too-long");
      }, ms);
      settle = (reply) => {
        clearTimeout(late);
        resolve(reply);
      };
    });
  const ready = await answered(START_MS);
  if (typeof ready === "string" || ready.line.kind !== "ready") {
    end();
    throw picturesFault("pictures/child", `The child that decodes pictures did not start: ${said}`);
  }
  return {
    wall: ready.line.wall,
    ask: (request, bytes, ms) => {
      const reply = answered(ms);
      child.stdin.write(frameHead(request, bytes.length));
      child.stdin.write(bytes);
      return reply;
    },
    end,
  };
}

/** Where no filter of system calls stands around it, Node's own rules stand around the child that needs no native code. */
function permissions(decoders: ChildSetup["decoders"]): string[] {
  if (process.platform === "linux" || decoders !== "wasm") return [];
  return ["--permission", ...programFolders.map((folder) => `--allow-fs-read=${folder}`)];
}

/** Puts frames together from whatever pieces come. Throws where a frame cannot be the child's. */
function frameReader(bodyMost: number, tell: (reply: ChildReply) => void): (bytes: Buffer) => void {
  let part = Buffer.alloc(LENGTHS_BYTES);
  let filled = 0;
  let next: "lengths" | "header" | "body" = "lengths";
  let bodyBytes = 0;
  let line: ChildLine | undefined;
  const begin = (kind: typeof next, lengthBytes: number): void => {
    [next, part, filled] = [kind, Buffer.allocUnsafe(lengthBytes), 0];
  };
  const finish = (): void => {
    if (next === "lengths") {
      const lengths = frameLengths(part);
      bodyBytes = lengths.bodyBytes;
      if (bodyBytes > bodyMost) throw new RangeError(`Cannot read a frame: its body names ${bodyBytes} bytes`);
      begin("header", lengths.headerBytes);
    } else if (next === "header") {
      line = JSON.parse(part.toString("utf8"));
      begin("body", bodyBytes);
    } else {
      const reply = line === undefined ? "ended" : { line, body: part };
      begin("lengths", LENGTHS_BYTES);
      tell(reply);
    }
  };
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(part, filled, at);
      [at, filled] = [at + copied, filled + copied];
      while (filled === part.length && (part.length > 0 || next === "body")) finish();
    }
  };
}
