import { type Cipheriv, createCipheriv, randomBytes } from "node:crypto";
import { LIST_ALGORITHMS, type ListAlgorithm } from "#examination/hashlists";
import type { StoredRecord } from "#examination/hashlists/node";
import { BUCKETS, openSpillReader, openSpillWriter, type SpillWriter } from "./build-spill.node.ts";
import { distinctFingerprints } from "./fuse-distinct.ts";
import { LIST_ROLES, type ListRole } from "./list-section.ts";

const WORDS = 2;
const BATCH = 4096;
const BLOCK = 16;

/** Finds files that stand on lists of both roles. */
export interface OverlapFinder {
  add(role: ListRole, record: StoredRecord): void;
  /** @returns How many digests stand on both, and whether a record holds one of them. */
  find(): { digests: number; holds(record: StoredRecord): boolean };
}

/**
 * Compares digests of the same kind under a key that is thrown away: what lies in the work folder meanwhile is no list.
 *
 * @param pathOf Files for what is spilled, by number from 0.
 */
export function overlapFinder(pathOf: (number: number) => string): OverlapFinder {
  const key = randomBytes(BLOCK);
  const cipher = (): Cipheriv => createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  const numberOf = (role: ListRole, algorithm: ListAlgorithm): number =>
    LIST_ROLES.indexOf(role) * LIST_ALGORITHMS.length + LIST_ALGORITHMS.indexOf(algorithm);
  const writers = new Map<number, KeyedSpill>();
  return {
    add(role, { digests }) {
      for (const algorithm of LIST_ALGORITHMS) {
        const digest = digests[algorithm];
        if (digest === undefined) continue;
        const number = numberOf(role, algorithm);
        let writer = writers.get(number);
        if (writer === undefined) {
          writer = keyedSpill(pathOf(number), cipher());
          writers.set(number, writer);
        }
        writer.add(digest);
      }
    },
    find() {
      for (const writer of writers.values()) writer.close();
      const both = new Map<ListAlgorithm, Set<bigint>>();
      for (const algorithm of LIST_ALGORITHMS) {
        const [bad, good] = [numberOf("known-bad", algorithm), numberOf("known-good", algorithm)];
        const common = writers.has(bad) && writers.has(good) ? inBoth(pathOf(bad), pathOf(good)) : new Set<bigint>();
        if (common.size > 0) both.set(algorithm, common);
      }
      const one = cipher();
      const digests = [...both.values()].reduce((sum, { size }) => sum + size, 0);
      const holds = ({ digests: held }: StoredRecord): boolean =>
        [...both].some(([algorithm, common]) => {
          const digest = held[algorithm];
          return digest !== undefined && common.has(one.update(digest.subarray(0, BLOCK)).readBigUInt64LE(0));
        });
      return { digests, holds };
    },
  };
}

interface KeyedSpill {
  add(digest: Uint8Array): void;
  close(): void;
}

/** The first 16 bytes of digests, encrypted; 8 bytes of each are kept. */
function keyedSpill(path: string, cipher: Cipheriv): KeyedSpill {
  const spill: SpillWriter = openSpillWriter(path, WORDS);
  const batch = Buffer.alloc(BATCH * BLOCK);
  let held = 0;
  const flush = (): void => {
    const keyed = cipher.update(batch.subarray(0, held * BLOCK));
    const words = new Uint32Array(Uint8Array.from(keyed).buffer);
    for (let at = 0; at < words.length; at += BLOCK / 4) {
      spill.add((words[at + 1] ?? 0) >>> 24, words.subarray(at, at + WORDS));
    }
    held = 0;
  };
  return {
    add(digest) {
      batch.set(digest.subarray(0, BLOCK), held * BLOCK);
      if (++held === BATCH) flush();
    },
    close() {
      flush();
      spill.flush();
      spill.close();
    },
  };
}

function inBoth(a: string, b: string): Set<bigint> {
  const [first, second] = [openSpillReader(a, WORDS), openSpillReader(b, WORDS)];
  const common = new Set<bigint>();
  try {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const [x, y] = [first, second].map((spill) =>
        distinctFingerprints(new BigUint64Array(spill.bucket(bucket).buffer)),
      );
      if (x === undefined || y === undefined) break;
      for (let i = 0, j = 0; i < x.length && j < y.length; ) {
        const [left, right] = [x[i] ?? 0n, y[j] ?? 0n];
        if (left === right) common.add(left);
        if (left <= right) i++;
        if (right <= left) j++;
      }
    }
  } finally {
    first.close();
    second.close();
  }
  return common;
}
