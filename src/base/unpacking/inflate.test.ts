// The fear: damaged streams that fill the memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, deflateSync, zstdCompressSync } from "node:zlib";
import { inflateAtOnce } from "./inflate.node.ts";

const TEXT = Buffer.from("river rice school market ".repeat(2000));

test("inflateAtOnce() gives what went in, and how much of the packed bytes it was", () => {
  const packed = deflateSync(TEXT);
  const found = inflateAtOnce(Buffer.concat([packed, Buffer.alloc(50, 1)]), "zlib", { maxOutputLength: TEXT.length });
  assert.deepEqual(Buffer.from(found.bytes), TEXT);
  assert.equal(found.used, packed.length);
  const limits = { maxOutputLength: TEXT.length };
  assert.deepEqual(Buffer.from(inflateAtOnce(deflateRawSync(TEXT), "raw", limits).bytes), TEXT);
  assert.deepEqual(Buffer.from(inflateAtOnce(zstdCompressSync(TEXT), "zstd", limits).bytes), TEXT);
  const cut = inflateAtOnce(packed.subarray(0, packed.length - 10), "zlib", { ...limits, cut: true });
  assert.equal(Buffer.from(cut.bytes).toString(), TEXT.subarray(0, cut.bytes.length).toString());
});

test("inflateAtOnce() throws at damage, a cut and the limit, and keeps no memory of it", () => {
  const packed = deflateSync(TEXT);
  const damaged = Buffer.from(packed).fill(0xff, 10, 20);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 8000; i++) {
    assert.throws(() => inflateAtOnce(damaged, "zlib", { maxOutputLength: TEXT.length }));
    assert.throws(() => inflateAtOnce(packed.subarray(0, 30), "zlib", { maxOutputLength: TEXT.length }));
  }
  assert.throws(() => inflateAtOnce(packed, "zlib", { maxOutputLength: 100 }), RangeError);
  // 16,000 buffers of 16 KiB would be 256 MiB.
  assert.ok(process.memoryUsage().arrayBuffers - before < 128 * 1024 * 1024);
});
