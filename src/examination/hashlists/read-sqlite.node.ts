import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { entryFile, projectHome } from "#base/machine/node";
import { hashlistsFault } from "./faults.ts";
import { giveRecord, LIST_ALGORITHMS, type ListReading, type ListSink, type RawRecord } from "./list-record.ts";
import { FRAME_BYTES_MOST, ROW_DIGEST_BYTES, ROW_FLAG } from "./sqlite-message.node.ts";

const HEAP_MB = 256;
const MEMORY_MOST_BYTES = 1_000_000_000;
const SILENT_MS = 60_000;
const PRLIMITS = ["/usr/bin/prlimit", "/bin/prlimit"];
const OWN_FOLDERS = ["src", "build", "node_modules", "package.json"];

/**
 * Reads the rows of an NSRL database in a child that can read that file, write none, start nothing and reach no network. A place's
 * line is the row, in the order of the table.
 *
 * Goes on behind the row `from` names; calls `pause` between frames, and what it throws ends the child.
 *
 * @throws {Fault} hashlist/child, where it ends early, is silent for a minute, or holds no digests.
 */
export async function readSqlite(path: string, { sink, from, pause }: ListReading): Promise<void> {
  const real = realpathSync(path);
  const passed = from?.offsetBytes ?? 0;
  const [program = "", ...words] = limited(real, passed);
  const child = spawn(program, words, { env: {}, cwd: projectHome, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    if (said.length < 300) said = (said + text.toString("utf8")).slice(0, 300);
  });
  const closed = new Promise<void>((resolve) => {
    child.on("close", () => resolve());
    child.on("error", () => resolve());
  });
  const clock = setInterval(() => {
    if (!child.stdout.isPaused() && Date.now() - heardMs > SILENT_MS) child.kill("SIGKILL");
  }, 1000);
  let heardMs = Date.now();
  const frames = rowFrames(sink, passed);
  try {
    for await (const piece of child.stdout) {
      frames.push(piece);
      await pause(frames.rows(), () => ({ offsetBytes: frames.rows(), state: null }));
      heardMs = Date.now();
    }
    await closed;
  } finally {
    clearInterval(clock);
    child.kill("SIGKILL");
  }
  if (!frames.ended()) {
    const why = said.replace(/[^\x20-\x7e]+/g, " ").trim();
    throw hashlistsFault("hashlist/child", `The database could not be read: ${why}`, {
      values: { path, why: why || "?" },
    });
  }
}

/** Node as this reader is run. */
function limited(path: string, passed: number): string[] {
  const rights = ["--permission", ...OWN_FOLDERS.map((name) => `--allow-fs-read=${join(projectHome, name)}`)];
  const entry = entryFile("src/examination/hashlists/sqlite.child.node.ts");
  const node = [process.execPath, `--max-old-space-size=${HEAP_MB}`, "--no-warnings", ...rights];
  const command = [...node, `--allow-fs-read=${path}`, entry, path, String(passed)];
  const prlimit = process.platform === "linux" ? PRLIMITS.find((at) => existsSync(at)) : undefined;
  if (prlimit === undefined) return command;
  return [prlimit, `--data=${MEMORY_MOST_BYTES}`, "--fsize=0", "--core=0", "--nofile=128", ...command];
}

/** Takes the child's frames apart; `passed` rows were taken before. Exported for its tests: what a child says is foreign. */
export function rowFrames(
  sink: ListSink,
  passed = 0,
): { push(bytes: Uint8Array): void; ended(): boolean; rows(): number } {
  let rest = Buffer.alloc(0);
  let [row, over] = [passed, false];
  return {
    rows: () => row,
    ended: () => over,
    push(bytes) {
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      let from = 0;
      while (!over && rest.length - from >= 8) {
        const length = rest.readUInt32LE(from);
        if (length < 4 || length > FRAME_BYTES_MOST) throw broken();
        if (rest.length - from - 4 < length) break;
        const rows = rest.readUInt32LE(from + 4);
        takeRows(rest.subarray(from + 8, from + 4 + length), rows, (raw) => {
          const place = { offsetBytes: 0, line: ++row };
          if (raw === null) sink.reject("bad-digest", place);
          else giveRecord(sink, raw, place);
        });
        over = rows === 0;
        from += 4 + length;
      }
      rest = rest.subarray(from);
    },
  };
}

function takeRows(bytes: Buffer, rows: number, take: (raw: RawRecord | null) => void): void {
  let at = 0;
  for (let i = 0; i < rows; i++) {
    if (at >= bytes.length) throw broken();
    const flags = bytes[at++] ?? 0;
    const raw: RawRecord = {};
    let digests = 0;
    for (const algorithm of LIST_ALGORITHMS) {
      if ((flags & ROW_FLAG[algorithm]) === 0) continue;
      raw[algorithm] = bytes.toString("hex", at, at + ROW_DIGEST_BYTES[algorithm]);
      at += ROW_DIGEST_BYTES[algorithm];
      digests++;
    }
    if ((flags & ROW_FLAG.size) !== 0) {
      if (at + 8 > bytes.length) throw broken();
      raw.size = Number(bytes.readBigUInt64LE(at));
      at += 8;
    }
    const isBroken = (flags & ROW_FLAG.broken) !== 0;
    const missing = LIST_ALGORITHMS.find((algorithm) => raw[algorithm] === undefined);
    if (isBroken && missing !== undefined) raw[missing] = "?"; // told as what it is: no digest
    take(digests === 0 && isBroken ? null : raw);
  }
  if (at !== bytes.length) throw broken();
}

function broken(): Error {
  return new RangeError("Cannot read the list: its reader speaks otherwise");
}
