import { algorithmOfHex, LIST_ALGORITHMS, type ListAlgorithm } from "./list-record.ts";

// Rows as the child hands them on, little-endian: u32 length of what follows | u32 rows | rows of flags u8 (1 md5, 2 sha1, 4 sha256, 8 size,
// 16: a field was no digest), [md5 16] [sha1 20] [sha256 32] [size u64]. A frame of 0 rows: the end.

/** Rows in one frame. */
export const ROWS_AT_ONCE = 5000;
export const FRAME_BYTES_MOST = ROWS_AT_ONCE * 80 + 4;
export const ROW_FLAG = { md5: 1, sha1: 2, sha256: 4, size: 8, broken: 16 } as const;
export const ROW_DIGEST_BYTES: Record<ListAlgorithm, number> = { md5: 16, sha1: 20, sha256: 32 };

/** One row of a database, as it gives it. */
export type DatabaseRow = Partial<Record<ListAlgorithm | "size", unknown>>;

/** Writes a row. @returns where the next begins. */
export function packRow(bytes: Buffer, at: number, row: DatabaseRow): number {
  let [flags, next] = [0, at + 1];
  for (const algorithm of LIST_ALGORITHMS) {
    const given = row[algorithm];
    if (given === null || given === undefined || given === "") continue;
    if (typeof given !== "string" || algorithmOfHex(given) !== algorithm) flags |= ROW_FLAG.broken;
    else {
      flags |= ROW_FLAG[algorithm];
      next += bytes.write(given, next, "hex");
    }
  }
  const size = typeof row.size === "bigint" ? Number(row.size) : row.size;
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) {
    flags |= ROW_FLAG.size;
    bytes.writeBigUInt64LE(BigInt(size), next);
    next += 8;
  }
  bytes[at] = flags;
  return next;
}
