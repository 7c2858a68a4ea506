import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/values";
import { deriveSetKeys, deriveSipKey, hkdfExpand } from "./derive-keys.node.ts";

test("hkdfExpand() gives RFC 5869's test cases 1 and 2", () => {
  const one = hkdfExpand(
    fromHex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"),
    fromHex("f0f1f2f3f4f5f6f7f8f9"),
    42,
  );
  assert.equal(toHex(one), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  const two = hkdfExpand(
    fromHex("06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244"),
    Uint8Array.from({ length: 80 }, (_, i) => 0xb0 + i),
    82,
  );
  assert.equal(
    toHex(two),
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  );
});

test("deriveSetKeys() gives 136 and 40 words that belong to the secret alone", () => {
  const keys = deriveSetKeys(new Uint8Array(32).fill(1));
  assert.equal(keys.sectorKey.length, 136);
  assert.equal(keys.blockKey.length, 40);
  assert.deepEqual(deriveSetKeys(new Uint8Array(32).fill(1)), keys);
  assert.notDeepEqual(deriveSetKeys(new Uint8Array(32).fill(2)), keys);
  assert.notEqual(keys.sectorKey[0], keys.blockKey[0]);
});

test("deriveSipKey() gives 16 bytes; both refuse a secret of another length", () => {
  assert.equal(deriveSipKey(new Uint8Array(32)).length, 16);
  assert.throws(() => deriveSipKey(new Uint8Array(31)), /32 bytes, current length is 31/);
  assert.throws(() => deriveSetKeys(new Uint8Array(33)), RangeError);
});
