import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { radixOrder } from "./build-order.ts";

test("radixOrder() sorts like a comparison sort, unsigned, and is stable", () => {
  const random = seededRandom("order");
  for (const count of [0, 1, 2, 100, 3000]) {
    const words = Uint32Array.from({ length: count * 3 }, (_, i) =>
      i % 3 === 0 ? random.below(4) * 0x55555555 : random.below(2) === 0 ? random.bits32() : random.below(3),
    );
    const at = (record: number, column: number): number => words[record * 3 + column] ?? 0;
    const want = Array.from({ length: count }, (_, i) => i).sort((a, b) => at(a, 1) - at(b, 1) || at(a, 0) - at(b, 0));
    assert.deepEqual([...radixOrder(words, 3, [0, 1])], want);
  }
});

test("radixOrder() of 64-bit values in two columns is their unsigned order", () => {
  const values = [2n ** 63n, 1n << 32n, 0n, 2n ** 64n - 1n, 5n, 2n << 32n, 1n];
  const words = Uint32Array.from(values.flatMap((value) => [Number(value & 0xffffffffn), Number(value >> 32n)]));
  const order = [...radixOrder(words, 2, [0, 1])].map((record) => values[record]);
  assert.deepEqual(
    order,
    [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
});
