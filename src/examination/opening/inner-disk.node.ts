import { holds, utf8 } from "#base/values";
import type { Budget, ContainerReader, ContainerVisit } from "#examination/containers";
import { type InsideVisitor, lookInside, type OuterFile } from "#examination/containers/node";
import type { FileStream } from "#examination/filesystems";
import { isRefusal, type OpenImage, type Refusal } from "#examination/images";
import { openImage } from "#examination/images/node";
import { type ByteSource, imageSignature, ReadError, slice } from "#examination/sources";
import { entryChain } from "./entry-place.ts";
import type { TreePlace } from "./medium.ts";
import { mediumOf } from "./open-medium.node.ts";
import { treesOf } from "./walk-medium.ts";

// Images of disks and discs within files: in an archive, in a file system, in each other. Their volumes and file systems are walked by the
// readers that walk a medium's, within the budget of the outermost file.

/** Looks into a file as lookInside does, and into images of disks, too. */
export function lookInsideDisks(outer: OuterFile, visitor: InsideVisitor, budget: Budget): void {
  lookInside(outer, { ...visitor, others: diskReader }, budget);
}

/** Of a disk that is not packed. */
const LEAST_BYTES = 16 * 1024;
const TAIL_BYTES = 512;
/** Descriptors of a disc begin there. @see ECMA-119 §8 */
const DISC_AT = 32_768;
const DISC_MARKS = ["CD001", "BEA01", "NSR02", "NSR03"];
/** Shadow copies and snapshots hold the same files again. */
const EARLIER = /-(shadow|snapshot|earlier)/;

/** Reads a file as a disk where its first bytes, those of a disc or its last ones are one's. */
function diskReader(source: ByteSource, head: Uint8Array): ContainerReader | null {
  return isDisk(source, head) ? readDisk : null;
}

function isDisk(source: ByteSource, head: Uint8Array): boolean {
  const tail = part(source, source.sizeBytes - TAIL_BYTES, TAIL_BYTES);
  if (imageSignature(head, tail)?.kind === "container") return true;
  if (source.sizeBytes < LEAST_BYTES) return false;
  if (head[510] === 0x55 && head[511] === 0xaa) return true;
  // ext, HFS, APFS, Apple's table, a volume group.
  if (head[1080] === 0x53 && head[1081] === 0xef) return true;
  if (["H+", "HX", "BD"].some((mark) => holds(head, 1024, mark)) || holds(head, 32, "NXSB")) return true;
  if (holds(head, 0, "ER") && holds(head, 512, "PM")) return true;
  if ([0, 512, 1024, 1536].some((at) => holds(head, at, "LABELONE"))) return true;
  const disc = part(source, DISC_AT, 8);
  return DISC_MARKS.some((mark) => holds(disc, 1, mark));
}

function part(source: ByteSource, atByte: number, lengthBytes: number): Uint8Array {
  const view = new Uint8Array(lengthBytes);
  if (atByte < 0 || atByte + lengthBytes > source.sizeBytes) return new Uint8Array(0);
  try {
    return view.subarray(0, source.readSync(view, atByte));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return new Uint8Array(0);
  }
}

function readDisk(source: ByteSource, visit: ContainerVisit): void {
  const image = openAlone({ name: visit.name, source });
  if (isRefusal(image)) {
    visit.problem("unsupported");
    return;
  }
  const medium = mediumOf(image, { name: visit.name, place: "", kind: "image", close: () => undefined });
  for (const { encrypted, links } of medium.volumes)
    if (encrypted !== null) visit.problem("encrypted", links.map(utf8));
  for (const place of treesOf(medium)) if (!EARLIER.test(place.tree.kind)) readTree(place, visit);
}

/** Nothing stands beside it: no further segments, no parents. What is named like one of several is opened as one alone. */
function openAlone(file: Parameters<typeof openImage>[0]): OpenImage | Refusal {
  const nothing = { names: () => [], open: () => null };
  const image = openImage(file, nothing);
  const isPart = isRefusal(image) && image.refused === "segment-missing";
  return isPart ? openImage({ ...file, name: utf8("disk") }, nothing) : image;
}

function readTree(place: TreePlace, visit: ContainerVisit): void {
  for (const entry of place.tree.entries({ orphans: false })) {
    visit.budget.spend(0);
    const { kind, state, certainty, renamed, streams } = entry;
    if (kind !== "file" || renamed === true || certainty === "name-only") continue;
    for (const stream of streams) {
      const path = entryChain(place, entry, stream).slice(1);
      if (stream.encrypted === true) {
        visit.problem("encrypted", path);
        continue;
      }
      const bytes = thereOf(place, stream);
      if (bytes.sizeBytes === 0) continue;
      const deleted = state === "allocated" ? {} : { deleted: certainty };
      visit.entry({ path, content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes, ...deleted });
    }
  }
}

/** What says that it is longer than twice its disk is holes, or a lie. */
function thereOf({ medium }: TreePlace, { read }: FileStream): ByteSource {
  const { media, entries } = medium.image;
  return entries !== undefined || read.sizeBytes <= 2 * media.sizeBytes ? read : slice(read, 0, media.sizeBytes);
}
