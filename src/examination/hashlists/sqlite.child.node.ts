// Entry of a child that reads one SQLite database of the NSRL (RDS 3) and nothing else: read-only, no extension, nothing written, no
// memory beyond its limit. It is told a path and gives rows; SQL text of the database itself (views, triggers) runs only where no
// table holds the digests.
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { writeOut } from "#base/machine/node";
import { LIST_ALGORITHMS } from "./list-record.ts";
import { type DatabaseRow, FRAME_BYTES_MOST, packRow, ROWS_AT_ONCE } from "./sqlite-message.node.ts";

const SIZE_NAMES = ["file_size", "filesize", "bytes", "size"];
const PREFERRED = ["metadata", "file", "distinct_hash"];

if (process.permission === undefined) throw new Error("A reader of databases works under limits only");
try {
  readAll(process.argv[2] ?? "", Number(process.argv[3] ?? 0));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}`.slice(0, 300));
  process.exitCode = 65;
}

function readAll(path: string, passed: number): void {
  const url = pathToFileURL(path);
  // Immutable: no journal beside it is looked for, none is written.
  url.search = "?mode=ro&immutable=1";
  const database = new DatabaseSync(url, { readOnly: true, allowExtension: false });
  database.exec("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;");
  const { name, columns, size } = tableOf(database);
  const wanted = [
    ...columns.map((column) => `${quoted(column)} AS ${column.toLowerCase()}`),
    ...(size === undefined ? [] : [`${quoted(size)} AS size`]),
  ];
  const rows = database.prepare(`SELECT ${wanted.join(", ")} FROM ${quoted(name)} LIMIT -1 OFFSET ?`);
  rows.setReadBigInts(true);
  const frame = Buffer.alloc(FRAME_BYTES_MOST + 4);
  let [at, count] = [8, 0];
  const flush = (): void => {
    frame.writeUInt32LE(at - 4, 0);
    frame.writeUInt32LE(count, 4);
    writeOut(frame.subarray(0, at));
    [at, count] = [8, 0];
  };
  for (const row of rows.iterate(passed)) {
    at = packRow(frame, at, row as DatabaseRow);
    if (++count === ROWS_AT_ONCE) flush();
  }
  if (count > 0) flush();
  flush();
}

/** The table that holds the digests; a view only where there is none. */
function tableOf(database: DatabaseSync): { name: string; columns: string[]; size: string | undefined } {
  const found: { name: string; columns: string[]; size: string | undefined; rank: number }[] = [];
  const objects = database.prepare("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') LIMIT 1000");
  for (const { name, type } of objects.all()) {
    if (typeof name !== "string") continue;
    const names = database
      .prepare("SELECT name FROM pragma_table_info(?) LIMIT 1000")
      .all(name)
      .map((row) => String(row["name"]));
    const columns = names.filter((column) => LIST_ALGORITHMS.some((algorithm) => algorithm === column.toLowerCase()));
    if (columns.length === 0) continue;
    const size = names.find((column) => SIZE_NAMES.includes(column.toLowerCase()));
    const preferred = PREFERRED.indexOf(name.toLowerCase());
    const rank = (type === "view" ? 100 : 0) + (size === undefined ? 10 : 0) + (preferred < 0 ? 5 : preferred);
    found.push({ name, columns, size, rank });
  }
  const [best] = found.sort((a, b) => a.rank - b.rank);
  if (best === undefined) throw new Error("no table holds digests");
  return best;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
