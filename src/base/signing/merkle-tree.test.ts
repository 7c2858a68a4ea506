import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, seededRandom, toHex } from "#base/values";
import vectors from "#vectors/signing/merkle.json" with { type: "json" };
import { sha256 } from "./ed25519.node.ts";
import { merkleProof, merkleRoot, verifyMerkleProof } from "./merkle-tree.node.ts";

const known = vectors.leaves.map(fromHex);

for (const [leaves, root] of vectors.roots.entries()) {
  test(`merkleRoot() of the reference's first ${leaves} leaves`, () => {
    assert.equal(toHex(merkleRoot(known.slice(0, leaves))), root);
  });
}

for (const { index, leaves, path } of vectors.proofs) {
  test(`merkleProof() of the reference's leaf ${index} in ${leaves}`, () => {
    const proof = merkleProof(known.slice(0, leaves), index);
    assert.deepEqual(proof.path.map(toHex), path);
    assert.deepEqual([proof.index, proof.leaves], [index, leaves]);
  });
}

test("merkleRoot() equals RFC 6962's recursive definition for 1 to 130 leaves", () => {
  const leaves = randomLeaves(130);
  for (let n = 1; n <= leaves.length; n++) {
    assert.equal(toHex(merkleRoot(leaves.slice(0, n))), toHex(byDefinition(leaves.slice(0, n))), `${n} leaves`);
  }
});

test("verifyMerkleProof() holds for every leaf of 1 to 40, and for no other leaf, place, size, path or root", () => {
  const leaves = randomLeaves(41);
  const stranger = leaves[40] ?? new Uint8Array(0);
  for (let n = 1; n <= 40; n++) {
    const root = merkleRoot(leaves.slice(0, n));
    for (let index = 0; index < n; index++) {
      const proof = merkleProof(leaves.slice(0, n), index);
      const leaf = leaves[index] ?? stranger;
      assert.ok(verifyMerkleProof(leaf, proof, root), `${index} in ${n}`);
      assert.ok(!verifyMerkleProof(stranger, proof, root));
      assert.ok(!verifyMerkleProof(leaf, proof, stranger));
      assert.ok(!verifyMerkleProof(leaf, { ...proof, path: [...proof.path, stranger] }, root));
      assert.ok(!verifyMerkleProof(leaf, { ...proof, index: n }, root));
      assert.ok(!verifyMerkleProof(leaf, { ...proof, index: -1 }, root));
      if (n > 1) {
        assert.ok(!verifyMerkleProof(leaf, { ...proof, index: (index + 1) % n }, root));
        assert.ok(!verifyMerkleProof(leaf, { ...proof, path: proof.path.slice(1) }, root));
      }
    }
  }
});

test("merkleProof() refuses a leaf that is not there", () => {
  for (const index of [-1, 3, 0.5]) assert.throws(() => merkleProof(known.slice(0, 3), index), RangeError);
});

test("merkleRoot() reads leaves one by one", () => {
  let open = 0;
  const stream = function* (): Generator<Uint8Array> {
    for (open = 0; open < 5000; open++) yield Uint8Array.of(open & 255, open >> 8);
  };
  const root = merkleRoot(stream());
  assert.equal(open, 5000);
  assert.equal(toHex(root), toHex(byDefinition([...stream()])));
});

function randomLeaves(count: number): Uint8Array[] {
  const random = seededRandom("merkle");
  return Array.from({ length: count }, () => Uint8Array.from({ length: 32 }, () => random.below(256)));
}

/** RFC 6962 §2.1, word for word. */
function byDefinition(leaves: Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), first);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Uint8Array.of(1), byDefinition(leaves.slice(0, k)), byDefinition(leaves.slice(k)));
}
