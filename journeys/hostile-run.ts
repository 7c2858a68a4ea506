// How a hostile medium is handed to Phum: a child with limits, watched while it runs.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CaseFile, HostileCase } from "./hostile-case.ts";

const home = resolve(import.meta.dirname, "..");
/** A hang: far above what any case needs on a busy machine. */
const HANG_MS = 60_000;
const LOOK_MS = 15;
const TICKS_A_SECOND = 100;

/** How a run ended, and what it took. */
export interface WatchedRun {
  exit: number | null;
  signal: string | null;
  said: string;
  /** Most memory of one process; 0 where the machine does not tell (no /proc). */
  memoryBytes: number;
  /** Processor time of the process that is named, its threads included; 0 where the machine does not tell. */
  processorSeconds: number;
}

/** Writes a case's files into a new folder; gives the first one's path. */
export function writeCase(dir: string, files: Record<string, CaseFile>): string {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  for (const [name, file] of Object.entries(files)) {
    const path = join(dir, name);
    writeFileSync(path, "bytes" in file ? file.bytes : file);
    if ("bytes" in file) truncateSync(path, file.sizeBytes);
  }
  return join(dir, Object.keys(files)[0] ?? "");
}

/** The words that hand a case's file to Phum. */
export function wordsOf({ words = ["list", "--deleted"] }: HostileCase, path: string): string[] {
  const [verb, ...more] = words;
  return [verb, path, ...more];
}

/** Runs Phum in a folder; never throws for how it ends. */
export function watchedPhum(
  words: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<WatchedRun> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(home, "phum.mjs"), ...words], { cwd, env });
    let said = "";
    let [memoryBytes, processorSeconds] = [0, 0];
    const hear = (text: Buffer): void => {
      if (said.length < 4_000_000) said += text.toString("utf8");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const look = setInterval(() => {
      const own = child.pid ?? 0;
      processorSeconds = Math.max(processorSeconds, processorOf(own));
      for (const pid of [own, ...childrenOf(own)]) memoryBytes = Math.max(memoryBytes, peakOf(pid));
    }, LOOK_MS);
    const hang = setTimeout(() => child.kill("SIGKILL"), HANG_MS);
    child.on("error", failed);
    child.on("close", (exit, signal) => {
      clearInterval(look);
      clearTimeout(hang);
      done({ exit, signal, said, memoryBytes, processorSeconds });
    });
  });
}

function told(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // ended, or no /proc here
  }
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(told(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function processorOf(pid: number): number {
  const fields = told(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_A_SECOND;
}

function childrenOf(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const own = tasks.flatMap((task) =>
      told(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number),
    );
    return [...own, ...own.flatMap(childrenOf)];
  } catch {
    return [];
  }
}
