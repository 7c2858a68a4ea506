import { closeSync, openSync, readSync } from "node:fs";
import { Fault } from "#base/faults";
import { hashlistsFault } from "./faults.ts";
import { LIST_HEAD_BYTES, type ListFormat, listFormat, listReader } from "./list-format.node.ts";
import type { ListReading } from "./list-record.ts";
import { readSqlite } from "./read-sqlite.node.ts";

/** Small enough that what a piece holds is young garbage: with 1 MiB the same list takes 70 MB more. */
const PIECE_BYTES = 1 << 17;

/**
 * Says which format a list has, by its contents alone.
 *
 * @throws {Fault} hashlist/missing, hashlist/unreadable, hashlist/empty, hashlist/encoding, hashlist/unknown-format
 */
export function formatOfFile(path: string): ListFormat {
  return withFile(path, (fd) => {
    const head = new Uint8Array(LIST_HEAD_BYTES);
    const bytes = head.subarray(0, readSync(fd, head));
    if (bytes.length === 0) throw hashlistsFault("hashlist/empty", `${path} holds nothing`, { values: { path } });
    const format = listFormat(bytes);
    if (format === "utf-16") throw hashlistsFault("hashlist/encoding", `${path} is UTF-16`, { values: { path } });
    if (format === null) {
      throw hashlistsFault("hashlist/unknown-format", `${path} is no list that is known`, { values: { path } });
    }
    return format;
  });
}

/**
 * Reads a whole list: streams, in bounded memory. What was handed on counts only when this returns.
 *
 * @throws {Fault} hashlist/broken (it stops early, or is no list from some byte on), hashlist/child, and those of formatOfFile().
 */
export async function readListFile(path: string, format: ListFormat, reading: ListReading): Promise<void> {
  try {
    if (format === "nsrl-sqlite") {
      await readSqlite(path, reading);
      return;
    }
    await streamFile(path, format, reading);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const why = cause.message.replace(/^Cannot read the list: /, "");
    throw hashlistsFault("hashlist/broken", `${path}: ${why}`, { values: { path, why }, cause });
  }
}

async function streamFile(
  path: string,
  format: Exclude<ListFormat, "nsrl-sqlite">,
  { sink, from, pause }: ListReading,
): Promise<void> {
  await withFile(path, async (fd) => {
    const piece = new Uint8Array(PIECE_BYTES);
    const head = piece.slice(0, Math.min(readSync(fd, piece, 0, PIECE_BYTES, 0), LIST_HEAD_BYTES));
    const reader = listReader(format, sink, { head, from });
    let at = from?.offsetBytes ?? 0;
    for (;;) {
      const length = readSync(fd, piece, 0, PIECE_BYTES, at);
      if (length === 0) break;
      reader.push(piece.subarray(0, length));
      at += length;
      await pause(at, reader.mark);
    }
    reader.end();
  });
}

function withFile<T>(path: string, work: (fd: number) => T): T {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    throw hashlistsFault("hashlist/missing", `Cannot open ${path}`, { values: { path }, cause });
  }
  const close = (): void => closeSync(fd);
  try {
    const result = work(fd);
    if (!(result instanceof Promise)) {
      close();
      return result;
    }
    return result.then(
      (value) => {
        close();
        return value;
      },
      (error) => {
        close();
        throw unreadable(path, error);
      },
    ) as T;
  } catch (error) {
    close();
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error && "errno" in error)) return error;
  return hashlistsFault("hashlist/unreadable", `Cannot read ${path}`, { values: { path }, cause: error });
}
