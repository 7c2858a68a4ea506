import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { pageCached } from "./page-cached.ts";

const SIZE = 1_000_001;
const BAD = 500_000;
const random = seededRandom("page cached");
const media = Uint8Array.from({ length: SIZE }, () => random.below(256));
let reads = 0;
const source = {
  sizeBytes: SIZE,
  readSync: (view: Uint8Array, offsetBytes: number) => {
    reads++;
    if (offsetBytes <= BAD && offsetBytes + view.length > BAD) {
      const goodBytes = BAD - offsetBytes;
      view.set(media.subarray(offsetBytes, BAD));
      throw new ReadError("input-error", "EIO", { offsetBytes: BAD, goodBytes });
    }
    const part = media.subarray(offsetBytes, offsetBytes + view.length);
    view.set(part);
    return part.length;
  },
};

test("pageCached() gives what its source gives, also at the end and around a byte that cannot be read", () => {
  const cached = pageCached(source);
  for (let i = 0; i < 3000; i++) {
    const offsetBytes = i < 30 ? SIZE - 15 + i : random.below(SIZE);
    const view = new Uint8Array(random.below(i % 10 === 0 ? 200_000 : 5000));
    const expected = new Uint8Array(view.length);
    const outcome = (target: Uint8Array, from: typeof source): string => {
      try {
        return `${from.readSync(target, offsetBytes)}`;
      } catch (error) {
        assert.ok(error instanceof ReadError);
        return `${error.code} at ${error.offsetBytes}, ${error.goodBytes} good`;
      }
    };
    assert.equal(outcome(view, cached), outcome(expected, source));
    assert.deepEqual(view, expected);
  }
});

test("pageCached() asks its source once for what stands together", () => {
  const cached = pageCached(source);
  reads = 0;
  const view = new Uint8Array(512);
  for (let at = 0; at < 65_536; at += 512) cached.readSync(view, at);
  assert.equal(reads, 1);
});
