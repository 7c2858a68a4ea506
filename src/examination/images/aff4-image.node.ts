import { utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { imageStream, type MapTarget, mappedStream, readMap, type StreamMap } from "./aff4-streams.node.ts";
import { readFields, readPart } from "./fields.ts";
import {
  type Acquisition,
  type ImageFile,
  noAcquisition,
  type OpenImage,
  type Refusal,
  type Siblings,
} from "./image.ts";
import { latin } from "./latin.ts";
import { readTurtle, type Statements } from "./turtle.ts";
import { type ZipMembers, zipMembers } from "./zip-members.node.ts";

const AFF4 = "http://aff4.org/Schema#";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const TURTLE_LIMIT_BYTES = 16 * 1024 * 1024;
const VOLUMES_LIMIT = 256;
const DEPTH_LIMIT = 8;
const CHUNK_LIMIT_BYTES = 64 * 1024 * 1024;

/** One file of an AFF4 set. */
interface Volume {
  name: Uint8Array;
  urn: string;
  zip: ZipMembers;
  statements: Statements;
}

/**
 * Opens an AFF4 disk image: image streams and maps, in one file or striped over several of the folder.
 *
 * @returns Null where the file is none; refusals for logical images and missing volumes.
 * @see AFF4 Standard 1.0a (2018)
 */
export function openAff4(file: ImageFile, siblings: Siblings): OpenImage | Refusal | null {
  const first = openVolume(file);
  if (first === null) return isCalledAff4(file) ? { refused: "aff4-damaged", values: {} } : null;
  const volumes = [first, ...others(first, siblings)];
  const said = joined(volumes);
  const image = [...said].find(([, properties]) => has(properties, TYPE, /#(Disk|Contiguous|Discontiguous)Image$/));
  const stream = image === undefined ? null : one(image[1], "dataStream");
  if (image === undefined || stream === null) return { refused: "aff4-kind", values: {} };
  const opener = { volumes, said, refusal: null as Refusal | null, badSectors: [] as Acquisition["badSectors"] };
  const media = openStream(opener, stream, 0);
  if (opener.refusal !== null) return opener.refusal;
  if (media.is !== "source") return { refused: "aff4-damaged", values: {} };
  const size = Number(one(image[1], "size") ?? media.source.sizeBytes);
  const sizeBytes =
    Number.isSafeInteger(size) && size > 0 ? Math.min(size, media.source.sizeBytes) : media.source.sizeBytes;
  return {
    format: "aff4",
    variant: volumes.length > 1 ? "striped" : "",
    files: volumes.map(({ name }) => name),
    media: sizeBytes === media.source.sizeBytes ? media.source : cut(media.source, sizeBytes),
    unread: [],
    acquisition: acquisitionOf(said, [image[0], stream], opener.badSectors),
    problems: [],
  };
}

function cut(source: ByteSource, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    readSync: (view, at) =>
      at >= sizeBytes ? 0 : source.readSync(view.subarray(0, Math.min(view.length, sizeBytes - at)), at),
  };
}

/** An archive by this name is never taken for a disk's own bytes, however damaged. */
function isCalledAff4({ name, source }: ImageFile): boolean {
  return /\.aff4$/i.test(latin(name)) && readFields(source, 0, 4).u32(0) === 0x04034b50;
}

function openVolume({ name, source }: ImageFile): Volume | null {
  if (readFields(source, 0, 4).u32(0) !== 0x04034b50) return null;
  const zip = zipMembers(source);
  const turtle = zip?.open("information.turtle");
  if (zip === null || turtle == null || turtle.sizeBytes > TURTLE_LIMIT_BYTES) return null;
  const description = zip.open("container.description");
  const said = description === null ? zip.comment : latin(readPart(description, 0, 512));
  const urn = (/aff4:\/\/[^\s\0]+/.exec(said) ?? /aff4:\/\/[^\s\0]+/.exec(zip.comment))?.[0] ?? "";
  const text = new TextDecoder().decode(readPart(turtle, 0, turtle.sizeBytes));
  return { name, urn, zip, statements: readTurtle(text) };
}

/** Other files of the folder that hold what this one speaks of. */
function others(first: Volume, siblings: Siblings): Volume[] {
  const wanted = new Set([...first.statements.values()].flatMap((properties) => all(properties, "stored")));
  wanted.delete(first.urn);
  const found: Volume[] = [];
  let looked = 0;
  for (const name of wanted.size === 0 ? [] : siblings.names()) {
    if (!/\.aff4$/i.test(latin(name)) || latin(name) === latin(first.name) || ++looked > VOLUMES_LIMIT) continue;
    const source = siblings.open(name);
    const volume = source === null ? null : openVolume({ name, source });
    if (volume !== null && wanted.has(volume.urn)) found.push(volume);
  }
  return found;
}

function joined(volumes: readonly Volume[]): Statements {
  const said: Statements = new Map();
  for (const { statements } of volumes) {
    for (const [subject, properties] of statements) {
      const own = said.get(subject) ?? new Map<string, string[]>();
      for (const [key, values] of properties) own.set(key, [...new Set([...(own.get(key) ?? []), ...values])]);
      said.set(subject, own);
    }
  }
  return said;
}

function all(properties: Map<string, string[]> | undefined, key: string): string[] {
  return properties?.get(AFF4 + key) ?? [];
}

function one(properties: Map<string, string[]> | undefined, key: string): string | null {
  return all(properties, key)[0] ?? null;
}

function has(properties: Map<string, string[]>, key: string, pattern: RegExp): boolean {
  return (properties.get(key) ?? []).some((value) => pattern.test(value));
}

interface Opener {
  volumes: Volume[];
  said: Statements;
  refusal: Refusal | null;
  badSectors: Acquisition["badSectors"];
}

/** Opens a stream by its name: symbolic ones, image streams, maps. */
function openStream(opener: Opener, urn: string, depth: number): MapTarget {
  const symbol = urn.startsWith(AFF4) ? symbolic(urn.slice(AFF4.length)) : null;
  if (symbol !== null) return { is: "pattern", pattern: symbol };
  const properties = opener.said.get(urn);
  const stored = all(properties, "stored");
  const volume =
    opener.volumes.find(({ urn: own }) => stored.includes(own)) ??
    (stored.length === 0 ? opener.volumes[0] : undefined);
  if (depth > DEPTH_LIMIT) {
    opener.refusal ??= { refused: "aff4-circle", values: {} };
    return { is: "missing" };
  }
  if (properties === undefined || volume === undefined) {
    opener.refusal ??= { refused: "segment-missing", values: { segment: stored[0] ?? urn } };
    return { is: "missing" };
  }
  const member = (name: string): ByteSource | null => openMember(volume, `${urn}/${name}`);
  const source = has(properties, TYPE, /#Map$/)
    ? openMap(opener, { urn, properties, member, depth })
    : openImageStream(properties, member);
  return source === null ? { is: "missing" } : { is: "source", source };
}

/** Patterns that stand for ranges without bytes of their own. */
function symbolic(name: string): Uint8Array | null {
  if (name === "Zero") return Uint8Array.of(0);
  if (name === "UnknownData") return utf8("UNKNOWN");
  if (name === "UnreadableData") return utf8("UNREADABLEDATA");
  const [, digits] = /^SymbolicStream([0-9A-Fa-f]{2})$/.exec(name) ?? [];
  return digits === undefined ? null : Uint8Array.of(Number.parseInt(digits, 16));
}

/** A member by the name of what it holds: full names are percent-encoded, others relative to the volume. */
function openMember({ zip, urn: volume }: Volume, urn: string): ByteSource | null {
  const path = urn.slice("aff4://".length);
  const relative = urn.startsWith(`${volume}/`) ? urn.slice(volume.length + 1) : path;
  for (const name of [`aff4%3A%2F%2F${path}`, `aff4%3a%2f%2f${path}`, relative, path, `aff4://${path}`]) {
    const member = zip.open(name);
    if (member !== null) return member;
  }
  return null;
}

function openImageStream(
  properties: Map<string, string[]>,
  member: (name: string) => ByteSource | null,
): ByteSource | null {
  const number = (key: string): number => Number(one(properties, key) ?? Number.NaN);
  const [sizeBytes, chunkBytes, chunksInBevy] = [number("size"), number("chunkSize"), number("chunksInSegment")];
  if (![sizeBytes, chunkBytes, chunksInBevy].every(Number.isSafeInteger)) return null;
  if (sizeBytes < 0 || chunkBytes < 1 || chunkBytes > CHUNK_LIMIT_BYTES || chunksInBevy < 1) return null;
  return imageStream({ sizeBytes, chunkBytes, chunksInBevy, compression: compressionOf(properties), member });
}

function compressionOf(properties: Map<string, string[]>): string {
  const method = one(properties, "compressionMethod") ?? "";
  if (/snappy/i.test(method)) return "snappy";
  if (/lz4/i.test(method)) return "lz4";
  if (/1950|zlib/i.test(method)) return "zlib";
  return /1951|deflate/i.test(method) ? "deflate" : "stored";
}

interface MapPart {
  urn: string;
  properties: Map<string, string[]>;
  member: (name: string) => ByteSource | null;
  depth: number;
}

function openMap(opener: Opener, { properties, member, depth }: MapPart): ByteSource | null {
  const [pieces, index] = [member("map"), member("idx")];
  const map = pieces === null ? null : readMap(pieces);
  if (map === null || index === null) return null;
  const names = latin(readPart(index, 0, Math.min(index.sizeBytes, TURTLE_LIMIT_BYTES)))
    .split(/\r?\n/)
    .filter((name) => name !== "");
  const targets = names.map((name) => openStream(opener, name, depth + 1));
  const gap = openStream(opener, one(properties, "mapGapDefaultStream") ?? `${AFF4}Zero`, depth + 1);
  const size = Number(one(properties, "size") ?? Number.NaN);
  const last = map.starts.length - 1;
  const sizeBytes = Number.isSafeInteger(size) && size >= 0 ? size : (map.starts[last] ?? 0) + (map.lengths[last] ?? 0);
  noteUnreadable(map, names, opener);
  return mappedStream(map, { sizeBytes, targets, gap });
}

/** What the acquisition could not read, or did not, stands in the map as such. */
function noteUnreadable(
  { starts, lengths, targets }: StreamMap,
  names: readonly string[],
  { badSectors }: Opener,
): void {
  for (let i = 0; i < starts.length; i++) {
    if (!/#Un(readable|known)Data$/.test(names[targets[i] ?? 0] ?? "")) continue;
    const [startByte, lengthBytes] = [starts[i] ?? 0, lengths[i] ?? 0];
    const last = badSectors.at(-1);
    if (last !== undefined && last.startByte + last.lengthBytes === startByte) last.lengthBytes += lengthBytes;
    else badSectors.push({ startByte, lengthBytes });
  }
}

/** Digests of the media stand at the image or at its data stream; facts where they are. */
function acquisitionOf(
  said: Statements,
  subjects: readonly string[],
  badSectors: Acquisition["badSectors"],
): Acquisition {
  const acquisition = { ...noAcquisition(), badSectors };
  for (const [kind, algorithm] of [
    ["MD5", "md5"],
    ["SHA1", "sha1"],
    ["SHA256", "sha256"],
  ] as const) {
    const digest = subjects.flatMap((subject) => said.get(subject)?.get(`${AFF4}hash ${AFF4}${kind}`) ?? [])[0];
    if (digest !== undefined && /^[0-9a-f]+$/i.test(digest))
      acquisition.hashes.push({ algorithm, digest: digest.toLowerCase() });
  }
  const facts: Record<string, string> = {
    caseName: "case",
    caseNumber: "case",
    evidenceNumber: "evidence",
    examiner: "examiner",
    caseDescription: "description",
    notes: "notes",
    diskModel: "model",
    diskMake: "make",
    diskSerial: "serial",
  };
  for (const properties of said.values()) {
    for (const [key, fact] of Object.entries(facts)) {
      const value = one(properties, key);
      if (value !== null) acquisition.facts[fact] ??= value.slice(0, 1024);
    }
  }
  return acquisition;
}
