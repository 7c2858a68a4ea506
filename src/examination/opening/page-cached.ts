import type { ByteSource } from "#examination/sources";

const PAGE_BYTES = 64 * 1024;
const PAGES = 256;
/** Longer reads gain nothing from pages. */
const SMALL_BYTES = 32 * 1024;

/**
 * The same source with small reads answered from pages of 64 KiB, at most 16 MiB of them: tables and small files stand
 * together. A page that cannot be read whole is not kept: then the source is asked for the bytes themselves.
 */
export function pageCached(source: ByteSource): ByteSource {
  const pages = new Map<number, Uint8Array>();
  const pageAt = (number: number): Uint8Array | null => {
    const known = pages.get(number);
    if (known !== undefined) {
      pages.delete(number);
      pages.set(number, known);
      return known;
    }
    const oldest = pages.size >= PAGES ? pages.keys().next().value : undefined;
    const room = oldest === undefined ? undefined : pages.get(oldest);
    if (oldest !== undefined) pages.delete(oldest);
    const length = Math.min(PAGE_BYTES, source.sizeBytes - number * PAGE_BYTES);
    const page = room?.length === length ? room : new Uint8Array(length);
    try {
      if (source.readSync(page, number * PAGE_BYTES) < length) return null;
    } catch {
      return null; // told when the bytes themselves are read
    }
    pages.set(number, page);
    return page;
  };
  return {
    sizeBytes: source.sizeBytes,
    readSync: (view, offsetBytes) => {
      const number = Math.floor(offsetBytes / PAGE_BYTES);
      const within = offsetBytes - number * PAGE_BYTES;
      const small = view.length <= SMALL_BYTES && within + view.length <= PAGE_BYTES;
      const inside =
        Number.isSafeInteger(offsetBytes) && offsetBytes >= 0 && offsetBytes + view.length <= source.sizeBytes;
      const page = small && inside && view.length > 0 ? pageAt(number) : null;
      if (page === null) return source.readSync(view, offsetBytes);
      view.set(page.subarray(within, within + view.length));
      return view.length;
    },
  };
}
