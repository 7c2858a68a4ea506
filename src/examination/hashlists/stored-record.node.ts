import { LIST_ALGORITHMS, type ListAlgorithm, type ListRecord } from "./list-record.ts";

// A record in the lab's store (docs/formats/hash-list.md), little-endian: flags u8 | group u8 | [md5 16] [sha1 20] [sha256 32] [size u64]
// [PhotoDNA: u16 length, ASCII] [series: u16 length, UTF-8; id: u16 length, UTF-8].

const RECORD_FLAG = { md5: 1, sha1: 2, sha256: 4, size: 8, photoDna: 16, texts: 32 } as const;
const DIGEST_BYTES: Record<ListAlgorithm, number> = { md5: 16, sha1: 20, sha256: 32 };
/** The longest record: all digests, a PhotoDNA value of 144 numbers, two texts of 200 letters. */
export const RECORD_BYTES_MOST = 4096;

/** A record as it is given back: digests as bytes. */
export interface StoredRecord {
  digests: Partial<Record<ListAlgorithm, Uint8Array>>;
  sizeBytes?: number;
  /** Position in the header's groups. */
  group: number;
  photoDna?: string;
  series: string;
  id: string;
}

/** Writes a record. @returns where the next begins. */
export function packRecord(
  bytes: Buffer,
  at: number,
  { record, group }: { record: ListRecord; group: number },
): number {
  let [flags, next] = [0, at + 2];
  for (const algorithm of LIST_ALGORITHMS) {
    const digest = record[algorithm];
    if (digest === undefined) continue;
    flags |= RECORD_FLAG[algorithm];
    next += bytes.write(digest, next, "hex");
  }
  if (record.sizeBytes !== undefined) {
    flags |= RECORD_FLAG.size;
    next = bytes.writeUInt32LE(record.sizeBytes % 2 ** 32, next);
    next = bytes.writeUInt32LE(Math.floor(record.sizeBytes / 2 ** 32), next);
  }
  if (record.photoDna !== undefined) {
    flags |= RECORD_FLAG.photoDna;
    next = packText(bytes, next, record.photoDna);
  }
  if (record.series !== "" || record.id !== "") {
    flags |= RECORD_FLAG.texts;
    next = packText(bytes, packText(bytes, next, record.series), record.id);
  }
  bytes[at] = flags;
  bytes[at + 1] = group;
  return next;
}

function packText(bytes: Buffer, at: number, text: string): number {
  const length = bytes.write(text, at + 2, "utf8");
  bytes.writeUInt16LE(length, at);
  return at + 2 + length;
}

/** Reads the record at a place; undefined: it does not end within these bytes. */
export function unpackRecord(bytes: Buffer, at: number): { record: StoredRecord; next: number } | undefined {
  const flags = bytes[at] ?? 0;
  const record: StoredRecord = { digests: {}, group: bytes[at + 1] ?? 0, series: "", id: "" };
  let next = at + 2;
  for (const algorithm of LIST_ALGORITHMS) {
    if ((flags & RECORD_FLAG[algorithm]) === 0) continue;
    record.digests[algorithm] = bytes.subarray(next, next + DIGEST_BYTES[algorithm]);
    next += DIGEST_BYTES[algorithm];
  }
  if ((flags & RECORD_FLAG.size) !== 0) {
    if (next + 8 > bytes.length) return undefined;
    record.sizeBytes = bytes.readUInt32LE(next) + bytes.readUInt32LE(next + 4) * 2 ** 32;
    next += 8;
  }
  const text = (): string => {
    if (next + 2 > bytes.length) {
      next = bytes.length + 1;
      return "";
    }
    const end = next + 2 + bytes.readUInt16LE(next);
    const said = bytes.toString("utf8", next + 2, Math.min(end, bytes.length));
    next = end;
    return said;
  };
  if ((flags & RECORD_FLAG.photoDna) !== 0) record.photoDna = text();
  if ((flags & RECORD_FLAG.texts) !== 0) [record.series, record.id] = [text(), text()];
  return next <= bytes.length ? { record, next } : undefined;
}
