import { little, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { type OleStream, openOle } from "./ole-file.ts";
import { type JoinedPart, joinedSource, readBytes } from "./read-bytes.ts";

// Old Office files, mails of Outlook, Thumbs.db of Windows XP to 7: streams with names. Pictures stand in them whole (Word's Data, PowerPoint's
// Pictures, thumbnails, attachments), in pieces (Excel's drawings) or behind a header (packages).

const DRAWINGS = 0xeb;
const CONTINUE = 0x3c;
const FILE_PASS = 0x2f;
const RECORDS_MOST = 200_000;

/** Reads the streams of an OLE file. @see [MS-CFB] 12.0; [MS-DOC] §2.5.2; [MS-XLS] §2.4.117, 2.4.171; [MS-OLEDS] §2.3.6 */
export function readOle(source: ByteSource, visit: ContainerVisit): void {
  const { streams, damaged } = openOle(source);
  for (const stream of streams()) {
    visit.budget.entry();
    const name = stream.path.at(-1) ?? "";
    if (isLocked(name, stream)) visit.problem("encrypted");
    const path = stream.path.map((one) => utf8(one));
    const { bytes } = stream;
    if (bytes.sizeBytes === 0) continue;
    visit.entry({ path, content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes, search: true });
    const inner =
      name === "Workbook" || name === "Book" ? drawings(bytes) : name === "\x01Ole10Native" ? packaged(bytes) : null;
    if (inner === null) continue;
    const within = [...path.slice(0, -1), utf8(`${name.replace("\x01", "")}-${inner.name}`)];
    visit.entry({
      path: within,
      content: { how: "plain", bytes: inner.bytes },
      sizeBytes: inner.bytes.sizeBytes,
      search: true,
    });
  }
  if (damaged()) visit.problem("damaged");
}

function isLocked(name: string, { bytes }: OleStream): boolean {
  if (name === "EncryptedPackage" || name === "EncryptedSummary") return true;
  if (name === "WordDocument") return ((readBytes(bytes, 0, 12)[11] ?? 0) & 1) !== 0;
  if (name !== "Workbook" && name !== "Book") return false;
  // Its record stands right behind the first one.
  const head = readBytes(bytes, 0, 64);
  const second = 4 + little(head, 2, 2);
  return second + 2 <= head.length && little(head, second, 2) === FILE_PASS;
}

/** Excel's drawings: their record and those that go on with it, without their heads. */
function drawings(bytes: ByteSource): { name: string; bytes: ByteSource } | null {
  const parts: JoinedPart[] = [];
  let isOpen = false;
  for (let at = 0, count = 0; at + 4 <= bytes.sizeBytes && count < RECORDS_MOST; count++) {
    const head = readBytes(bytes, at, 4);
    if (head.length < 4) break;
    const [kind, lengthBytes] = [little(head, 0, 2), little(head, 2, 2)];
    isOpen = kind === DRAWINGS || (isOpen && kind === CONTINUE);
    const there = Math.min(lengthBytes, bytes.sizeBytes - at - 4);
    if (isOpen && there > 0) parts.push({ source: bytes, startByte: at + 4, lengthBytes: there });
    at += 4 + lengthBytes;
  }
  return parts.length === 0 ? null : { name: "drawings", bytes: joinedSource(parts) };
}

/** A file that was put into a document as a package: behind its names. */
function packaged(bytes: ByteSource): { name: string; bytes: ByteSource } | null {
  const head = readBytes(bytes, 0, 4096);
  const ends: number[] = [];
  for (let at = 6; ends.length < 2; at = (ends.at(-1) ?? 0) + 1) {
    const end = head.indexOf(0, at);
    if (end < 0) return null;
    ends.push(end);
  }
  const at = (ends[1] ?? 0) + 5;
  const from = at + 4 + little(head, at, 4);
  const lengthBytes = little(readBytes(bytes, from, 4), 0, 4);
  return lengthBytes === 0 || from + 4 + lengthBytes > bytes.sizeBytes
    ? null
    : { name: "package", bytes: slice(bytes, from + 4, lengthBytes) };
}
