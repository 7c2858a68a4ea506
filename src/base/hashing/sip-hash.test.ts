import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/values";
import vectors from "#vectors/siphash/siphash-2-4.json" with { type: "json" };
import { sipHash } from "./sip-hash.ts";

test("sipHash() gives the authors' 64 outputs, messages of 0 to 63 bytes", () => {
  assert.equal(vectors.outputs.length, 64);
  for (const [length, want] of vectors.outputs.entries()) {
    const output = new DataView(new ArrayBuffer(8));
    output.setBigUint64(
      0,
      sipHash(
        fromHex(vectors.key),
        Uint8Array.from({ length }, (_, i) => i),
      ),
      true,
    );
    assert.equal(toHex(new Uint8Array(output.buffer)), want, `${length} bytes`);
  }
});

test("sipHash() refuses a key of another length", () => {
  assert.throws(() => sipHash(new Uint8Array(15), new Uint8Array(16)), RangeError);
});
