// Documents, stores and caches for tests, written here: every field is known. Never used outside of tests.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";

const JPEG_HEAD = Buffer.from(
  "ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffda0008010100003f00",
  "hex",
);

/** A drawing of no meaning as a file: sound markers of JPEG, bytes of a pattern. Nothing decodes it in these tests. */
export function drawnBytes(seed: number, lengthBytes = 3000): Uint8Array {
  const bytes = Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 31 + seed * 17 + ((i * seed) >> 5)) % 251);
  bytes.set(JPEG_HEAD);
  bytes.set([0xff, 0xd9], lengthBytes - 2);
  return bytes;
}

const number = (value: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255);

interface SampleEntry {
  name: string;
  kind: number;
  child: number;
  right: number;
  start: number;
  size: number;
}

/** Pieces of equal length, each file's chained in a table. */
function chained(pieceBytes: number): { table: number[]; put(bytes: Uint8Array): number; bytes(): Uint8Array } {
  const table: number[] = [];
  const pieces: Uint8Array[] = [];
  return {
    table,
    put(bytes) {
      const start = table.length;
      const count = Math.max(1, Math.ceil(bytes.length / pieceBytes));
      for (let i = 0; i < count; i++) table.push(i === count - 1 ? 0xfffffffe : start + i + 1);
      const padded = new Uint8Array(count * pieceBytes);
      padded.set(bytes);
      pieces.push(padded);
      return start;
    },
    bytes: () => concatBytes(...pieces),
  };
}

/** Entries of the directory, each storage's in a chain of right neighbours. */
function directoryOf(paths: readonly string[]): { entries: SampleEntry[]; streams: Map<string, SampleEntry> } {
  const entries: SampleEntry[] = [];
  const add = (name: string, kind: number, folder?: SampleEntry): SampleEntry => {
    const entry = { name, kind, child: 0xffffffff, right: folder?.child ?? 0xffffffff, start: 0, size: 0 };
    entries.push(entry);
    if (folder !== undefined) folder.child = entries.length - 1;
    return entry;
  };
  const root = add("Root Entry", 5);
  const folders = new Map<string, SampleEntry>();
  const streams = new Map<string, SampleEntry>();
  for (const path of paths) {
    const names = path.split("/");
    let folder = root;
    for (let i = 1; i < names.length; i++) {
      const key = names.slice(0, i).join("/");
      folder = folders.get(key) ?? add(names[i - 1] ?? "", 1, folder);
      folders.set(key, folder);
    }
    streams.set(path, add(names.at(-1) ?? "", 2, folder));
  }
  return { entries, streams };
}

/** A compound file of sectors of 512 bytes; streams under 4,096 bytes stand in the small stream. */
export function compoundFile(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const [great, small] = [chained(512), chained(64)];
  const { entries, streams } = directoryOf(Object.keys(files));
  for (const [path, bytes] of Object.entries(files)) {
    const start = (bytes.length < 4096 ? small : great).put(bytes);
    Object.assign(streams.get(path) ?? {}, { start, size: bytes.length });
  }
  const smallBytes = small.bytes();
  Object.assign(entries[0] ?? {}, { start: great.put(smallBytes), size: smallBytes.length });
  const smallTableAt = great.put(concatBytes(...small.table.map((one) => number(one, 4))));
  const directoryAt = great.put(concatBytes(...entries.map(directoryEntry)));
  const tableSectors = Math.ceil((great.table.length + 1) / 127);
  const tableAt = great.table.length;
  const table = new Uint8Array(tableSectors * 512).fill(255);
  table.set(concatBytes(...great.table.map((one) => number(one, 4))));
  for (let i = 0; i < tableSectors; i++) table.set(number(0xfffffffd, 4), 4 * (tableAt + i));
  const head = new Uint8Array(512).fill(255, 76);
  head.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  const fields = [
    [24, 0x3e],
    [26, 3],
    [28, 0xfffe],
    [30, 9],
    [32, 6],
    [44, tableSectors],
    [48, directoryAt],
    [56, 4096],
    [60, smallTableAt],
  ] as const;
  for (const [at, value] of fields) head.set(number(value, at < 44 ? 2 : 4), at);
  head.set(number(0xfffffffe, 4), 68);
  for (let i = 0; i < tableSectors; i++) head.set(number(tableAt + i, 4), 76 + 4 * i);
  return concatBytes(head, great.bytes(), table);
}

function directoryEntry(entry: {
  name: string;
  kind: number;
  child: number;
  right: number;
  start: number;
  size: number;
}): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set(Uint8Array.from([...entry.name].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8])));
  bytes.set(number(2 * entry.name.length + 2, 2), 64);
  bytes[66] = entry.kind;
  for (const [at, value] of [
    [68, 0xffffffff],
    [72, entry.right],
    [76, entry.child],
    [116, entry.start],
    [120, entry.size],
  ] as const) {
    bytes.set(number(value, 4), at);
  }
  return bytes;
}

/** An Office drawing's record with a picture in it. */
export function blip(picture: Uint8Array, kind = 0xf01d): Uint8Array {
  return concatBytes(
    number(0x46a0, 2),
    number(kind, 2),
    number(picture.length + 17, 4),
    new Uint8Array(17).fill(7),
    picture,
  );
}

/** A Vista to Windows 11 thumbnail cache. */
export function thumbcacheFile(version: number, thumbnails: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const headBytes = version === 21 ? 48 : 56;
  const entries = Object.entries(thumbnails).map(([name, bytes]) => {
    const wide = Uint8Array.from([...name].flatMap((one) => [one.charCodeAt(0), 0]));
    const head = new Uint8Array(headBytes);
    head.set(utf8("CMMM"));
    head.set(number(headBytes + wide.length + 2 + bytes.length, 4), 4);
    const at = version === 20 ? 24 : 16;
    head.set(number(wide.length, 4), at);
    head.set(number(2, 4), at + 4);
    head.set(number(bytes.length, 4), at + 8);
    return concatBytes(head, wide, new Uint8Array(2), bytes);
  });
  const head = new Uint8Array(24);
  head.set(utf8("CMMM"));
  head.set(number(version, 4), 4);
  head.set(number(24, 4), version >= 26 ? 16 : 12);
  return concatBytes(head, ...entries);
}

/** An object of a PDF with a stream. */
export function pdfStream(numberOf: number, dict: string, bytes: Uint8Array): Uint8Array {
  return concatBytes(
    utf8(`${numberOf} 0 obj\n<< ${dict} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    utf8("\nendstream\nendobj\n"),
  );
}

/** A PDF of these objects; its table is left away, as that of a broken one. */
export function pdfFile(...objects: Uint8Array[]): Uint8Array {
  return concatBytes(utf8("%PDF-1.7\n%\u00e2\u00e3\n"), ...objects, utf8("trailer\n<< /Root 1 0 R >>\n%%EOF\n"));
}

/** Rows of a small grey-blue drawing, eight bits a component. */
export function drawnRows(width: number, height: number, components: number): Uint8Array {
  return Uint8Array.from(
    { length: width * height * components },
    (_, i) => (i * 7 + Math.floor(i / (width * components)) * 13) & 255,
  );
}

/** Rows as a PNG packs them: each behind the number of its filter. */
export function pngRows(rows: Uint8Array, rowBytes: number): Uint8Array {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < rows.length; at += rowBytes) lines.push(Uint8Array.of(0), rows.subarray(at, at + rowBytes));
  return deflateSync(concatBytes(...lines));
}

/** A SQLite database with a table of blobs, as SQLite writes it. */
export function sqliteFile(blobs: readonly Uint8Array[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "phum-sqlite-"));
  try {
    const database = new DatabaseSync(join(folder, "a.db"));
    database.exec("create table t (b blob)");
    for (const blob of blobs) database.prepare("insert into t values (?)").run(blob);
    database.close();
    return Uint8Array.from(readFileSync(join(folder, "a.db")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
