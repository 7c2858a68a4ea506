import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { type ResumableDigest, resumableDigest } from "./resumable-digest.ts";

const random = seededRandom("resumable digests");
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));

for (const algorithm of ["sha256", "sha1", "md5"] as const) {
  test(`resumableDigest() ${algorithm} laid aside anywhere gives what node:crypto gives`, () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 70_001]) {
      const bytes = noise(length);
      let digest: ResumableDigest = resumableDigest(algorithm);
      for (let at = 0; at < length; ) {
        const more = Math.min(length - at, 1 + random.below(1 + (length >> 1)));
        digest.update(bytes.subarray(at, at + more));
        digest = resumableDigest(algorithm, digest.state());
        at += more;
      }
      assert.equal(digest.hex(), createHash(algorithm).update(bytes).digest("hex"), `${length} bytes`);
    }
  });
}

test("resumableDigest() refuses another algorithm's state", () => {
  const state = resumableDigest("sha1").state();
  assert.throws(() => resumableDigest("sha256", state), RangeError);
  assert.throws(() => resumableDigest("sha1", `${state}00`), RangeError);
});
