import { inflateAtOnce } from "#base/unpacking/node";
import { type ByteSource, memorySource, slice } from "#examination/sources";
import { readFields, readPart } from "./fields.ts";
import { latin } from "./latin.ts";

const END_BYTES = 22;
const COMMENT_LIMIT = 65_535;
const DIRECTORY_LIMIT_BYTES = 256 * 1024 * 1024;
const UNPACKED_LIMIT_BYTES = 64 * 1024 * 1024;
const MEMBERS_LIMIT = 4_000_000;

/** A zip archive's members by name (bytes as characters), and its comment. */
export interface ZipMembers {
  comment: string;
  names(): Iterable<string>;
  /** A member's bytes: stored ones in place, deflated ones unpacked up to 64 MiB; null where there is none. */
  open(name: string): ByteSource | null;
}

interface Member {
  headerAt: number;
  method: number;
  packedBytes: number;
  plainBytes: number;
}

/**
 * Reads a zip archive's central directory, 64-bit ones included.
 *
 * @returns Null where there is none that holds.
 * @see PKWARE APPNOTE 6.3.10, 4.3.12 to 4.3.16
 */
export function zipMembers(source: ByteSource): ZipMembers | null {
  const tailAt = Math.max(0, source.sizeBytes - END_BYTES - COMMENT_LIMIT);
  const tail = readFields(source, tailAt, source.sizeBytes - tailAt);
  const text = latin(tail.bytes);
  const endAt = text.lastIndexOf("PK\x05\x06");
  if (endAt < 0) return null;
  const comment = text.slice(endAt + END_BYTES, endAt + END_BYTES + tail.u16(endAt + 20));
  const wide = text.slice(Math.max(0, endAt - 20), endAt - 16) === "PK\x06\x07" ? tail.u64(endAt - 20 + 8) : null;
  const record = wide === null ? null : readFields(source, wide, 56);
  const end = record !== null && record.text(0, 4) === "PK\x06\x06" ? record : null;
  const directoryBytes = end?.u64(40) ?? tail.u32(endAt + 12);
  const directoryAt = end?.u64(48) ?? tail.u32(endAt + 16);
  if (!(directoryBytes <= DIRECTORY_LIMIT_BYTES) || directoryAt + directoryBytes > source.sizeBytes) return null;
  const members = readDirectory(source, directoryAt, directoryBytes);
  return members === null
    ? null
    : { comment, names: () => members.keys(), open: (name) => openMember(source, members.get(name)) };
}

function readDirectory(source: ByteSource, at: number, length: number): Map<string, Member> | null {
  const directory = readFields(source, at, length);
  const members = new Map<string, Member>();
  for (let from = 0; from + 46 <= directory.bytes.length && members.size < MEMBERS_LIMIT; ) {
    if (directory.u32(from) !== 0x02014b50) return null;
    const [nameBytes, extraBytes, commentBytes] = [
      directory.u16(from + 28),
      directory.u16(from + 30),
      directory.u16(from + 32),
    ];
    const member = {
      headerAt: directory.u32(from + 42),
      method: directory.u16(from + 10),
      packedBytes: directory.u32(from + 20),
      plainBytes: directory.u32(from + 24),
    };
    const extraAt = from + 46 + nameBytes;
    for (let extra = extraAt; extra + 4 <= extraAt + extraBytes; extra += 4 + directory.u16(extra + 2)) {
      if (directory.u16(extra) !== 1) continue;
      // Only what did not fit stands here, in this order.
      let field = extra + 4;
      for (const key of ["plainBytes", "packedBytes", "headerAt"] as const) {
        if (member[key] !== 0xffffffff) continue;
        member[key] = directory.u64(field);
        field += 8;
      }
    }
    members.set(latin(directory.bytes.subarray(from + 46, from + 46 + nameBytes)), member);
    from = extraAt + extraBytes + commentBytes;
  }
  return members;
}

function openMember(source: ByteSource, member: Member | undefined): ByteSource | null {
  if (member === undefined || !Number.isSafeInteger(member.headerAt + member.packedBytes)) return null;
  const header = readFields(source, member.headerAt, 30);
  if (header.u32(0) !== 0x04034b50) return null;
  const dataAt = member.headerAt + 30 + header.u16(26) + header.u16(28);
  if (member.method === 0) return slice(source, dataAt, member.packedBytes);
  if (member.method !== 8 || member.plainBytes > UNPACKED_LIMIT_BYTES || member.packedBytes > UNPACKED_LIMIT_BYTES)
    return null;
  try {
    return memorySource(
      inflateAtOnce(readPart(source, dataAt, member.packedBytes), "raw", { maxOutputLength: UNPACKED_LIMIT_BYTES })
        .bytes,
    );
  } catch {
    return null;
  }
}
