import assert from "node:assert/strict";
import { test } from "node:test";
import { newIntervals } from "./reading.ts";
import { tapeOf } from "./tape.ts";

test("tapeOf() has 64 cells from start to end with what was read, found and unread in each", () => {
  const covered = newIntervals();
  covered.add(0, 6400 * 3);
  covered.add(6400 * 63 + 3200, 3200);
  const found = [{ offsetBytes: 6400 * 2 - 1, lengthBytes: 2 }];
  const tape = tapeOf(6400 * 64, covered, { found, unread: [{ offsetBytes: 6400 * 63, lengthBytes: 1 }] });
  assert.equal(tape.length, 64);
  assert.deepEqual(
    tape.map(({ read }) => read).filter((read) => read > 0),
    [1, 1, 1, 0.5],
  );
  assert.deepEqual(
    tape.flatMap(({ found }, i) => (found ? [i] : [])),
    [1, 2],
  );
  assert.deepEqual(
    tape.flatMap(({ unread }, i) => (unread ? [i] : [])),
    [63],
  );
});

test("tapeOf() of sources smaller than their cells, and of none, still has 64 cells", () => {
  for (const size of [0, 1, 63, 1000]) {
    const covered = newIntervals();
    covered.add(0, size);
    const tape = tapeOf(size, covered, { found: [], unread: [] });
    assert.equal(tape.length, 64);
    assert.ok(tape.every(({ read }) => read === 1));
  }
});
