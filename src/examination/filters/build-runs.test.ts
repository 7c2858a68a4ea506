import assert from "node:assert/strict";
import { test } from "node:test";
import { RUN_BLOCKS, runChooser } from "./build-runs.ts";
import { probeOffsets } from "./probe-places.ts";

function choose(blocks: number, limit: number, worth: (run: number) => boolean = () => true): number[] {
  const chooser = runChooser(blocks * 4096, limit);
  for (let run = 0; run < Math.ceil(blocks / RUN_BLOCKS); run++) {
    if (worth(run)) for (let block = 0; block < RUN_BLOCKS; block++) chooser.offer(run);
  }
  return chooser.chosen();
}

test("runChooser() keeps limit / 16 different runs, the probed ones among them", () => {
  for (const blocks of [1025, 5000, 100_000]) {
    const runs = choose(blocks, 1024);
    assert.equal(runs.length, 64);
    assert.equal(new Set(runs).size, 64);
    for (const offset of probeOffsets(blocks * 4096)) assert.ok(runs.includes(Math.floor(offset / 4096 / 16)));
  }
});

test("runChooser() spreads: no gap is longer than four even steps", () => {
  const total = 100_000 / 16;
  const runs = [0, ...choose(100_000, 1024), total].sort((a, b) => a - b);
  const widest = Math.max(...runs.map((run, i) => run - (runs[i - 1] ?? 0)));
  assert.ok(widest <= (4 * total) / 64, `widest gap ${widest} of ${total}`);
});

test("runChooser() of a smaller limit is the beginning of a larger one's", () => {
  const large = choose(50_000, 4096);
  assert.deepEqual(choose(50_000, 1024), large.slice(0, 64));
});

test("runChooser() of a cut copy keeps runs of its original", () => {
  const original = new Set(choose(50_000, 1024));
  const shared = choose(30_000, 1024).filter((run) => original.has(run));
  assert.ok(shared.length >= 30, `${shared.length} shared`);
});

test("runChooser() takes only runs that were offered", () => {
  const runs = choose(50_000, 1024, (run) => run % 7 === 0);
  assert.equal(runs.length, 64);
  assert.ok(runs.every((run) => run % 7 === 0));
  assert.deepEqual(
    choose(50_000, 1024, () => false),
    [],
  );
});

test("runChooser() refuses a limit that cannot hold the probed runs", () => {
  assert.throws(() => runChooser(1e6, 47), RangeError);
});
