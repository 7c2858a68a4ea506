import assert from "node:assert/strict";
import { test } from "node:test";
import { growingBytes } from "./growing-bytes.ts";

test("growingBytes() holds pieces of any length in their order, and refuses what would be too much", () => {
  const growing = growingBytes(10);
  assert.deepEqual([growing.lengthBytes, growing.bytes()], [0, new Uint8Array(0)]);
  for (const piece of [[1, 2, 3], [], [4], [5, 6, 7, 8, 9]]) assert.equal(growing.add(Uint8Array.from(piece)), true);
  assert.equal(growing.add(Uint8Array.of(10, 11)), false);
  assert.deepEqual([growing.lengthBytes, growing.bytes()], [9, Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9])]);
  assert.equal(growing.add(Uint8Array.of(10)), true);
  assert.deepEqual(
    growing.view(),
    Uint8Array.from({ length: 10 }, (_, i) => i + 1),
  );
  assert.equal(growing.add(Uint8Array.of(11)), false);
});

test("growingBytes() keeps a copy of what it is given", () => {
  const [growing, piece] = [growingBytes(8), Uint8Array.of(1, 2)];
  growing.add(piece);
  piece.fill(9);
  assert.deepEqual(growing.bytes(), Uint8Array.of(1, 2));
});
