import { createHash } from "node:crypto";
import { fromHex } from "#base/values";
import type { UnreadRange } from "#examination/evidence";
import type { FileRow, RefusedRow } from "./engine-message.ts";
import { type FileTable, fileTable } from "./file-table.ts";

/** Entries that were not opened are kept one by one up to here. */
const REFUSED_MOST = 10_000;

/** What a listing told besides files. */
export interface Listing {
  /** SHA-256 over paths, sizes and times: the same folder gives the same. */
  digest: string;
  links: number;
  refused: { path: Uint8Array; why: UnreadRange["why"]; what: string }[];
}

/** Fills a table from the engine's listing. */
export function folderListing(): {
  table: FileTable;
  take(files: FileRow[], refused: RefusedRow[]): void;
  listing(): Listing;
} {
  const table = fileTable();
  const hash = createHash("sha256");
  const refused: Listing["refused"] = [];
  let links = 0;
  return {
    table,
    take(files, others) {
      for (const row of files) {
        hash.update(`${row.join(" ")}\n`);
        table.add(fromHex(row[0]), row[1], row[2]);
      }
      for (const [path, why, what] of others) {
        hash.update(`${path} ${why}\n`);
        if (why === "link") links++;
        else if (refused.length < REFUSED_MOST) refused.push({ path: fromHex(path), why, what });
      }
    },
    listing: () => ({ digest: hash.copy().digest("hex"), links, refused }),
  };
}
