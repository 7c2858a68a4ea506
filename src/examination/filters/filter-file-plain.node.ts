import { fingerprintOf } from "#base/hashing";
import { concatBytes } from "#base/values";
import type { FilterDraft } from "./filter-draft.ts";
import { fingerprintKeys, shardSeed, vectorBlock } from "./filter-file-keys.node.ts";
import {
  algorithmNumber,
  encodeHead,
  encodeShardHead,
  KEY_BYTES,
  laySections,
  MEMBERS_MAX,
  type Section,
  type SectionKind,
  shardSectionBytes,
  VECTOR_BLOCKS,
} from "./filter-file-payload.ts";
import type { FileTables } from "./filter-file-tables.node.ts";
import { DIGEST_ALGORITHMS } from "./filter-header.ts";
import { openShardBuilder } from "./fuse-builder.node.ts";
import { shardOf } from "./fuse-place.ts";
import { shapeFor } from "./fuse-shape.ts";

/** What the payload is made of, and where each piece will lie in it. */
export interface PayloadPlan {
  draft: FilterDraft;
  tables: FileTables;
  headerDigest: Uint8Array;
  onProgress(keysWritten: number): void;
  sections: Section[];
  plainBytes: number;
}

/** Members as they stand in the payload: u32 count, u32 0, then room for 16 u64; before them the test blocks' fingerprints. */
const VECTORS_BYTES = 8 * VECTOR_BLOCKS + 8 + 8 * MEMBERS_MAX;

/** Plans the payload: every length follows from the counts, so the file can be written in one pass. */
export function planPayload(parts: Omit<PayloadPlan, "sections" | "plainBytes">): PayloadPlan {
  const { draft, tables } = parts;
  return {
    ...parts,
    ...laySections([
      { kind: "keys", number: 0, length: 2 * KEY_BYTES },
      { kind: "sizes", number: 0, length: tables.sizes.byteLength },
      ...DIGEST_ALGORITHMS.map((algorithm) => ({
        kind: "digests" as SectionKind,
        number: algorithmNumber(algorithm),
        length: tables.digests[algorithm].length,
      })),
      ...draft.shardKeys.map((keys, number) => ({
        kind: "shard" as SectionKind,
        number,
        length: shardSectionBytes(shapeFor(keys)),
      })),
      { kind: "vectors", number: 0, length: VECTORS_BYTES },
      ...(draft.likeness === undefined
        ? []
        : [{ kind: "likeness" as SectionKind, number: 0, length: draft.likeness.lengthBytes }]),
      ...(draft.lists ?? []).map(({ number, lengthBytes }) => ({
        kind: "lists" as SectionKind,
        number,
        length: lengthBytes,
      })),
    ]),
  };
}

/** The payload's bytes in order; shards are built on the way, one at a time. The views are good until the next one is asked for. */
export async function* plainBytes({ draft, tables, ...plan }: PayloadPlan): AsyncGenerator<Uint8Array> {
  const { setKey, releaseKey } = draft.keys;
  const members: bigint[] = [];
  yield encodeHead(plan.headerDigest, plan.sections);
  yield concatBytes(setKey, releaseKey);
  yield* padded([tables.sizes]);
  for (const algorithm of DIGEST_ALGORITHMS) yield* padded([tables.digests[algorithm]]);
  const builder = openShardBuilder();
  const shardBits = Math.log2(draft.shardKeys.length);
  let written = 0;
  for (const [shard, count] of draft.shardKeys.entries()) {
    const quota = Math.ceil(MEMBERS_MAX / draft.shardKeys.length);
    const pieces = watched(draft.fingerprints(shard), { shard, shardBits, quota, members });
    const built = await builder.build({ count, pieces, seedOf: (attempt) => shardSeed(releaseKey, shard, attempt) });
    yield encodeShardHead(built.seed, built.shape, count);
    yield* padded([built.scan, built.check]);
    written += count;
    plan.onProgress(written);
  }
  yield* padded([vectorBytes(draft, members)]);
  if (draft.likeness !== undefined) yield* padded(checkedPieces(draft.likeness, "likeness"));
  for (const table of draft.lists ?? []) yield* padded(checkedPieces(table, "lists"));
}

/** A length that is not the one promised would move every byte behind it. */
function* checkedPieces(
  { lengthBytes, pieces }: NonNullable<FilterDraft["likeness"]>,
  what: string,
): Generator<Uint8Array> {
  let length = 0;
  for (const piece of pieces()) {
    length += piece.length;
    yield piece;
  }
  if (length !== lengthBytes) {
    throw new RangeError(
      `Cannot write a filter: ${lengthBytes} bytes of ${what} were promised, current number is ${length}`,
    );
  }
}

/** Pieces' bytes, then zeros up to a multiple of 16. Little-endian, as every machine Phum runs on. */
function* padded(pieces: Iterable<Uint8Array | Uint16Array | Uint32Array | BigUint64Array>): Generator<Uint8Array> {
  let length = 0;
  for (const piece of pieces) {
    length += piece.byteLength;
    yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
  yield new Uint8Array((16 - (length % 16)) % 16);
}

interface Watch {
  shard: number;
  shardBits: number;
  quota: number;
  members: bigint[];
}

/** Passes a shard's pieces on, refuses what is not of the shard, and notes a few members for the self-test. */
async function* watched(
  pieces: AsyncIterable<BigUint64Array>,
  { shard, shardBits, quota, members }: Watch,
): AsyncGenerator<BigUint64Array> {
  const until = Math.min(MEMBERS_MAX, members.length + quota);
  for await (const piece of pieces) {
    for (const end of [piece.at(0), piece.at(-1)]) {
      if (end === undefined || shardOf(end, shardBits) === shard) continue;
      throw new RangeError(
        `Cannot write shard ${shard}: its fingerprints begin with its number, current one is of ${shardOf(end, shardBits)}`,
      );
    }
    for (let i = 0; i < piece.length && members.length < until; i++) members.push(piece[i] ?? 0n);
    yield piece;
  }
}

function vectorBytes({ keys }: FilterDraft, members: bigint[]): Uint8Array {
  const bytes = new Uint8Array(VECTORS_BYTES);
  const view = new DataView(bytes.buffer);
  const blockKeys = fingerprintKeys(keys);
  for (let i = 0; i < VECTOR_BLOCKS; i++) view.setBigUint64(8 * i, fingerprintOf(vectorBlock(i), blockKeys), true);
  view.setUint32(8 * VECTOR_BLOCKS, members.length, true);
  for (const [i, member] of members.entries()) view.setBigUint64(8 * (VECTOR_BLOCKS + 1 + i), member, true);
  return bytes;
}
