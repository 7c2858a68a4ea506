import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseHugePages } from "./huge-pages.node.ts";

test("adviseHugePages() leaves contents and size as they were, and says nothing", () => {
  const warnings: unknown[] = [];
  const note = (warning: unknown): unknown => warnings.push(warning);
  process.on("warning", note);
  const memory = new WebAssembly.Memory({ initial: 128, maximum: 256, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(7);
  const answer = adviseHugePages(memory, 65536, bytes.length - 65536);
  assert.equal(typeof answer, "boolean");
  assert.ok(bytes.every((byte) => byte === 7));
  assert.equal(memory.buffer.byteLength, 128 * 65536);
  process.off("warning", note);
  assert.deepEqual(warnings, []);
});

test("adviseHugePages() of less than a page asks nothing", () => {
  assert.equal(adviseHugePages(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }), 0, 65536), false);
});
