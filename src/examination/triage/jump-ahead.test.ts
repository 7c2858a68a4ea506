import assert from "node:assert/strict";
import { test } from "node:test";
import { jumpAhead } from "./jump-ahead.ts";

const KIB = 1024;

test("jumpAhead() doubles while errors follow one another, up to 16 MiB", () => {
  const jump = jumpAhead();
  let at = 0;
  const jumps: number[] = [];
  for (let i = 0; i < 10; i++) {
    const bytes = jump.after(at);
    jumps.push(bytes / KIB);
    at += bytes;
  }
  assert.deepEqual(jumps, [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 16_384]);
});

test("jumpAhead() begins anew at an error that stands elsewhere", () => {
  const jump = jumpAhead();
  jump.after(0);
  jump.after(64 * KIB);
  assert.equal(jump.after(100_000 * KIB), 64 * KIB);
});
