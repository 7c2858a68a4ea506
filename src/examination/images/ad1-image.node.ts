import { inflateAtOnce } from "#base/unpacking/node";
import { utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import { budgetCache } from "./budget-cache.ts";
import { readFields, readPart } from "./fields.ts";
import {
  type ImageFile,
  type LogicalEntry,
  noAcquisition,
  type OpenImage,
  type Refusal,
  type Siblings,
} from "./image.ts";
import { latin, latinBytes } from "./latin.ts";
import { mappedMedia, NO_MEDIA, type Unread } from "./mapped-media.ts";
import { siblingNamed } from "./parents.ts";
import { joinFiles } from "./raw-image.ts";
import { tableWords } from "./table-words.ts";

const SEGMENT_HEADER_BYTES = 512;
const SEGMENTS_LIMIT = 100_000;
const ENTRIES_LIMIT = 10_000_000;
const DEPTH_LIMIT = 1024;
const NAME_LIMIT_BYTES = 64 * 1024;
const CHUNK_LIMIT_BYTES = 16 * 1024 * 1024;
const DIRECTORY = 5;
const DELETED = 2;

/**
 * Opens a logical image of FTK (AD1, versions 3 and 4): a tree of files without their disk, chunk by chunk deflated.
 *
 * @returns Null where the file is none; refusals for encrypted ones and missing segments.
 */
export function openAd1(file: ImageFile, siblings: Siblings): OpenImage | Refusal | null {
  const head = readFields(file.source, 0, SEGMENT_HEADER_BYTES);
  if (head.text(0, 8) === "ADCRYPT\0") return { refused: "ad1-kind", values: { kind: "ADCRYPT" } };
  if (head.text(0, 15) !== "ADSEGMENTEDFILE") return null;
  const segments = openSegments(file, { siblings, count: head.u32(0x1c), own: head.u32(0x18) });
  if ("refused" in segments) return segments;
  const body = joinFiles(
    segments.map(({ source }) =>
      slice(source, SEGMENT_HEADER_BYTES, Math.max(0, source.sizeBytes - SEGMENT_HEADER_BYTES)),
    ),
  );
  const logical = readFields(body, 0, 92);
  const [version, chunkBytes, firstAt] = [logical.u32(16), logical.u32(24), logical.u64(36)];
  if (logical.text(0, 14) !== "ADLOGICALIMAGE") return { refused: "ad1-damaged", values: {} };
  if (version !== 3 && version !== 4) return { refused: "ad1-kind", values: { kind: `version ${version}` } };
  if (chunkBytes === 0 || chunkBytes > CHUNK_LIMIT_BYTES) return { refused: "ad1-damaged", values: {} };
  const acquisition = noAcquisition();
  const named = readPart(body, version === 4 ? logical.u64(52) : 92, Math.min(logical.u32(44), NAME_LIMIT_BYTES));
  if (named.length > 0) acquisition.facts["source"] = new TextDecoder().decode(named);
  return {
    format: "ad1",
    variant: `version ${version}`,
    files: segments.map(({ name }) => name),
    media: NO_MEDIA,
    unread: [],
    acquisition,
    problems: [],
    entries: () => walk({ body, chunkBytes }, firstAt),
  };
}

function openSegments(
  file: ImageFile,
  { siblings, count, own }: { siblings: Siblings; count: number; own: number },
): ImageFile[] | Refusal {
  if (count > SEGMENTS_LIMIT) return { refused: "ad1-damaged", values: {} };
  const segments: ImageFile[] = [];
  const stem = latin(file.name).replace(/\d+$/, "");
  for (let number = 1; number <= Math.max(1, count); number++) {
    const wanted = `${stem}${number}`;
    const name = number === own ? file.name : siblingNamed(siblings, new TextDecoder().decode(latinBytes(wanted)));
    const source = number === own ? file.source : name === null ? null : siblings.open(name);
    if (name === null || source === null) return { refused: "segment-missing", values: { segment: wanted } };
    segments.push({ name, source });
  }
  return segments;
}

interface Body {
  body: ByteSource;
  chunkBytes: number;
}

/** The tree, parents before children; each item is visited once, so that a loop ends. */
function* walk(image: Body, firstAt: number): Generator<LogicalEntry> {
  const seen = new Set<number>();
  const waiting: { at: number; path: Uint8Array[] }[] = [{ at: firstAt, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, path } = next;
    if (at === 0 || at >= image.body.sizeBytes || seen.has(at) || seen.size >= ENTRIES_LIMIT) continue;
    seen.add(at);
    const item = readFields(image.body, at, 48);
    if (item.bytes.length < 48) continue;
    const name = readPart(image.body, at + 48, Math.min(item.u32(44), NAME_LIMIT_BYTES));
    const own = [...path, ...logicalNames(name)];
    const kind = item.u32(40);
    yield {
      path: own,
      kind: kind === DIRECTORY ? "directory" : "file",
      deleted: kind === DELETED,
      sizeBytes: kind === DIRECTORY ? 0 : item.u64(32),
      ...facts(image.body, item.u64(16)),
      read: kind === DIRECTORY ? NO_MEDIA : content(image, item.u64(24), item.u64(32)),
    };
    // The next sibling waits below the children: they come first.
    waiting.push({ at: item.u64(0), path });
    if (own.length < DEPTH_LIMIT) waiting.push({ at: item.u64(8), path: own });
  }
}

/** Names may hold a whole path of the system they come from. */
function logicalNames(name: Uint8Array): Uint8Array[] {
  return new TextDecoder()
    .decode(name)
    .split("\\")
    .filter((part) => part !== "")
    .map(utf8);
}

/** A file's bytes: a table of offsets, then the chunks, each deflated by itself. No more than chunks whose offsets could stand in the body. */
function content({ body, chunkBytes }: Body, tableAt: number, sizeBytes: number): ByteSource {
  if (tableAt === 0 || !Number.isSafeInteger(sizeBytes)) return NO_MEDIA;
  const words = tableWords(body, true);
  const plain = budgetCache<Uint8Array | Unread>(4 * CHUNK_LIMIT_BYTES);
  const broken: Unread = { is: "unread", why: "input-error", code: "CHECKSUM" };
  const unpack = (chunk: number): Uint8Array | Unread => {
    const [from, to] = [words.u64(tableAt + 8 + chunk * 8), words.u64(tableAt + 16 + chunk * 8)];
    if (from === null || to === null || to <= from) return broken;
    const bytes = readPart(body, Number(from), Math.min(Number(to - from), chunkBytes * 2 + 1024));
    try {
      return inflateAtOnce(bytes, "zlib", { maxOutputLength: chunkBytes }).bytes;
    } catch {
      return broken;
    }
  };
  const most = Math.ceil(body.sizeBytes / 8) * chunkBytes;
  return mappedMedia(Math.min(sizeBytes, most), (offsetBytes) => {
    const chunk = Math.floor(offsetBytes / chunkBytes);
    const load = (): Uint8Array | Unread => {
      const known = plain.get(chunk);
      if (known !== undefined) return known;
      const got = unpack(chunk);
      plain.set(chunk, got, chunkBytes);
      return got;
    };
    const skip = offsetBytes - chunk * chunkBytes;
    return { endByte: (chunk + 1) * chunkBytes, stretch: { is: "block", load, skip } };
  });
}

const TIMES: Record<number, "accessedMs" | "createdMs" | "modifiedMs" | "changedMs"> = {
  7: "accessedMs",
  8: "createdMs",
  9: "modifiedMs",
  10: "changedMs",
};

/** Times and digests of an item: a chain of records, forward only. */
function facts(body: ByteSource, firstAt: number): Pick<LogicalEntry, "times" | "hashes"> {
  const found: Pick<LogicalEntry, "times" | "hashes"> = { times: {}, hashes: [] };
  for (let [at, count] = [firstAt, 0]; at > 0 && at < body.sizeBytes && count < 256; count++) {
    const record = readFields(body, at, 20);
    const key = record.u32(12);
    const value = latin(readPart(body, at + 20, Math.min(record.u32(16), 128)));
    const time = TIMES[key];
    if (record.u32(8) === 5 && time !== undefined) {
      const ms = timeMs(value);
      if (ms !== null) found.times[time] = ms;
    }
    if (key === 0x5001 && /^[0-9a-f]{32}$/i.test(value))
      found.hashes.push({ algorithm: "md5", digest: value.toLowerCase() });
    if (key === 0x5002 && /^[0-9a-f]{40}$/i.test(value))
      found.hashes.push({ algorithm: "sha1", digest: value.toLowerCase() });
    const next = record.u64(0);
    if (next <= at) break;
    at = next;
  }
  return found;
}

/** "20170331T180231.189682" in universal time. */
function timeMs(text: string): number | null {
  const [, y, mo, d, h, mi, s, ms = "0"] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d{1,3}))?/.exec(text) ?? [];
  if (y === undefined) return null;
  const time = Date.UTC(
    Number(y),
    Number(mo) - 1,
    Number(d),
    Number(h),
    Number(mi),
    Number(s),
    Number(ms.padEnd(3, "0")),
  );
  return Number.isNaN(time) ? null : time;
}
