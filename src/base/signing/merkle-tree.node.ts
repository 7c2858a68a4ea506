import { equalBytes } from "#base/values";
import { sha256 } from "./ed25519.node.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** That one leaf stands at one place in a tree of a known size. */
export interface MerkleProof {
  index: number;
  leaves: number;
  /** Neighbours' hashes, 32 bytes each, from the leaf upward. */
  path: Uint8Array[];
}

interface Subtree {
  hash: Uint8Array;
  first: number;
  count: number;
}

/**
 * Root of the Merkle tree over the leaves, in memory that grows with the logarithm of their number.
 *
 * @param leaves Of any length; here usually 32-byte digests. No leaf at all: SHA-256 of nothing.
 * @see RFC 6962 §2.1
 */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  return climb(leaves, () => undefined);
}

/**
 * The proof that the leaf of this index stands in the tree.
 *
 * @throws {RangeError} When there is no such leaf.
 * @see RFC 6962 §2.1.1
 */
export function merkleProof(leaves: Iterable<Uint8Array>, index: number): MerkleProof {
  const path: Uint8Array[] = [];
  const holds = (tree: Subtree): boolean => index >= tree.first && index < tree.first + tree.count;
  let count = 0;
  climb(
    counted(leaves, () => count++),
    (left, right) => {
      if (holds(left)) path.push(right.hash);
      else if (holds(right)) path.push(left.hash);
    },
  );
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`Cannot prove a leaf: its index must be 0 to ${count - 1}, current value is ${index}`);
  }
  return { index, leaves: count, path };
}

/**
 * Whether the proof shows that this leaf stands in the tree with this root.
 *
 * @see RFC 9162 §2.1.3.2
 */
export function verifyMerkleProof(leaf: Uint8Array, proof: MerkleProof, root: Uint8Array): boolean {
  const { index, leaves, path } = proof;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(leaves) || index < 0 || index >= leaves) return false;
  let node = index;
  let last = leaves - 1;
  let hash: Uint8Array = sha256(LEAF, leaf);
  for (const neighbour of path) {
    if (last === 0 || neighbour.length !== 32) return false;
    if (node % 2 === 1 || node === last) {
      hash = sha256(NODE, neighbour, hash);
      while (node % 2 === 0 && node !== 0) {
        node = node / 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = sha256(NODE, hash, neighbour);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, root);
}

function* counted(leaves: Iterable<Uint8Array>, count: () => void): Iterable<Uint8Array> {
  for (const leaf of leaves) {
    count();
    yield leaf;
  }
}

/** Joins equal neighbours as leaves come, then what is left from the right: the same tree as RFC 6962's split at 2^k. */
function climb(leaves: Iterable<Uint8Array>, onJoin: (left: Subtree, right: Subtree) => void): Uint8Array<ArrayBuffer> {
  const open: Subtree[] = [];
  const join = (): void => {
    const right = open.pop();
    const left = open.pop();
    if (left === undefined || right === undefined) return;
    onJoin(left, right);
    open.push({ hash: sha256(NODE, left.hash, right.hash), first: left.first, count: left.count + right.count });
  };
  let count = 0;
  for (const leaf of leaves) {
    open.push({ hash: sha256(LEAF, leaf), first: count, count: 1 });
    count++;
    for (let pairs = count; pairs % 2 === 0; pairs /= 2) join();
  }
  while (open.length > 1) join();
  return Uint8Array.from(open[0]?.hash ?? sha256());
}
