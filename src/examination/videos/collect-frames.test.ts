import assert from "node:assert/strict";
import { test } from "node:test";
import { frameCollector } from "./collect-frames.node.ts";

test("frameCollector() collects every 16 MiB of pictures, all memory every GiB, and nothing where it cannot", () => {
  const before = globalThis.gc;
  const asked: unknown[] = [];
  globalThis.gc = ((how: { type: string }) => void asked.push(how.type)) as typeof gc;
  try {
    const closed = frameCollector();
    for (let i = 0; i < 129; i++) closed(2 ** 23);
    assert.deepEqual(asked, [...Array.from({ length: 63 }, () => "minor"), "major"]);
    globalThis.gc = undefined;
    const without = frameCollector();
    without(2 ** 30);
    assert.equal(asked.length, 64);
  } finally {
    globalThis.gc = before;
  }
});
