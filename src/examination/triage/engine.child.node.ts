// Entry of the engine: a process that holds the opened lists, reads the source and looks for what is listed. Takes JSON lines
// on standard input (the first one holds secrets), says JSON lines on standard output. Writes no file. Ends when its
// standard input closes, so that it never outlives the examination.
import { createInterface } from "node:readline";
import { Fault } from "#base/faults";
import { writeOut } from "#base/machine/node";
import { type Engine, startEngine } from "./engine.node.ts";
import type { EngineLine, JobResult, SupervisorLine } from "./engine-message.ts";

/** Results are told at most this late, and before the supervisor runs out of work to give: so many, or of so many bytes. */
const SAY_MS = 100;
const SAY_AT_ONCE = 64;
const SAY_BYTES = 16 << 20;
const BEAT_MS = 500;

const waiting: JobResult[] = [];
let waitingBytes = 0;
let engine: Engine | undefined;

process.on("SIGINT", () => undefined); // Ctrl-C at the terminal reaches this process, too; the supervisor answers it
process.on("SIGHUP", () => undefined);

const lines = createInterface({ input: process.stdin });
let chain = Promise.resolve();
lines.on("line", (line) => {
  chain = chain.then(() => take(line)).catch(end);
});
// A thread that hangs in a read would hold up an orderly exit for ever.
lines.on("close", () => process.kill(process.pid, "SIGKILL"));
process.on("uncaughtException", end);
setInterval(flush, SAY_MS);
setInterval(() => {
  if (engine === undefined) return;
  for (const id of engine.stuck()) write({ kind: "stuck", id });
  write({ kind: "beat" });
}, BEAT_MS);

async function take(line: string): Promise<void> {
  if (engine === undefined) {
    engine = await startEngine(JSON.parse(line), say);
    write({ kind: "ready", memoryBytes: engine.memoryBytes, direct: engine.direct });
  } else {
    const { jobs }: SupervisorLine = JSON.parse(line);
    engine.take(jobs);
  }
}

function say(line: EngineLine): void {
  if (line.kind !== "done") {
    write(line);
    return;
  }
  waiting.push(...line.results);
  for (const { readBytes } of line.results) waitingBytes += readBytes;
  if (waiting.length >= SAY_AT_ONCE || waitingBytes >= SAY_BYTES) flush();
}

function flush(): void {
  if (waiting.length > 0) write({ kind: "done", results: waiting.splice(0) });
  waitingBytes = 0;
}

function write(line: EngineLine): void {
  writeOut(Buffer.from(`${JSON.stringify(line)}\n`));
}

function end(error: unknown): void {
  const values = error instanceof Fault ? error.values : {};
  const place = error instanceof Fault && error.place !== undefined ? { place: error.place } : {};
  const code = error instanceof Fault ? error.code : "triage/engine";
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write({ kind: "fault", code, message: error instanceof Fault ? error.message : message, values, ...place });
  process.exitCode = 1;
  process.kill(process.pid, "SIGKILL");
}
