import assert from "node:assert/strict";
import { test } from "node:test";
import { afterDeath, type Death, joinedLosses, newWalk, type WalkStep } from "./walk-state.ts";

const step: WalkStep = { stage: "reading", tree: 1, entries: 7, place: "a.dd/p2/ntfs/b", volume: "p2" };
const reads: Death["reads"] = [
  [0, 512],
  [512, 512],
  [9000, 1024],
];

function after(state: ReturnType<typeof newWalk>, death: Partial<Death> & { step?: WalkStep }) {
  const next = afterDeath(state, { step, why: "ended", exact: true, reads, ...death });
  assert.ok(next !== null);
  return next;
}

test("afterDeath() first asks for every step where the last one is not known, and leaves nothing out for it", () => {
  const { state, lost } = after(newWalk(), { exact: false });
  assert.deepEqual([state.carefulFrom, lost], [{ tree: 1, entries: 7 }, null]);
});

test("afterDeath() leaves out an entry's contents, then the entry, then the rest of its tree", () => {
  let state = newWalk();
  const told: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const next = after(state, { step: { ...step, stage: "entry" } });
    state = next.state;
    told.push(next.lost?.what);
  }
  assert.deepEqual(told, ["contents", "entry", "rest"]);
  assert.deepEqual(state.cut, [{ tree: 1, entries: 7 }]);
  assert.equal(afterDeath(state, { step, why: "ended", exact: true, reads }), null);
});

test("afterDeath() passes over the last read, then twice as many, then the rest of the tree", () => {
  let state = newWalk();
  const ranges: unknown[] = [];
  for (let i = 0; i < 4; i++) state = after(state, {}).state;
  for (const part of state.unread) ranges.push(part.ranges.length);
  assert.deepEqual(ranges, [1, 2, 3, 3]);
  assert.equal(after(state, {}).lost?.what, "rest");
  assert.equal(after(newWalk(), { reads: [] }).lost?.what, "rest");
});

test("afterDeath() leaves out a volume, and gives up where nothing smaller than the medium is left", () => {
  const volume: WalkStep = { ...step, stage: "volume" };
  const { state, lost } = after(newWalk(), { step: volume });
  assert.deepEqual([state.volumes, lost?.what], [["p2"], "volume"]);
  assert.equal(afterDeath(state, { step: volume, why: "silent", exact: true, reads: [] }), null);
  const open: WalkStep = { ...step, stage: "open" };
  assert.equal(afterDeath(newWalk(), { step: open, why: "memory", exact: true, reads: [] }), null);
});

test("joinedLosses() says one sentence for one entry: what was left out in the end", () => {
  const loss = { place: "a", why: "ended" as const, lengthBytes: 0 };
  const joined = joinedLosses([
    { ...loss, what: "contents" },
    { ...loss, what: "part", lengthBytes: 512 },
    { ...loss, what: "entry" },
  ]);
  assert.deepEqual(
    joined.map(({ what }) => what),
    ["entry", "part"],
  );
});
