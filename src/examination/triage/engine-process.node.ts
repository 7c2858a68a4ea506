import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { entryFile } from "#base/machine/node";
import { spawnWithDevice } from "#examination/sources/node";
import type { EngineLine, EngineStart, Job, SupervisorLine } from "./engine-message.ts";
import { engineRights } from "./engine-rights.node.ts";

const GONE_MS = 300;

/** Room for V8's own objects in the engine; the lists and buffers are outside of it. */
const HEAP_MB = 160;
/** glibc keeps a heap of its own for every thread otherwise: 6 MB less each. */
const FEW_ARENAS = { MALLOC_ARENA_MAX: "2" };
const ERROR_TEXT_BYTES = 4096;

/** How an engine is started. */
export interface EngineLaunch {
  start: EngineStart;
  /** A command before the engine's own that may open the device, e.g. ["sudo"]. */
  elevate?: string[];
}

/** What a running engine tells. */
export interface EngineEvents {
  line(line: EngineLine): void;
  /** Once; never after kill(). `cause` is a Fault where the device could not be opened. */
  ended(how: { errorText: string; cause?: unknown }): void;
}

export interface EngineProcess {
  readonly pid: number | undefined;
  send(jobs: Job[]): void;
  /**
   * Ends it at once and forgets it, even where it hangs in a read that the system cannot interrupt.
   *
   * @returns When it is gone, at the latest after 0.3 s.
   */
  kill(): Promise<void>;
}

/** Starts an engine: plain, or as a child of the one process that may open a device. Secrets go through its standard input. */
export function launchEngine({ start, elevate }: EngineLaunch, events: EngineEvents): EngineProcess {
  const entry = entryFile("src/examination/triage/engine.child.node.ts");
  const limits = [`--max-old-space-size=${HEAP_MB}`, "--max-semi-space-size=1"];
  const command = [process.execPath, ...limits, ...engineRights(start), entry];
  let forgotten = false;
  let errorText = "";
  const ended = (cause?: unknown): void => {
    if (forgotten) return;
    forgotten = true;
    events.ended(cause === undefined ? { errorText } : { errorText, cause });
  };
  const { child, forget } = childOf(start, { command, elevate }, ended);
  child.stderr?.on("data", (text: Buffer) => {
    errorText = (errorText + text.toString("utf8")).slice(-ERROR_TEXT_BYTES);
  });
  child.stdin?.on("error", () => undefined); // its end is told by "ended"
  if (child.stdout !== null) {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (text) => {
      if (forgotten) return;
      const line = engineLine(text);
      if (line !== undefined) events.line(line);
    });
  }
  child.stdin?.write(`${JSON.stringify(start)}\n`);
  return {
    pid: child.pid,
    send: (jobs) => {
      const line: SupervisorLine = { kind: "jobs", jobs };
      if (!forgotten) child.stdin?.write(`${JSON.stringify(line)}\n`);
    },
    kill: () => {
      forgotten = true;
      return forget();
    },
  };
}

function childOf(
  start: EngineStart,
  { command, elevate }: { command: string[]; elevate: string[] | undefined },
  ended: (cause?: unknown) => void,
): { child: ChildProcess; forget(): Promise<void> } {
  if (start.source.kind === "device") {
    const device = spawnWithDevice(start.source.path, command, elevate === undefined ? {} : { elevate });
    device.ended.then(() => ended(), ended);
    return {
      child: device.child,
      forget: () => {
        device.stop();
        return within(device.ended.catch(() => undefined));
      },
    };
  }
  const [program = process.execPath, ...rest] = command;
  const child = spawn(program, rest, { env: FEW_ARENAS, stdio: ["pipe", "pipe", "pipe"] });
  const gone = new Promise<void>((resolve) => {
    child.on("exit", () => resolve());
    child.on("error", (cause) => {
      ended(cause);
      resolve();
    });
  });
  child.on("close", () => ended());
  const forget = (): Promise<void> => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.kill("SIGKILL");
    child.unref();
    return within(gone);
  };
  return { child, forget };
}

/** Waits for it, but not for ever. */
async function within(gone: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GONE_MS);
  });
  await Promise.race([gone, late]);
  clearTimeout(timer);
}

function engineLine(text: string): EngineLine | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut off by the engine's sudden end
  }
}
