import assert from "node:assert/strict";
import { test } from "node:test";
import { unreadRanges } from "./unread-ranges.ts";

test("unreadRanges() counts a byte once, by the first reason", () => {
  const ranges = unreadRanges();
  ranges.add("timeout", { offsetBytes: 4096, lengthBytes: 4096 });
  ranges.add("input-error", { offsetBytes: 0, lengthBytes: 16_384 });
  assert.equal(ranges.bytes, 16_384);
  const told = [
    { offsetBytes: 0, lengthBytes: 4096, why: "input-error" },
    { offsetBytes: 4096, lengthBytes: 4096, why: "timeout" },
    { offsetBytes: 8192, lengthBytes: 8192, why: "input-error" },
  ];
  assert.deepEqual(ranges.ranges(), told);
  assert.deepEqual(unreadRanges(ranges.toState()).ranges(), told);
});
