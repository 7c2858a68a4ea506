import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { nearestTwin } from "./nearest-twin.ts";
import { seriesOf } from "./picture-series.ts";

test("seriesOf() takes in what is near the first one, not what is near another, and leaves single ones out", () => {
  const random = seededRandom("picture-series");
  const noise = (): Uint8Array => Uint8Array.from({ length: 32 }, () => random.below(256));
  const off = (hash: Uint8Array, byte: number): Uint8Array =>
    hash.map((value, i) => (i >> 1 === byte ? value ^ 255 : value));
  const [a, b, c] = [noise(), noise(), noise()];
  const [a2, b2] = [off(a, 0), off(b, 1)];
  const far = off(off(a2, 5), 6);
  const hashes = concatBytes(a, b, c, far, b2, a2, a);
  assert.deepEqual(seriesOf(hashes, nearestTwin(hashes), 31), [
    { first: 0, members: 3 },
    { first: 1, members: 2 },
  ]);
  assert.deepEqual(seriesOf(new Uint8Array(), nearestTwin(new Uint8Array()), 31), []);
});
