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

type Tags = readonly [string, string];

function tags(element: string): Tags {
  return [`      <${element}>`, `</${element}>\n`];
}

const TAGS = {
  filename: tags("filename"),
  partition: tags("partition"),
  id: tags("id"),
  nameType: tags("name_type"),
  filesize: tags("filesize"),
  used: tags("used"),
  orphan: tags("orphan"),
  inode: tags("inode"),
  metaType: tags("meta_type"),
  mtime: tags("mtime"),
  ctime: tags("ctime"),
  atime: tags("atime"),
  crtime: tags("crtime"),
  dtime: tags("dtime"),
  linkTarget: tags("link_target"),
  alloc: tags("alloc"),
  unalloc: tags("unalloc"),
};

/** A file object, its lines in one text. */
export function dfxmlFile({ volume, entry, stream, digests, id }: DfxmlFile): string {
  const { kind, state, times } = entry;
  // Joined once: texts put together piece by piece are chains that the collector of garbage follows.
  const parts: (string | number)[] = ["    <fileobject>\n"];
  const add = ([open, close]: Tags, value: string | number): void => void parts.push(open, value, close);
  const addTime = (tags: Tags, ms: number | undefined): void => {
    const time = ms === undefined ? "-" : timeText(ms, times.localTime === true);
    if (FOUR_DIGIT_YEAR.test(time)) add(tags, time);
  };
  add(TAGS.filename, xmlText(fileName(entry, stream)));
  if (volume.number > 0) add(TAGS.partition, volume.number);
  add(TAGS.id, id);
  add(TAGS.nameType, NAME_TYPES[kind]);
  if (stream !== null) add(TAGS.filesize, stream.sizeBytes);
  add(state === "allocated" ? TAGS.alloc : TAGS.unalloc, 1);
  add(TAGS.used, 1);
  if (state === "orphan") add(TAGS.orphan, 1);
  if (Number.isSafeInteger(entry.id) && entry.id >= 0) add(TAGS.inode, entry.id);
  add(TAGS.metaType, META_TYPES[kind]);
  addTime(TAGS.mtime, times.modifiedMs);
  addTime(TAGS.ctime, times.changedMs);
  addTime(TAGS.atime, times.accessedMs);
  addTime(TAGS.crtime, times.createdMs);
  addTime(TAGS.dtime, times.deletedMs);
  if (entry.target !== undefined) add(TAGS.linkTarget, xmlText(plainText(entry.target)));
  addByteRuns(parts, volume, stream);
  if (digests?.unread.length === 0) {
    for (const [algorithm, digest] of Object.entries(digests.digests))
      parts.push('      <hashdigest type="', algorithm, '">', digest, "</hashdigest>\n");
  }
  parts.push("    </fileobject>");
  return parts.join("");
}

/** The path from the volume's root, and behind it the name of an alternate stream. */
function fileName({ path }: FileEntry, stream: FileStream | null): string {
  const alternate = stream?.name ?? null;
  return path.map(nameText).join("/") + (alternate === null ? "" : `:${alternate}`);
}

const FOUR_DIGIT_YEAR = /^\d{4}-/;

function addByteRuns(parts: (string | number)[], { extents }: MediumVolume, stream: FileStream | null): void {
  let at = 0;
  let any = false;
  for (const { lengthBytes, startByte, lost } of stream?.extents ?? []) {
    const length = Math.min(lengthBytes, Math.max(0, (stream?.sizeBytes ?? 0) - at));
    if (length > 0 && lost !== true) {
      if (!any) parts.push("      <byte_runs>\n");
      any = true;
      parts.push('        <byte_run file_offset="', at);
      const inMedium = startByte === null ? null : mediumByte(extents, startByte);
      if (startByte !== null) parts.push('" fs_offset="', startByte);
      if (inMedium !== null) parts.push('" img_offset="', inMedium);
      parts.push('" len="', length, '"/>\n');
    }
    at += lengthBytes;
  }
  if (any) parts.push("      </byte_runs>\n");
}

/** A name of a path: a "/" within it is written as places are. */
function nameText(name: Uint8Array): string {
  return name.includes(0x2f) ? placeText([name]).place : plainText(name);
}

const strict = new TextDecoder("utf-8", { fatal: true });

const PLAIN = /^[ -~]*$/;
const SPECIAL = /[&<>"']/;

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
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
