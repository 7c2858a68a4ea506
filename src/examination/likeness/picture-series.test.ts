import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { nearestTwin } from "./nearest-twin.ts";
import { seriesOf } from "./picture-series.ts";

test("seriesOf() joins what is near, also over a third one, and leaves single ones out", () => {
  const random = seededRandom("picture-series");
  const noise = (): Uint8Array => Uint8Array.from({ length: 32 }, () => random.below(256));
  const off = (hash: Uint8Array, byte: number): Uint8Array =>
    hash.map((value, i) => (i >> 1 === byte ? value ^ 255 : value));
  const [a, b, c] = [noise(), noise(), noise()];
  const [a2, b2] = [off(a, 0), off(b, 1)];
  const a3 = off(a2, 5);
  const hashes = concatBytes(a, b, c, a3, b2, a2);
  assert.deepEqual(
    seriesOf(hashes, nearestTwin(hashes), 31).map(({ members }) => members),
    [
      [0, 3, 5],
      [1, 4],
    ],
  );
  assert.deepEqual(seriesOf(new Uint8Array(), nearestTwin(new Uint8Array()), 31), []);
});
