import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, statSync } from "node:fs";
import { CHAIN_START } from "#base/signing/node";
import { writeAllAt, writing } from "./durable-file.node.ts";
import { evidenceFault } from "./faults.ts";
import { fileLines } from "./file-lines.node.ts";
import { JOURNAL_KINDS, type JournalBody, type JournalEntry, type JournalKind } from "./journal-entry.ts";
import { chainedLine, LINE_MAX_BYTES, readChainedLine } from "./journal-line.node.ts";

/** How far a journal could be read. */
export interface JournalEnd {
  /** Whole entries. */
  entries: number;
  /** Hash of the last, or 64 zeros. */
  head: string;
  /** Bytes of the whole entries; what stands after them was torn by a crash. */
  wholeBytes: number;
  tornBytes: number;
}

/**
 * Reads a journal entry by entry, proving the chain.
 *
 * What a crash or power cut leaves at the end is not an error: a last line without line feed, or a tail that begins with a
 * line holding NUL bytes and holds no signed checkpoint. Everything else that is not the next entry is tampering.
 *
 * @throws {Fault} evidence/tampered, naming the entry; whatever `onEntry` throws.
 */
export function readJournal(path: string, onEntry: (entry: JournalEntry) => void): JournalEnd {
  let entries = 0;
  let head = CHAIN_START;
  let wholeBytes = 0;
  let torn = false;
  for (const { bytes, ended, offsetBytes } of existsSync(path) ? fileLines(path, LINE_MAX_BYTES) : []) {
    if (torn) {
      if (holdsSigned(bytes)) throw tamperedJournal(entries);
      continue;
    }
    const entry = ended ? readChainedLine(bytes, entries, head) : undefined;
    if (entry === undefined || !isKind(entry.kind)) {
      torn = (!ended && bytes.length < LINE_MAX_BYTES) || bytes.includes(0);
      if (!torn || (ended && holdsSigned(bytes))) throw tamperedJournal(entries);
      continue;
    }
    onEntry({ ...entry, kind: entry.kind });
    entries++;
    head = entry.hash;
    wholeBytes = offsetBytes + bytes.length + 1;
  }
  const sizeBytes = existsSync(path) ? statSync(path).size : 0;
  return { entries, head, wholeBytes, tornBytes: sizeBytes - wholeBytes };
}

/** The Fault for a journal whose entry `n` is not what was written. */
export function tamperedJournal(n: number): Error {
  return evidenceFault("evidence/tampered", `The journal's entry ${n} is not what was written`, {
    place: `journal.jsonl, entry ${n}`,
    values: { place: `journal.jsonl, ${n}` },
  });
}

function isKind(kind: string): kind is JournalKind {
  return JOURNAL_KINDS.some((known) => known === kind);
}

function holdsSigned(bytes: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(bytes);
  return text.includes('"kind":"checkpoint"') || text.includes('"kind":"closed"');
}

/** A journal open for appending. */
export interface JournalFile {
  readonly entries: number;
  readonly head: string;
  append(at: string, kind: JournalKind, body: JournalBody): JournalEntry;
  sync(): void;
  close(): void;
}

/** Opens a journal after its last whole entry; a torn tail is cut off. @throws {Fault} evidence/no-space, evidence/rights, evidence/write. */
export function openJournal(path: string, end: JournalEnd): JournalFile {
  const fd = writing(path, () => openSync(path, existsSync(path) ? "r+" : "wx+", 0o600));
  writing(path, () => {
    if (fstatSync(fd).size !== end.wholeBytes) ftruncateSync(fd, end.wholeBytes);
  });
  let { entries, head, wholeBytes } = end;
  return {
    get entries() {
      return entries;
    },
    get head() {
      return head;
    },
    append: (at, kind, body) => {
      const { entry, line } = chainedLine({ n: entries, at, kind, body }, head);
      writing(path, () => writeAllAt(fd, line, wholeBytes));
      entries++;
      head = entry.hash;
      wholeBytes += line.length;
      return { ...entry, kind };
    },
    sync: () => writing(path, () => fsyncSync(fd)),
    close: () => closeSync(fd),
  };
}
