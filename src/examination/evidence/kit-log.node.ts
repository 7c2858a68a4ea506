import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { CHAIN_START } from "#base/signing/node";
import { writeAllAt, writing } from "./durable-file.node.ts";
import { evidenceFault } from "./faults.ts";
import { fileLines } from "./file-lines.node.ts";
import { lockFolder } from "./folder-lock.node.ts";
import type { JournalBody } from "./journal-entry.ts";
import { type ChainedEntry, chainedLine, LINE_MAX_BYTES, readChainedLine } from "./journal-line.node.ts";

/** How long one examination waits for another that writes into the log. */
const WAIT_MS = 5000;

/** A kit's own log: every opening of a list, in every examination, outside the exhibits. */
export interface KitLog {
  /** Writes one entry, synced. @param at UTC, ISO 8601. @throws {Fault} evidence/kit-log, evidence/rights, evidence/no-space. */
  append(at: string, body: JournalBody): ChainedEntry;
  /** All entries, their chain proved. @throws {Fault} evidence/kit-log. */
  entries(): ChainedEntry[];
}

/**
 * The log at this path; made with its folder at the first entry. Chained as the journal is; a torn last line is cut off and the
 * next entry says so (`torn`: its bytes). Several processes may write; each proves the whole chain first.
 *
 * @param path Usually join(kitStateDir(process.env), "openings.jsonl").
 */
export function kitLog(path: string): KitLog {
  return {
    entries: () => readLog(path).entries,
    append: (at, body) => {
      const folder = dirname(path);
      writing(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
      const lock = lockFolder(folder, `${basename(path)}.lock`, WAIT_MS);
      try {
        return appendEntry(path, at, body);
      } finally {
        lock.release();
      }
    },
  };
}

function appendEntry(path: string, at: string, body: JournalBody): ChainedEntry {
  const { entries, wholeBytes, tornBytes } = readLog(path);
  const says = tornBytes > 0 ? { ...body, torn: tornBytes } : body;
  const last = entries.at(-1);
  const { entry, line } = chainedLine(
    { n: entries.length, at, kind: "opening", body: says },
    last?.hash ?? CHAIN_START,
  );
  return writing(path, () => {
    const fd = openSync(path, existsSync(path) ? "r+" : "wx+", 0o600);
    try {
      if (tornBytes > 0) ftruncateSync(fd, wholeBytes);
      writeAllAt(fd, line, wholeBytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return entry;
  });
}

function readLog(path: string): { entries: ChainedEntry[]; wholeBytes: number; tornBytes: number } {
  const entries: ChainedEntry[] = [];
  let wholeBytes = 0;
  for (const { bytes, ended, offsetBytes } of existsSync(path) ? fileLines(path, LINE_MAX_BYTES) : []) {
    if (!ended) break;
    const entry = readChainedLine(bytes, entries.length, entries.at(-1)?.hash ?? CHAIN_START);
    if (entry === undefined) {
      throw evidenceFault("evidence/kit-log", `The log's entry ${entries.length} is not what was written`, {
        place: path,
        values: { path },
      });
    }
    entries.push(entry);
    wholeBytes = offsetBytes + bytes.length + 1;
  }
  return { entries, wholeBytes, tornBytes: existsSync(path) ? statSync(path).size - wholeBytes : 0 };
}
