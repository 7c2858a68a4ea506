import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex, utf8 } from "#base/values";
import vectors from "#vectors/signing/ed25519.json" with { type: "json" };
import { newSeed, signingKey, verifySignature } from "./ed25519.node.ts";

for (const { name, secret, public: publicKey, message, signature } of vectors.cases) {
  test(`signingKey() of RFC 8032 ${name} signs as the standard says`, () => {
    const key = signingKey(fromHex(secret));
    assert.equal(key.publicKey, publicKey);
    assert.equal(toHex(key.sign(fromHex(message))), signature);
  });

  test(`verifySignature() of RFC 8032 ${name} holds, and no longer after any flipped bit`, () => {
    const bytes = fromHex(message);
    assert.ok(verifySignature(publicKey, bytes, fromHex(signature)));
    for (let bit = 0; bit < 512; bit += 7) {
      assert.ok(!verifySignature(publicKey, bytes, flipped(fromHex(signature), bit)), `signature bit ${bit}`);
    }
    for (let bit = 0; bit < 256; bit += 5) {
      const other = toHex(flipped(fromHex(publicKey), bit));
      assert.ok(!verifySignature(other, bytes, fromHex(signature)), `key bit ${bit}`);
    }
    assert.ok(!verifySignature(publicKey, Uint8Array.of(...bytes, 0), fromHex(signature)));
  });
}

test("verifySignature() refuses a signature whose scalar was raised by the group's order", () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const [first] = vectors.cases;
  assert.ok(first);
  const signature = fromHex(first.signature);
  let scalar = 0n;
  for (let i = 63; i >= 32; i--) scalar = scalar * 256n + BigInt(signature[i] ?? 0);
  scalar += order;
  for (let i = 32; i < 64; i++, scalar /= 256n) signature[i] = Number(scalar % 256n);
  assert.ok(!verifySignature(first.public, fromHex(first.message), signature));
});

test("verifySignature() never holds under a key of small order", () => {
  // R = the neutral point, S = 0: fits every message under the key that is the neutral point.
  const neutral = `01${"0".repeat(62)}`;
  assert.ok(!verifySignature(neutral, utf8("anything"), fromHex(neutral + "0".repeat(64))));
});

test("verifySignature() of what is no key or no signature is false, never an error", () => {
  for (const key of ["", "00", "zz".repeat(32), "f".repeat(64), "A".repeat(64), "0".repeat(66)]) {
    assert.equal(verifySignature(key, utf8("x"), new Uint8Array(64)), false);
  }
  for (const length of [0, 63, 65]) {
    assert.equal(verifySignature(vectors.cases[0]?.public ?? "", utf8(""), new Uint8Array(length)), false);
  }
});

test("signingKey() refuses a secret that is not 32 bytes; newSeed() makes 32 different ones", () => {
  assert.throws(() => signingKey(new Uint8Array(31)), RangeError);
  assert.equal(newSeed().length, 32);
  assert.notEqual(toHex(newSeed()), toHex(newSeed()));
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const other = bytes.slice();
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return other;
}
