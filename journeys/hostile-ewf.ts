// E01 images that lie. Written from the format's published facts, section by section, each sum right: only what it says is wrong.
import { deflateSync } from "node:zlib";
import { utf8 } from "#base/values";
import { adler, bomb, filling, type HostileCase, words32 } from "./hostile-case.ts";

const CHUNK = 32_768;

interface Section {
  type: string;
  body: Uint8Array;
  /** What its descriptor says instead of the truth. */
  next?: bigint;
  sizeBytes?: bigint;
}

/** A segment of these sections. */
function segment(sections: readonly Section[], number = 1): Buffer {
  const parts: Uint8Array[] = [Buffer.from([...utf8("EVF\t\r\n"), 0xff, 0, 1, number, 0, 0, 0])];
  let at = 13;
  for (const { type, body, next, sizeBytes } of sections) {
    const last = type === "done" || type === "next";
    const head = Buffer.alloc(76);
    head.write(type);
    head.writeBigUInt64LE(next ?? BigInt(last ? at : at + 76 + body.length), 16);
    head.writeBigUInt64LE(sizeBytes ?? BigInt(last ? 0 : 76 + body.length), 24);
    head.writeUInt32LE(adler(head.subarray(0, 72)), 72);
    parts.push(head, body);
    at += 76 + body.length;
  }
  return Buffer.concat(parts);
}

const summed = (body: Uint8Array): Buffer => Buffer.concat([body, words32(adler(body))]);
const HEAD: Section = { type: "header", body: deflateSync(utf8("1\nmain\nc\tn\na\t1\n\n")) };
const DONE: Section = { type: "done", body: Buffer.alloc(0) };

function volume(chunks: number, chunkSectors = 64): Section {
  const body = Buffer.alloc(1048);
  for (const [i, value] of [1, chunks, chunkSectors, 512].entries()) body.writeUInt32LE(value, i * 4);
  body.writeBigUInt64LE(BigInt(chunks * chunkSectors), 16);
  return { type: "volume", body: summed(body) };
}

function table(entries: readonly number[], { base = 0n, count = entries.length } = {}): Section {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(count, 0);
  head.writeBigUInt64LE(base, 8);
  return { type: "table", body: Buffer.concat([summed(head), summed(words32(...entries))]) };
}

const packed = (seed: string): Buffer => deflateSync(filling(seed, CHUNK));
/** Where the bytes of the first chunk stand behind a header, a volume and the descriptor of their section. */
const FIRST = BigInt(13 + 76 + HEAD.body.length + 76 + 1052 + 76);

/** An image of one honest chunk, and what else it says. */
function one(more: { volume?: Section; table?: Section; chunk?: Uint8Array; behind?: Section[] } = {}): Buffer {
  return segment([
    HEAD,
    more.volume ?? volume(1),
    { type: "sectors", body: more.chunk ?? packed("one") },
    more.table ?? table([0x80000000], { base: FIRST }),
    ...(more.behind ?? []),
    DONE,
  ]);
}

/** A first segment that says another one follows. */
function first(): Buffer {
  const sectors = { type: "sectors", body: packed("one") };
  const next = { type: "next", body: Buffer.alloc(0) };
  return segment([HEAD, volume(3), sectors, table([0x80000000], { base: FIRST }), next]);
}

const file = (bytes: Uint8Array) => ({ "a.E01": bytes });
const unread = { words: ["verify"], exit: 74, says: /^NOT VERIFIED: .* cannot be read completely/m } as const;

export const EWF_CASES: HostileCase[] = [
  { name: "E01 that says it has 2^31 chunks", files: () => file(one({ volume: volume(2 ** 31) })), ...unread },
  {
    name: "E01 with a table of 2^32 - 1 entries",
    files: () => file(one({ table: table([0x80000000], { base: FIRST, count: 2 ** 32 - 1 }) })),
    ...unread,
  },
  {
    name: "E01 whose table leads beyond its end",
    files: () => file(one({ table: table([0xffffffff], { base: FIRST }) })),
    ...unread,
  },
  {
    name: "E01 whose table begins before the file (a negative base)",
    files: () => file(one({ table: table([0x80000000], { base: 2n ** 64n - 1n }) })),
    ...unread,
  },
  { name: "E01 with a chunk that unpacks to 2 GiB", files: () => file(one({ chunk: bomb(128) })), ...unread },
  {
    name: "E01 with a header that unpacks to 2 GiB",
    files: () => file(segment([{ type: "header2", body: bomb(128) }, volume(1), DONE])),
    ...unread,
  },
  {
    name: "E01 whose sections run in a circle",
    files: () => file(segment([HEAD, volume(4), { type: "data", body: Buffer.alloc(0), next: 13n }, DONE])),
    ...unread,
  },
  {
    name: "E01 with a section of 2^63 bytes",
    files: () =>
      file(segment([HEAD, volume(4), { type: "sectors", body: packed("s"), next: 2n ** 63n, sizeBytes: 2n ** 63n }])),
    ...unread,
  },
  {
    name: "E01 of 50,000 empty tables",
    files: () => file(one({ behind: Array.from({ length: 50_000 }, () => table([])) })),
    ...{ words: ["verify"], exit: 10, says: /was read completely/ },
  },
  {
    name: "E01 with chunks of 2^32 - 1 sectors",
    files: () => file(one({ volume: volume(1, 2 ** 32 - 1) })),
    exit: 65,
    says: /says nowhere how large its media is/,
  },
  {
    name: "E01 that breaks off within its first chunk",
    files: () => file(one().subarray(0, Number(FIRST) + 100)),
    ...unread,
  },
  { name: "E01 whose second segment is missing", files: () => file(first()), ...unread },
  {
    name: "E01 whose second segment says it is the first",
    files: () => ({ "a.E01": first(), "a.E02": first() }),
    ...unread,
  },
  {
    name: "E01 that is nothing but its first letters",
    files: () => file(utf8("EVF\t\r\n")),
    ...{ exit: 0, says: /no file system that Phum reads/ },
  },
  {
    name: "E01 that is noise behind its first line",
    files: () => file(Buffer.concat([segment([]), filling("noise", 70_000)])),
    exit: 65,
    says: /says nowhere how large its media is/,
  },
];
