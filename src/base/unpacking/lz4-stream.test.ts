import assert from "node:assert/strict";
import { test } from "node:test";
import { lz4Stream } from "./lz4-stream.ts";

const FRAME = "04224d18404000";
const STORED = "0400008061626364";
/** "x", eight bytes from five back, "z": it looks back into the block before. */
const PACKED = "0600000014780500107a";
const END = "00000000";
const WANT = "abcdxabcdxabcz";

function unpacked(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  const stream = lz4Stream((view, at) => {
    const part = bytes.subarray(at, at + view.length);
    view.set(part);
    return part.length;
  });
  const view = new Uint8Array(7);
  let text = "";
  for (let count = stream.next(view); count > 0; count = stream.next(view))
    text += Buffer.from(view.subarray(0, count)).toString("latin1");
  return text;
}

test("lz4Stream() joins blocks that look back, and frames; frames to be passed over are", () => {
  const frame = FRAME + STORED + PACKED + END;
  assert.equal(unpacked(frame), WANT);
  assert.equal(unpacked(`5a2a4d1802000000ffff${frame}${frame}`), WANT + WANT);
  assert.equal(unpacked("02214c18050000004061626364"), "abcd");
});

test("lz4Stream() of damaged bytes throws behind what was sound", () => {
  assert.throws(() => unpacked("00000000"), RangeError);
  assert.throws(() => unpacked(FRAME + STORED), RangeError);
  assert.throws(() => unpacked(FRAME + STORED + PACKED.replace("0500", "0900") + END), RangeError);
  assert.throws(() => unpacked(`${FRAME}ffffff7f`), RangeError);
});
