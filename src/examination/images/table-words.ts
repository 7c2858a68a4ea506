import type { ByteSource } from "#examination/sources";
import { budgetCache } from "./budget-cache.ts";
import { readPart } from "./fields.ts";

const PAGE_BYTES = 64 * 1024;
const BUDGET_BYTES = 8 * 1024 * 1024;

/** Words of tables anywhere in a source, read by pages: a table of any claimed length costs what is looked up of it. */
export interface TableWords {
  /** The 32-bit word at a byte offset; null where it cannot be read. */
  u32(atByte: number): number | null;
  u64(atByte: number): bigint | null;
}

/** Reads words of a source through pages of 64 KiB, at most 8 MiB of them. */
export function tableWords(source: ByteSource, littleEndian: boolean): TableWords {
  const pages = budgetCache<DataView>(BUDGET_BYTES);
  const view = (atByte: number, length: number): { page: DataView; at: number } | null => {
    if (!Number.isSafeInteger(atByte) || atByte < 0) return null;
    const number = Math.floor(atByte / PAGE_BYTES);
    let page = pages.get(number);
    if (page === undefined) {
      // A word may begin in one page and end in the next: each page holds 8 bytes more.
      const bytes = readPart(source, number * PAGE_BYTES, PAGE_BYTES + 8);
      page = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      pages.set(number, page, bytes.length + 64);
    }
    const at = atByte - number * PAGE_BYTES;
    return at + length <= page.byteLength ? { page, at } : null;
  };
  return {
    u32: (atByte) => {
      const found = view(atByte, 4);
      return found === null ? null : found.page.getUint32(found.at, littleEndian);
    },
    u64: (atByte) => {
      const found = view(atByte, 8);
      return found === null ? null : found.page.getBigUint64(found.at, littleEndian);
    },
  };
}
