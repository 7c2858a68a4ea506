import { createHash } from "node:crypto";
import { type FingerprintKeys, fingerprintOf } from "#base/hashing";
import { adviseHugePages } from "#base/machine/node";
import type { SealedReader } from "#base/signing/node";
import { equalBytes } from "#base/values";
import { filtersFault } from "./faults.ts";
import { digestTag, type FilterKeys, fingerprintKeys, keyIds, sizeTag, vectorBlock } from "./filter-file-keys.node.ts";
import { tampered } from "./filter-file-layout.ts";
import {
  algorithmNumber,
  DIGEST_TAG_BYTES,
  KEY_BYTES,
  MEMBERS_MAX,
  optionalSection,
  readHead,
  readShardHead,
  type Section,
  type SectionKind,
  SIZE_TAG_BYTES,
  type StoredShard,
  sectionOf,
  VECTOR_BLOCKS,
} from "./filter-file-payload.ts";
import { type FileTables, hasSize, hasTag } from "./filter-file-tables.node.ts";
import { DIGEST_ALGORITHMS, type DigestAlgorithm, type FilterHeader } from "./filter-header.ts";
import { storedCells } from "./filter-open-cells.node.ts";
import { laidOut, setBytes, writeDescriptors } from "./fuse-layout.ts";
import { standsInMemory } from "./fuse-lookup.ts";
import { SCAN_CELL_BYTES } from "./fuse-shape.ts";
import { type OpenLists, openLists } from "./list-lookup.node.ts";

/** One opened part. */
export interface OpenPart {
  header: FilterHeader;
  /** Equal for parts whose blocks need be hashed only once. */
  setKeyId: string;
  keys: FingerprintKeys;
  /** Bytes that loadScanPlane needs, a multiple of 16. */
  scanBytes: number;
  /**
   * Decrypts the scanned plane straight into memory at a 16-aligned address and looks known members up in it.
   *
   * @throws {RangeError} When the memory is too small. @throws {Fault} filter/tampered, filter/self-test.
   */
  loadScanPlane(memory: WebAssembly.Memory, at: number): void;
  /** Whether all 48 check bits of a fingerprint stand; reads the second plane from the file as needed. @throws {Fault} filter/tampered. */
  confirm(fingerprint: bigint): boolean;
  /** Whether some listed whole file has this size. */
  sizeListed(sizeBytes: number): boolean;
  /** Whether a whole file is listed; `digest` is raw. */
  digestListed(algorithm: DigestAlgorithm, sizeBytes: number, digest: Uint8Array): boolean;
  /** Algorithms with at least one digest. */
  algorithms: DigestAlgorithm[];
  /** The perceptual fingerprints of the release, as likeness lays them out; null: it has none. */
  likeness: { lengthBytes: number; readInto(target: Uint8Array, offset: number): void } | null;
  /** Foreign lists of whole-file digests; null: it has none. */
  lists: OpenLists | null;
  /** Test marks: blocks that were fingerprinted anew when it was opened, and members that loadScanPlane looks up. */
  testMarks: number;
}

/** What a part is opened from. */
export interface PartSource {
  header: FilterHeader;
  headerBytes: Uint8Array;
  payload: SealedReader;
  place: string;
}

/**
 * Reads a part's keys and tables and checks its test vectors.
 *
 * @throws {Fault} filter/tampered, filter/self-test.
 */
export function openPart({ header, headerBytes, payload, place }: PartSource): OpenPart {
  const table = readHead(payload.readInto, payload.plainBytes, place);
  if (!equalBytes(table.headerDigest, createHash("sha256").update(headerBytes).digest())) {
    throw tampered(place, "the header is not the payload's own");
  }
  const bytesOf = (kind: SectionKind, number = 0): Uint8Array<ArrayBuffer> =>
    sectionBytes(payload, sectionOf(table, kind, number));
  const keys = readKeys(bytesOf("keys"), header, place);
  const blockKeys = fingerprintKeys(keys);
  const members = checkVectors(bytesOf("vectors"), blockKeys, place);
  const tables = readTables(bytesOf, header, place);
  const shards = Array.from({ length: header.shards }, (_, number) =>
    readShardHead(payload.readInto, sectionOf(table, "shard", number), place),
  );
  if (!Number.isInteger(Math.log2(shards.length))) throw tampered(place, "impossible number of shards");
  const cells = storedCells(payload, shards);
  let scanStands = cells.scanStands;
  const { releaseKey } = keys;
  return {
    header,
    setKeyId: header.keyIds.set,
    keys: blockKeys,
    scanBytes: setBytes(shards),
    loadScanPlane: (memory, at) => {
      loadScanPlane({ payload, shards, members, place }, memory, at);
      scanStands = (fingerprint) => standsInMemory(memory.buffer, at, fingerprint);
    },
    confirm: (fingerprint) => scanStands(fingerprint) && cells.checkStands(fingerprint),
    sizeListed: (sizeBytes) => hasSize(tables.sizes, sizeTag(releaseKey, sizeBytes)),
    digestListed: (algorithm, sizeBytes, digest) =>
      hasTag(tables.digests[algorithm], digestTag(releaseKey, { algorithm, sizeBytes }, digest)),
    algorithms: DIGEST_ALGORITHMS.filter((algorithm) => tables.digests[algorithm].length > 0),
    testMarks: VECTOR_BLOCKS + members.length,
    likeness: likenessOf(payload, optionalSection(table, "likeness")),
    lists: openLists({ header, table, payload, releaseKey, place }),
  };
}

function likenessOf({ readInto }: SealedReader, section: Section | null): OpenPart["likeness"] {
  if (section === null) return null;
  const { offset, length } = section;
  return {
    lengthBytes: length,
    readInto: (target, from) => {
      if (from < 0 || from + target.length > length) {
        throw new RangeError(
          `Cannot read likeness: it has ${length} bytes, asked for ${from} to ${from + target.length}`,
        );
      }
      readInto(target, offset + from);
    },
  };
}

function sectionBytes({ readInto }: SealedReader, { offset, length }: Section): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  readInto(bytes, offset);
  return bytes;
}

function readKeys(bytes: Uint8Array, header: FilterHeader, place: string): FilterKeys {
  if (bytes.length !== 2 * KEY_BYTES) throw tampered(place, "keys are not of their form");
  const keys = { setKey: bytes.slice(0, KEY_BYTES), releaseKey: bytes.slice(KEY_BYTES) };
  const ids = keyIds(keys);
  if (ids.set !== header.keyIds.set || ids.release !== header.keyIds.release) {
    throw tampered(place, "the keys are not the header's");
  }
  return keys;
}

/** Fingerprints the synthetic blocks anew. @returns the members to look up once the set is in memory. */
function checkVectors(bytes: Uint8Array<ArrayBuffer>, keys: FingerprintKeys, place: string): BigUint64Array {
  if (bytes.length !== 8 * (VECTOR_BLOCKS + 1 + MEMBERS_MAX))
    throw tampered(place, "test vectors are not of their form");
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < VECTOR_BLOCKS; i++) {
    if (fingerprintOf(vectorBlock(i), keys) !== view.getBigUint64(8 * i, true))
      throw selfTest(place, `test block ${i}`);
  }
  const count = view.getUint32(8 * VECTOR_BLOCKS, true);
  if (count > MEMBERS_MAX) throw tampered(place, "test vectors are not of their form");
  return BigUint64Array.from({ length: count }, (_, i) => view.getBigUint64(8 * (VECTOR_BLOCKS + 1 + i), true));
}

function readTables(
  bytesOf: (kind: SectionKind, number?: number) => Uint8Array<ArrayBuffer>,
  header: FilterHeader,
  place: string,
): FileTables {
  const sizes = bytesOf("sizes");
  const table = (algorithm: DigestAlgorithm): Uint8Array => {
    const tags = bytesOf("digests", algorithmNumber(algorithm));
    if (tags.length !== header.digests[algorithm] * DIGEST_TAG_BYTES) throw tampered(place, `${algorithm} table`);
    return tags;
  };
  if (sizes.length !== header.sizes * SIZE_TAG_BYTES) throw tampered(place, "size table");
  const digests = { sha256: table("sha256"), sha1: table("sha1"), md5: table("md5") };
  return { sizes: new BigUint64Array(sizes.buffer), digests };
}

interface Loading {
  payload: SealedReader;
  shards: StoredShard[];
  members: BigUint64Array;
  place: string;
}

function loadScanPlane({ payload, shards, members, place }: Loading, memory: WebAssembly.Memory, at: number): void {
  const bytes = setBytes(shards);
  if (at % 16 !== 0 || at + bytes > memory.buffer.byteLength) {
    throw new RangeError(
      `Cannot load a filter: it needs ${bytes} bytes at a multiple of 16, current address is ${at} of ${memory.buffer.byteLength}`,
    );
  }
  adviseHugePages(memory, at, bytes);
  const laid = laidOut(shards);
  for (const [i, shard] of shards.entries()) {
    const target = new Uint8Array(memory.buffer, at + (laid[i]?.cellsAt ?? 0), shard.cells * SCAN_CELL_BYTES);
    payload.readInto(target, shard.scanAt);
  }
  writeDescriptors(memory.buffer, at, laid);
  for (const member of members) {
    if (!standsInMemory(memory.buffer, at, member)) throw selfTest(place, "a member is not found");
  }
}

function selfTest(place: string, detail: string): Error {
  return filtersFault("filter/self-test", detail, { place, values: { place } });
}
