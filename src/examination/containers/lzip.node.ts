import { holds, little } from "#base/values";
import { type ByteSource, memorySource, slice } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { joinedSource, readBytes } from "./read-bytes.ts";
import { readSevenZip } from "./seven-zip.node.ts";
import { innerName } from "./stream-containers.ts";

// Lzip: members of LZMA, each with its length behind it. 7-Zip unpacks them as LZMA once each has the header of that.
// @see The lzip file format, draft-diaz-lzip-09

const [HEAD_BYTES, END_BYTES] = [6, 20];
const TRAILING_MOST_BYTES = 4096;
const MEMBERS_MOST = 4096;
/** lc 3, lp 0, pb 2: lzip knows no others. */
const PROPERTIES = 0x5d;

/** One file in members of lzip, one behind the other. */
export function readLzip(source: ByteSource, visit: ContainerVisit): void {
  const path = [innerName(visit.name)];
  const members = membersOf(source);
  const stream = visit.stream(path);
  let isWhole = true;
  const joined: ContainerVisit = {
    ...{ budget: visit.budget, name: visit.name, entry: visit.entry },
    problem: () => {
      isWhole = false;
    },
    stream: () => ({
      piece: (bytes) => stream.piece(bytes),
      end: (complete) => {
        isWhole &&= complete;
      },
    }),
  };
  for (const member of members) readSevenZip(withHead(member), joined, { path, type: "lzma" });
  stream.end(isWhole);
}

/** Members from the file's end on; where that is damaged, all of it as one. */
function membersOf(source: ByteSource): ByteSource[] {
  const members: ByteSource[] = [];
  let end = lastEnd(source);
  while (end > 0 && members.length < MEMBERS_MOST) {
    const lengthBytes = little(readBytes(source, end - 8, 8), 0, 8);
    const from = end - lengthBytes;
    if (!(lengthBytes > HEAD_BYTES + END_BYTES && from >= 0) || !holds(readBytes(source, from, 5), 0, "LZIP\x01"))
      break;
    members.unshift(slice(source, from, lengthBytes - END_BYTES));
    end = from;
  }
  return end === 0 ? members : [source];
}

/** Where the last member ends; what stands behind it is no part of the file. */
function lastEnd(source: ByteSource): number {
  const from = Math.max(0, source.sizeBytes - TRAILING_MOST_BYTES);
  const tail = readBytes(source, from, TRAILING_MOST_BYTES);
  for (let end = tail.length; end >= 8; end--) {
    const start = from + end - little(tail, end - 8, 8);
    if (start >= 0 && start < from + end && holds(readBytes(source, start, 5), 0, "LZIP\x01")) return from + end;
  }
  return source.sizeBytes;
}

/** The member's bytes behind the header of .lzma: properties, dictionary, a length that is not known. */
function withHead(member: ByteSource): ByteSource {
  const coded = readBytes(member, 5, 1)[0] ?? 0;
  const head = new DataView(new ArrayBuffer(13));
  head.setUint8(0, PROPERTIES);
  // The next power of two: 7-Zip takes no sixteenths.
  head.setUint32(1, 2 ** Math.min(29, coded & 31), true);
  head.setBigUint64(5, 0xffff_ffff_ffff_ffffn, true);
  const bytes = new Uint8Array(head.buffer);
  return joinedSource([
    { source: memorySource(bytes), startByte: 0, lengthBytes: bytes.length },
    { source: member, startByte: HEAD_BYTES, lengthBytes: Math.max(0, member.sizeBytes - HEAD_BYTES) },
  ]);
}
