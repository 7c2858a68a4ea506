import { createHash } from "node:crypto";
import { utf8 } from "#base/values";
import { type ByteSource, memorySource, ReadError } from "#examination/sources";
import { type Budget, BudgetStop } from "./budget.ts";
import { readerOf } from "./container-readers.node.ts";
import {
  type ContentType,
  contentType,
  isDisguised,
  isHoldingName,
  isMisnamed,
  TYPE_HEAD_BYTES,
} from "./content-type.ts";
import { isFirefoxEntry } from "./firefox-cache.ts";
import type { ContainerReader, ContainerVisit, InnerEntry, InnerProblem, InnerStream } from "./inner-entry.ts";
import type { InnerFacts } from "./inner-facts.ts";
import { readBytes } from "./read-bytes.ts";
import { type UnpackedSource, unpackedSource } from "./unpacked-source.node.ts";
import { endsAsZip } from "./zip.ts";

const PIECE_BYTES = 2 ** 20;
/** Unpacked files that stand in memory: half as much at each depth, so that all of a chain together take twice the first. */
const MEMORY_BYTES = 2 ** 26;
const MEMORY_LEAST_BYTES = 2 ** 20;
/** Containers that were looked into, by their digest; those beyond are looked into again. */
const SEEN_MOST = 100_000;

/** A file with its place: a chain of names from the outermost one's first parent on. */
export interface OuterFile {
  chain: readonly Uint8Array[];
  source: ByteSource;
}

/** A file in a container. */
export interface InnerFile {
  /** The outer file's chain, and the names below it. */
  chain: readonly Uint8Array[];
  /** As its container says; null: it does not say. */
  sizeBytes: number | null;
  /** It, or one around it, was deleted in there: as InnerEntry has it. */
  deleted?: string;
}

/** Takes the bytes of one inner file, in their order. A piece must be done with at return, or copied. */
export interface InnerSink {
  piece(bytes: Uint8Array): void;
  end(facts: InnerFacts): void;
}

/** Takes what is in a file. */
export interface InsideVisitor {
  /** @returns Null: its bytes are not wanted; it is looked into all the same. */
  file(file: InnerFile): InnerSink | null;
  /** Reads files of kinds that are not known in this room; null: nothing is known of this one, either. Asked where `type` says nothing. */
  others?(source: ByteSource, head: Uint8Array): ContainerReader | null;
  /** Whether a container is opened, by its chain; absent: every one. */
  enters?(chain: readonly Uint8Array[]): boolean;
  problem(what: InnerProblem, chain: readonly Uint8Array[]): void;
  /** The file itself, or one in it, is a picture or film and its name says something else. */
  disguised?(file: Pick<InnerFile, "chain" | "deleted">): void;
  /** Now and then, so that whoever watches knows that this goes on. */
  beat?(): void;
}

/**
 * Looks into a file, and into what is in it: every file below it is handed over with its place, once for each place. Containers of the same
 * content are looked into once.
 *
 * @throws Only what the visitor throws. What a container's bytes do is told as a problem.
 */
export function lookInside(outer: OuterFile, visitor: InsideVisitor, budget: Budget): void {
  const walk: Walk = { visitor, budget, seen: new Set() };
  try {
    const head = readBytes(outer.source, 0, TYPE_HEAD_BYTES);
    const type = typeOf(outer.source, head, outer.chain.at(-1) ?? head);
    if (isDisguised(outer.chain.at(-1) ?? head, type)) visitor.disguised?.({ chain: outer.chain });
    const reader = knownReader(walk, { ...outer, type, head, search: false });
    enter(walk, { ...outer, depth: 0, reader });
  } catch (error) {
    visitor.problem(problemOf(error), outer.chain);
  }
}

interface Walk {
  visitor: InsideVisitor;
  budget: Budget;
  seen: Set<string>;
}

interface Opened extends OuterFile {
  depth: number;
  reader: ContainerReader | null;
  deleted?: string;
}

/** What reads a file; a disk may begin like nothing, or like one of the parts it is packed in. */
function knownReader(
  { visitor }: Walk,
  { chain, source, type, head, search }: OuterFile & { type: ContentType; head: Uint8Array; search: boolean },
): ContainerReader | null {
  const other = type === "unknown" || type === "bzip2" ? (visitor.others?.(source, head) ?? null) : null;
  return other ?? readerOf(type, chain.at(-1) ?? utf8("content"), search);
}

/** What a container's bytes are to blame for; everything else is thrown on. */
function problemOf(error: unknown): InnerProblem {
  if (error instanceof BudgetStop) return error.reason;
  if (error instanceof ReadError) return "unread";
  if (error instanceof RangeError) return "damaged";
  throw error;
}

function enter(walk: Walk, opened: Opened): void {
  const { chain, source, depth, reader } = opened;
  const name = chain.at(-1) ?? utf8("content");
  if (reader === null || walk.visitor.enters?.(chain) === false) return;
  if (depth >= walk.budget.limits.depth) {
    walk.visitor.problem("too-deep", chain);
    return;
  }
  try {
    reader(source, visitOf(walk, opened, name));
  } catch (error) {
    // Of the budget nothing is left for anything else either.
    if (error instanceof BudgetStop) throw error;
    walk.visitor.problem(problemOf(error), chain);
  }
}

function visitOf(walk: Walk, { chain, depth, deleted: outer }: Opened, name: Uint8Array): ContainerVisit {
  const { visitor, budget } = walk;
  return {
    ...{ budget, name },
    entry(entry) {
      budget.entry();
      visitor.beat?.();
      const place = { chain: [...chain, ...entry.path], depth: depth + 1, search: entry.search === true };
      takeEntry(walk, { ...place, ...deletedOf(outer ?? entry.deleted) }, entry);
    },
    stream(path, search = false) {
      budget.entry();
      return takeStream(walk, { chain: [...chain, ...path], depth: depth + 1, search, ...deletedOf(outer) });
    },
    problem: (what, path) => visitor.problem(what, path === undefined ? chain : [...chain, ...path]),
  };
}

interface InnerPlace {
  chain: readonly Uint8Array[];
  depth: number;
  search: boolean;
  deleted?: string;
}

function deletedOf(deleted: string | undefined): { deleted?: string } {
  return deleted === undefined ? {} : { deleted };
}

function takeEntry(walk: Walk, place: InnerPlace, { content, sizeBytes }: InnerEntry): void {
  const { visitor, budget } = walk;
  const { chain, depth } = place;
  if (content.how === "closed") {
    visitor.problem(content.why, chain);
    return;
  }
  const refused = budget.refuses(sizeBytes ?? 0);
  if (refused !== null) {
    visitor.problem(refused, chain);
    return;
  }
  if (content.how === "plain") {
    budget.spend(content.bytes.sizeBytes);
    takeSource(walk, place, { source: content.bytes, damaged: false, close: () => undefined });
    return;
  }
  const memoryBytes = memoryAt(depth);
  const unpacked = unpackedSource(content, { memoryBytes, budget });
  try {
    takeSource(walk, place, unpacked);
  } finally {
    unpacked.close();
  }
}

function memoryAt(depth: number): number {
  return Math.max(MEMORY_LEAST_BYTES, MEMORY_BYTES / 2 ** (depth - 1));
}

function takeSource(walk: Walk, place: InnerPlace, { source, damaged }: UnpackedSource): void {
  const { visitor } = walk;
  const { chain, depth, search, deleted } = place;
  const sink = visitor.file({ chain, sizeBytes: source.sizeBytes, ...deletedOf(deleted) });
  const head = headOf(source);
  const type = typeOf(source, head, chain.at(-1) ?? head);
  const reader = readerAfter(walk, { chain, source, type, head, search });
  const goesOn = reader !== null && visitor.enters?.(chain) !== false;
  const hash = sink !== null || goesOn ? createHash("sha256") : null;
  const isWhole =
    hash === null ||
    readPieces(source, (piece) => {
      hash.update(piece);
      sink?.piece(piece);
      visitor.beat?.();
    });
  const sha256 = hash?.digest("hex") ?? null;
  const complete = isWhole && !damaged;
  const misnamed = isMisnamed(chain.at(-1) ?? head, type);
  sink?.end({ sizeBytes: source.sizeBytes, type, misnamed, sha256, complete });
  if (isDisguised(chain.at(-1) ?? head, type)) visitor.disguised?.({ chain, ...deletedOf(deleted) });
  if (!complete) visitor.problem(damaged ? "damaged" : "unread", chain);
  if (goesOn && isNew(walk, sha256)) enter(walk, { chain, source, depth, reader, ...deletedOf(deleted) });
}

/** As knownReader; what cannot be read to find out is of no known kind. */
function readerAfter(walk: Walk, file: Parameters<typeof knownReader>[1]): ContainerReader | null {
  try {
    return knownReader(walk, file);
  } catch (error) {
    problemOf(error);
    return null;
  }
}

/** What a file is; one that is named like an archive may be a zip with other bytes in front. */
function typeOf(source: ByteSource, head: Uint8Array, name: Uint8Array): ContentType {
  if (isFirefoxEntry(name, source)) return "firefox-cache";
  const type = contentType(head);
  return type === "unknown" && isHoldingName(name) && endsAsZip(source) ? "zip" : type;
}

function headOf(source: ByteSource): Uint8Array {
  try {
    return readBytes(source, 0, TYPE_HEAD_BYTES);
  } catch (error) {
    problemOf(error);
    return new Uint8Array(0);
  }
}

/** @returns Whether all of it could be read. */
function readPieces(source: ByteSource, take: (piece: Uint8Array) => void): boolean {
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, source.sizeBytes));
  for (let at = 0; at < source.sizeBytes; ) {
    const count = readSome(source, buffer, at);
    if (count <= 0) return false;
    take(count === buffer.length ? buffer : buffer.subarray(0, count));
    at += count;
  }
  return true;
}

function readSome(source: ByteSource, buffer: Uint8Array, at: number): number {
  try {
    return source.readSync(buffer, at);
  } catch (error) {
    if (error instanceof ReadError || error instanceof RangeError) return 0;
    throw error;
  }
}

function isNew({ seen }: Walk, sha256: string | null): boolean {
  if (sha256 === null || seen.has(sha256)) return sha256 === null;
  if (seen.size < SEEN_MOST) seen.add(sha256);
  return true;
}

/** A file whose bytes come once: kept up to a limit, so that it can be looked into when all of it came. */
function takeStream(walk: Walk, { chain, depth, search, deleted }: InnerPlace): InnerStream {
  const { visitor, budget } = walk;
  const sink = visitor.file({ chain, sizeBytes: null, ...deletedOf(deleted) });
  const hash = createHash("sha256");
  const memoryBytes = memoryAt(depth);
  let kept: Uint8Array[] = [];
  let head = new Uint8Array(0);
  let sizeBytes = 0;
  return {
    piece(bytes) {
      budget.spend(bytes.length);
      if (sizeBytes < TYPE_HEAD_BYTES) head = Buffer.concat([head, bytes]).subarray(0, TYPE_HEAD_BYTES);
      hash.update(bytes);
      sink?.piece(bytes);
      visitor.beat?.();
      if (sizeBytes + bytes.length <= memoryBytes) kept.push(bytes.slice());
      else kept = [];
      sizeBytes += bytes.length;
    },
    end(complete) {
      const type = contentType(head);
      const sha256 = hash.digest("hex");
      const name = chain.at(-1) ?? head;
      sink?.end({ sizeBytes, type, misnamed: isMisnamed(name, type), sha256, complete });
      if (isDisguised(name, type)) visitor.disguised?.({ chain, ...deletedOf(deleted) });
      if (!complete) visitor.problem("damaged", chain);
      if (sizeBytes > memoryBytes) {
        if (readerOf(type, name, search) !== null && visitor.enters?.(chain) !== false)
          visitor.problem("too-large", chain);
        return;
      }
      const source = memorySource(Buffer.concat(kept, sizeBytes));
      const reader = readerAfter(walk, { chain, source, type, head, search });
      if (reader === null || visitor.enters?.(chain) === false || !isNew(walk, sha256)) return;
      enter(walk, { chain, source, depth, reader, ...deletedOf(deleted) });
    },
  };
}
