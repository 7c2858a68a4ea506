import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { FRAME, FRAME_HEAD_BYTES, frameHead, frameReader } from "./child-frame.ts";

test("frameReader() gives frames of any length back, however they are cut on their way; contents in parts", (t) => {
  const seed = process.env["PHUM_SEED"] ?? String(Date.now());
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < 200; round++) {
    const kinds = [FRAME.json, FRAME.text, FRAME.bytes];
    const sent = Array.from({ length: 1 + random.below(12) }, () => ({
      kind: kinds[random.below(3)] ?? FRAME.json,
      payload: Uint8Array.from({ length: random.below(4) === 0 ? 0 : random.below(3000) }, () => random.below(256)),
    }));
    const all = concatBytes(...sent.flatMap(({ kind, payload }) => [frameHead(kind, payload.length), payload]));
    const heard: { kind: number; payload: Uint8Array }[] = [];
    const read = frameReader(({ kind, payload }) => heard.push({ kind, payload: payload.slice() }));
    for (let at = 0; at < all.length; ) {
      const length = 1 + random.below(random.below(2) === 0 ? 7 : 2000);
      read(all.subarray(at, at + length));
      at += length;
    }
    const whole = (frames: typeof heard, kind: number): Uint8Array[] =>
      frames.filter((frame) => frame.kind === kind).map(({ payload }) => payload);
    for (const kind of [FRAME.json, FRAME.text]) assert.deepEqual(whole(heard, kind), whole(sent, kind));
    assert.deepEqual(concatBytes(...whole(heard, FRAME.bytes)), concatBytes(...whole(sent, FRAME.bytes)));
  }
});

test("frameReader() refuses a length that no child has a reason to say", () => {
  const read = frameReader(() => assert.fail("no frame"));
  assert.throws(() => read(frameHead(FRAME.json, 2 ** 32 - 1)), RangeError);
  assert.equal(frameHead(FRAME.json, 1).length, FRAME_HEAD_BYTES);
});
