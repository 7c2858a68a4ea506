import type { FileEntry, FileStream } from "#examination/filesystems";
import { placeText } from "#examination/sources";
import type { Digests } from "./digests.ts";
import { timeText } from "./list-lines.ts";
import type { Medium, MediumTree, MediumVolume } from "./medium.ts";
import { mediumByte } from "./walk-medium.ts";

// Digital Forensics XML 1.1.0. The schema fixes the order of elements: what stands here follows it line by line.
// @see dfxml_schema, dfxml.xsd (NIST)

const NAMESPACE = "http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML";
const NAME_TYPES: Record<FileEntry["kind"], string> = { file: "r", directory: "d", link: "l", other: "-" };
// Numbers as other tools of the format write them.
const META_TYPES: Record<FileEntry["kind"], number> = { file: 1, directory: 2, link: 6, other: 0 };

/** The document up to its first volume. */
export function dfxmlStart(medium: Medium, { command, startedMs }: { command: string; startedMs: number }): string[] {
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<dfxml xmlns="${NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" version="1.1.0">`,
    `  <metadata>`,
    `    <dc:type>Disk Image</dc:type>`,
    `  </metadata>`,
    `  <creator version="1.0">`,
    `    <program>phum</program>`,
    `    <execution_environment>`,
    `      <command_line>${xmlText(command)}</command_line>`,
    `      <start_time>${timeText(startedMs, false)}</start_time>`,
    `    </execution_environment>`,
    `  </creator>`,
    `  <source>`,
    ...medium.image.files.map((file) => `    <image_filename>${xmlText(plainText(file))}</image_filename>`),
    `  </source>`,
  ];
}

/** The last line. */
export const DFXML_END = `</dfxml>`;
/** The last line of a volume. */
export const DFXML_VOLUME_END = `  </volume>`;

/** A volume up to its first file. Numbers that the schema wants above zero are left out at zero. */
export function dfxmlVolume(volume: MediumVolume, tree: MediumTree): string[] {
  const blocks = tree.blockBytes > 0 ? Math.floor(tree.sizeBytes / tree.blockBytes) : 0;
  return [
    `  <volume offset="${volume.startByte}">`,
    ...whole("partition_offset", volume.startByte),
    ...whole("block_size", tree.blockBytes),
    `    <ftype_str>${xmlText(tree.kind)}</ftype_str>`,
    ...whole("block_count", blocks),
    ...(blocks > 1 ? [`    <first_block>0</first_block>`, `    <last_block>${blocks - 1}</last_block>`] : []),
  ];
}

function whole(element: string, value: number): string[] {
  return value > 0 ? [`    <${element}>${value}</${element}>`] : [];
}

/** One stream of an entry as a file object. */
export interface DfxmlFile {
  volume: MediumVolume;
  entry: FileEntry;
  /** Null where the entry has no stream. */
  stream: FileStream | null;
  digests: Digests | null;
  /** A counter over the document, from 1. */
  id: number;
}

/** A file object. */
export function dfxmlFile({ volume, entry, stream, digests, id }: DfxmlFile): string[] {
  const { kind, state, times } = entry;
  const allocated = state === "allocated";
  const line = (element: string, value: string | number): string => `      <${element}>${value}</${element}>`;
  return [
    `    <fileobject>`,
    line("filename", xmlText(fileName(entry, stream))),
    ...(volume.number > 0 ? [line("partition", volume.number)] : []),
    line("id", id),
    line("name_type", NAME_TYPES[kind]),
    ...(stream === null ? [] : [line("filesize", stream.sizeBytes)]),
    ...(allocated ? [line("alloc", 1)] : [line("unalloc", 1)]),
    line("used", 1),
    ...(state === "orphan" ? [line("orphan", 1)] : []),
    ...(Number.isSafeInteger(entry.id) && entry.id >= 0 ? [line("inode", entry.id)] : []),
    line("meta_type", META_TYPES[kind]),
    ...timeLine("mtime", times.modifiedMs, times),
    ...timeLine("ctime", times.changedMs, times),
    ...timeLine("atime", times.accessedMs, times),
    ...timeLine("crtime", times.createdMs, times),
    ...timeLine("dtime", times.deletedMs, times),
    ...(entry.target === undefined ? [] : [line("link_target", xmlText(plainText(entry.target)))]),
    ...byteRuns(volume, stream),
    ...Object.entries(digests?.unread.length === 0 ? digests.digests : {}).map(
      ([algorithm, digest]) => `      <hashdigest type="${algorithm}">${digest}</hashdigest>`,
    ),
    `    </fileobject>`,
  ];
}

/** The path from the volume's root, and behind it the name of an alternate stream. */
function fileName({ path }: FileEntry, stream: FileStream | null): string {
  const alternate = stream?.name ?? null;
  return path.map(plainText).join("/") + (alternate === null ? "" : `:${alternate}`);
}

function timeLine(element: string, ms: number | undefined, { localTime }: FileEntry["times"]): string[] {
  const text = ms === undefined ? "-" : timeText(ms, localTime === true);
  return /^\d{4}-/.test(text) ? [`      <${element}>${text}</${element}>`] : [];
}

function byteRuns({ extents }: MediumVolume, stream: FileStream | null): string[] {
  if (stream === null || stream.extents.length === 0) return [];
  const lines: string[] = [];
  let at = 0;
  for (const extent of stream.extents) {
    const length = Math.min(extent.lengthBytes, Math.max(0, stream.sizeBytes - at));
    if (length > 0 && extent.lost !== true) lines.push(byteRun(extents, { at, length, startByte: extent.startByte }));
    at += extent.lengthBytes;
  }
  return lines.length === 0 ? [] : [`      <byte_runs>`, ...lines, `      </byte_runs>`];
}

function byteRun(
  extents: MediumVolume["extents"],
  { at, length, startByte }: { at: number; length: number; startByte: number | null },
): string {
  if (startByte === null) return `        <byte_run file_offset="${at}" len="${length}"/>`;
  const inMedium = mediumByte(extents, startByte);
  const offset = inMedium === null ? "" : ` img_offset="${inMedium}"`;
  return `        <byte_run file_offset="${at}" fs_offset="${startByte}"${offset} len="${length}"/>`;
}

const strict = new TextDecoder("utf-8", { fatal: true });

const PLAIN = /^[ -~]*$/;

/** A name as it is; where it is no text, or one XML cannot hold, as places are written. */
function plainText(name: Uint8Array): string {
  try {
    const text = strict.decode(name);
    if (PLAIN.test(text) || ![...text].some(notXml)) return text;
  } catch {
    // No UTF-8.
  }
  return placeText([name]).place;
}

/** Whether a character is none of XML 1.0's. @see https://www.w3.org/TR/xml/#charsets */
function notXml(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return (point < 0x20 && point !== 9) || (point >= 0xd800 && point <= 0xdfff) || point === 0xfffe || point === 0xffff;
}

function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
