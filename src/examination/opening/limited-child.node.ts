import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { entryFile, programFolders, projectHome } from "#base/machine/node";
import { spawnWithDevice } from "#examination/sources/node";
import { FRAME, frameReader, TEXT_HEAD_BYTES } from "./child-frame.ts";
import type { DeathCause, WalkPosition } from "./walk-state.ts";

/** V8's own memory; all memory together where the system can limit it, else the child ends itself at 900 MB. */
const HEAP_MB = 512;
const MEMORY_MOST_BYTES = 1_000_000_000;
const WATCH_MS = 100;
const SAID_MOST = 500;
/** Limits a process from outside, on Linux; buffers are beyond V8's own limit. */
const PRLIMITS = ["/usr/bin/prlimit", "/bin/prlimit"];
const OWN = ["src", "build", "node_modules", "package.json"].map((name) => join(projectHome, name));

/** How long a child may take. */
export interface ChildLimits {
  /** Without a word. */
  silentMs: number;
  /** With one object: an entry, a directory, a volume. */
  objectMs: number;
  totalMs: number;
}

/** What a child is started for. */
export interface LimitedJob {
  /** Entry file below the project. */
  entry: string;
  request: object;
  /** Descriptors of the evidence; they are 3, 4 … in the child. */
  fds: readonly number[];
  /** A device instead, 3 (direct) and 4 in the child, opened by the opener alone. */
  device?: { path: string; elevate: readonly string[] | null };
  limits: ChildLimits;
  signal?: AbortSignal;
  /** Takes what it says, one after another; a promise holds the child up until it is kept. */
  onJson(message: ChildMessage): Promise<void> | void;
  onText?(text: string, reached: WalkPosition): Promise<void> | void;
  onBytes?(piece: Uint8Array): Promise<void> | void;
}

/** A message of a child. */
export interface ChildMessage {
  kind: string;
  [name: string]: unknown;
}

/** How a child ended. "done": by its own word. */
export interface ChildEnd {
  why: "done" | "stopped" | DeathCause;
  /** What it wrote on its standard error, or threw; at most 500 characters. */
  said: string;
}

/** A child at work. */
export interface LimitedChild {
  /** Never rejects. */
  ended: Promise<ChildEnd>;
  /** One more line to a child that waits for orders. */
  order(order: object): void;
  stop(): void;
}

/**
 * Starts a child that parses foreign bytes: it may read Phum's own program and the descriptors it is given, and nothing else; no
 * file is written, nothing started, no network reached (Node's permission model); its memory is limited and its time watched.
 */
export function startLimited(job: LimitedJob): LimitedChild {
  const { child, end } = spawned(job);
  let settle: (end: ChildEnd) => void = () => undefined;
  const ended = new Promise<ChildEnd>((resolve) => {
    settle = resolve;
  });
  let said = "";
  let over = false;
  const clock = watchClock(job.limits, (why) => finish(why));
  const finish = (why: ChildEnd["why"]): void => {
    if (over) return;
    over = true;
    clock.end();
    job.signal?.removeEventListener("abort", stop);
    end();
    settle({ why, said });
  };
  const stop = (): void => finish("stopped");
  const hear = hearing(job, clock, {
    done: () => finish("done"),
    refused: () => finish("stopped"),
    threw: (text, memory) => {
      said = text;
      finish(memory ? "memory" : "ended");
    },
    isOver: () => over,
  });
  child.stderr?.on("data", (text: Buffer) => {
    if (said.length < SAID_MOST) said = (said + text.toString("utf8")).slice(0, SAID_MOST);
  });
  child.on("error", () => finish("ended"));
  child.on("close", () => void hear.rest().then(() => finish(/heap out of memory/.test(said) ? "memory" : "ended")));
  child.stdout?.on("data", (piece: Buffer) => {
    const busy = hear.take(piece);
    if (busy === undefined) return;
    child.stdout?.pause();
    busy.then(
      () => child.stdout?.resume(),
      () => finish("ended"),
    );
  });
  job.signal?.addEventListener("abort", stop, { once: true });
  child.stdin?.on("error", () => undefined); // its end is told by "close"
  child.stdin?.write(`${JSON.stringify(job.request)}\n`);
  if (job.signal?.aborted === true) stop();
  const order = (what: object): void => {
    if (!over) child.stdin?.write(`${JSON.stringify(what)}\n`);
  };
  return { ended, order, stop };
}

interface Heard {
  done(): void;
  threw(text: string, memory: boolean): void;
  /** Whoever takes what it says cannot. */
  refused(): void;
  isOver(): boolean;
}

/** Hands frames on in their order; while one is being taken, the others wait. */
function hearing(
  { onJson, onText, onBytes }: LimitedJob,
  clock: WatchClock,
  { done, threw, refused, isOver }: Heard,
): { take(piece: Uint8Array): Promise<void> | undefined; rest(): Promise<void> } {
  let busy: Promise<void> | undefined;
  const json = (payload: Uint8Array): Promise<void> | void => {
    const message = messageOf(payload);
    if (message === undefined) {
      threw("what it says is no JSON", false);
      return;
    }
    clock.heard(message.kind !== "beat");
    if (message.kind === "beat") return;
    const taken = onJson(message);
    if (message.kind === "done") done();
    else if (message.kind === "threw") threw(String(message["text"]), message["memory"] === true);
    return taken;
  };
  const one = (kind: number, payload: Uint8Array): Promise<void> | void => {
    try {
      return handed(kind, payload);
    } catch {
      refused();
    }
  };
  const handed = (kind: number, payload: Uint8Array): Promise<void> | void => {
    if (isOver()) return;
    if (kind === FRAME.json) return json(payload);
    clock.heard(true);
    if (kind === FRAME.bytes) return onBytes?.(payload);
    const view = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const reached = { tree: view.readUInt32LE(0), entries: view.readUIntLE(4, 6) };
    return onText?.(view.toString("utf8", TEXT_HEAD_BYTES), reached);
  };
  const read = frameReader(({ kind, payload }) => {
    if (busy === undefined) {
      const now = one(kind, payload);
      if (now instanceof Promise) busy = clock.held(now);
      return;
    }
    const kept = payload.slice();
    busy = busy.then(() => {
      const then = one(kind, kept);
      return then instanceof Promise ? clock.held(then) : undefined;
    });
  });
  return {
    take(piece) {
      try {
        read(piece);
      } catch {
        threw("what it says is no frame", false);
      }
      const waiting = busy;
      const over = (): void => {
        if (busy === waiting) busy = undefined;
      };
      waiting?.then(over, over);
      return waiting;
    },
    rest: () => busy ?? Promise.resolve(),
  };
}

function messageOf(payload: Uint8Array): ChildMessage | undefined {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("utf8"));
  } catch {
    return undefined;
  }
}

interface WatchClock {
  heard(progress: boolean): void;
  /** Time that others take does not count. */
  held(work: Promise<void>): Promise<void>;
  end(): void;
}

/** Counts beats of its own: time in which this process itself was busy does not count against the child. */
function watchClock({ silentMs, objectMs, totalMs }: ChildLimits, late: (why: DeathCause) => void): WatchClock {
  let [silent, object, total, holding] = [0, 0, 0, 0];
  const timer = setInterval(() => {
    if (holding > 0) return;
    silent += WATCH_MS;
    object += WATCH_MS;
    total += WATCH_MS;
    if (silent > silentMs) late("silent");
    else if (object > objectMs || total > totalMs) late("too-long");
  }, WATCH_MS);
  return {
    heard(progress) {
      silent = 0;
      if (progress) object = 0;
    },
    async held(work) {
      holding++;
      try {
        await work;
      } finally {
        holding--;
      }
    },
    end: () => clearInterval(timer),
  };
}

function spawned({ entry, fds, device }: LimitedJob): { child: ChildProcess; end(): void } {
  const [first = process.execPath, ...rest] = [...limitedNode(fds.length), entryFile(entry)];
  if (device !== undefined) {
    const how = device.elevate === null ? {} : { elevate: device.elevate };
    const { child, stop } = spawnWithDevice(device.path, [first, ...rest], how);
    return { child, end: stop };
  }
  const child = spawn(first, rest, { env: {}, cwd: projectHome, stdio: ["pipe", "pipe", "pipe", ...fds] });
  const end = (): void => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    child.kill("SIGKILL");
    child.unref();
  };
  return { child, end };
}

/** Node as a reader runs it, up to the entry file. @param files Descriptors it is given. */
export function limitedNode(files: number): string[] {
  const memory = [`--max-old-space-size=${HEAP_MB}`, "--max-semi-space-size=16", "--no-warnings"];
  const linked = programFolders.filter((folder) => folder !== projectHome);
  const rights = ["--permission", ...[...OWN, ...linked].map((path) => `--allow-fs-read=${path}`)];
  const node = [process.execPath, ...memory, ...rights];
  const prlimit = process.platform === "linux" ? PRLIMITS.find((path) => existsSync(path)) : undefined;
  if (prlimit === undefined) return node;
  return [prlimit, `--data=${MEMORY_MOST_BYTES}`, "--fsize=0", "--core=0", `--nofile=${files + 128}`, ...node];
}
