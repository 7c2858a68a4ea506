import assert from "node:assert/strict";
import { test } from "node:test";
import { entryCount } from "./entry-count.ts";

test("entryCount() counts over file systems, and never backwards where a reader begins again", () => {
  const told: number[] = [];
  const step = entryCount((entries) => told.push(entries));
  for (const [tree, entries] of [
    [0, 64],
    [0, 200],
    [1, 0],
    [1, 50],
    [0, 10],
    [0, 300],
  ] as const)
    step({ tree, entries });
  assert.deepEqual(told, [64, 200, 200, 250, 250, 300]);
});
