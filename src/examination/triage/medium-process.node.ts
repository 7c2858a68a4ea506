import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { entryFile, projectHome } from "#base/machine/node";
import { fromHex } from "#base/values";
import { spawnWithDevice } from "#examination/sources/node";
import type { MediumLine, MediumRequest } from "./medium-message.ts";

/** V8's own memory in the child; with buffers it ends itself at 900 MB. */
const HEAP_MB = 512;
const WATCH_MS = 100;

/** How long a child may take. */
export interface MediumLimits {
  /** Without a word. */
  silentMs: number;
  /** In one tree. */
  treeMs: number;
  totalMs: number;
}

export const MEDIUM_LIMITS: MediumLimits = { silentMs: 20_000, treeMs: 180_000, totalMs: 600_000 };

/** How one child ended. */
export interface MediumOutcome {
  /** Its answer; absent where it ended without one. */
  line?: Exclude<MediumLine, { kind: "beat" | "tree" }>;
  /** The last tree it began with. */
  tree?: string;
  /** Why there is no answer; what it wrote on its standard error, at most 500 characters. */
  why: "answered" | "ended" | "silent" | "too-long" | "stopped";
  said: string;
}

/** What a child is started for. */
export interface MediumJob {
  request: MediumRequest;
  limits?: MediumLimits;
  /** A program that may open the device. */
  elevate?: string[];
  signal?: AbortSignal;
}

/**
 * Asks a child that may read and not write, and ends it where it takes too long. Never throws for what the child does.
 */
export function askMedium({ request, limits = MEDIUM_LIMITS, elevate, signal }: MediumJob): Promise<MediumOutcome> {
  const { child, end } = started(request, elevate);
  return new Promise((resolve) => {
    const startMs = performance.now();
    let [heardMs, treeMs] = [startMs, startMs];
    let tree: string | undefined;
    let said = "";
    const finish = (why: MediumOutcome["why"], line?: MediumOutcome["line"]): void => {
      clearInterval(watch);
      signal?.removeEventListener("abort", stopped);
      end();
      resolve({ why, said, ...(tree === undefined ? {} : { tree }), ...(line === undefined ? {} : { line }) });
    };
    const stopped = (): void => finish("stopped");
    const watch = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - heardMs > limits.silentMs) finish("silent");
      else if (nowMs - treeMs > limits.treeMs || nowMs - startMs > limits.totalMs) finish("too-long");
    }, WATCH_MS);
    child.stderr?.on("data", (text: Buffer) => {
      if (said.length < 500) said = (said + text.toString("utf8")).slice(0, 500);
    });
    child.on("error", () => finish("ended"));
    child.on("close", () => finish("ended"));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (text) => {
        heardMs = performance.now();
        const line = mediumLine(text);
        if (line?.kind === "tree") [tree, treeMs] = [line.tree, heardMs];
        else if (line !== undefined && line.kind !== "beat") finish("answered", line);
      });
    }
    if (signal?.aborted === true) stopped();
    signal?.addEventListener("abort", stopped, { once: true });
    child.stdin?.on("error", () => undefined); // its end is told by "close"
    child.stdin?.write(`${JSON.stringify(request)}\n`);
  });
}

/** A child that may read Phum's own folder and the folders of the image; a device comes as a descriptor. */
function started(request: MediumRequest, elevate: string[] | undefined): { child: ChildProcess; end(): void } {
  const limits = [`--max-old-space-size=${HEAP_MB}`, "--max-semi-space-size=4", "--no-warnings"];
  const rights = ["--permission", ...readable(request).map((folder) => `--allow-fs-read=${folder}`)];
  const command = [...limits, ...rights, entryFile("src/examination/triage/medium.child.node.ts")];
  if (request.verb !== "look" && request.source.kind === "device") {
    const how = elevate === undefined ? {} : { elevate };
    const device = spawnWithDevice(request.source.path, [process.execPath, ...command], how);
    return { child: device.child, end: () => device.stop() };
  }
  const child = spawn(process.execPath, command, { env: {}, cwd: projectHome, stdio: ["pipe", "pipe", "pipe"] });
  const end = (): void => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.kill("SIGKILL");
    child.unref();
  };
  return { child, end };
}

/** Folders a child may read. A name that is no text cannot be told to Node: then it may read everything, and write nothing. */
function readable(request: MediumRequest): string[] {
  const paths = request.verb === "look" ? [request.path] : segmentPaths(request.source);
  const folders = new Set<string>();
  for (const path of paths) {
    const bytes = fromHex(path);
    const folder = bytes.subarray(0, bytes.lastIndexOf(0x2f) + 1);
    const text = Buffer.from(folder).toString("utf8");
    if (text.includes("*") || !Buffer.from(text, "utf8").equals(folder)) return ["*"];
    folders.add(text);
  }
  return [projectHome, ...folders];
}

function segmentPaths(source: Exclude<MediumRequest, { verb: "look" }>["source"]): string[] {
  return source.kind === "image" ? source.segments.map(({ pathBytes }) => pathBytes) : [];
}

function mediumLine(text: string): MediumLine | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut off by the child's sudden end
  }
}
