import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { boundOf, confidenceOf, folderBoundOf, hardestSizeOf, startsLost, statedBoundOf } from "./bound.ts";
import { type Intervals, newIntervals } from "./reading.ts";

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
const SECTOR = 512;
const BLOCK = 4096;

/** Chance, by trying every place, that an extent of n blocks at the given phase meets no covered start. */
function missedByTrying(sizeBytes: number, covered: Intervals, { phase, n }: { phase: number; n: number }): number {
  let [places, missed] = [0, 0];
  for (let at = phase * SECTOR; at + n * BLOCK <= sizeBytes; at += BLOCK) {
    places++;
    let met = false;
    for (let i = 0; i < n; i++) met ||= covered.has(at + i * BLOCK, SECTOR);
    if (!met) missed++;
  }
  return places === 0 ? 0 : missed / places;
}

/** The worst of the three shapes and all phases, by trying. */
function worstByTrying(
  sizeBytes: number,
  covered: Intervals,
  { phases, target }: { phases: number[]; target: number },
): number {
  const shape = (phase: number, n: number): number => {
    const files = Math.floor(target / n);
    const rest = target - files * n;
    const tail = rest === 0 ? 1 : missedByTrying(sizeBytes, covered, { phase, n: rest });
    return missedByTrying(sizeBytes, covered, { phase, n }) ** files * tail;
  };
  return Math.max(...phases.flatMap((phase) => [target, Math.min(49, target), 1].map((n) => shape(phase, n))));
}

for (const aligned of [true, false]) {
  test(`confidenceOf() against every place of small sources, ${aligned ? "whole blocks: equal" : "ragged: never above"}`, () => {
    for (let seed = 0; seed < 150; seed++) {
      const random = seededRandom(`bound ${aligned} ${seed}`);
      const sizeBytes = (60 + random.below(80)) * BLOCK + random.below(8) * SECTOR;
      const unit = aligned ? BLOCK : SECTOR;
      const covered = newIntervals();
      for (let i = random.below(14); i > 0; i--) {
        covered.add(random.below(Math.floor(sizeBytes / unit)) * unit, (1 + random.below(aligned ? 9 : 60)) * unit);
      }
      const phases = random.below(2) === 0 ? ALL : [random.below(8)];
      const target = 1 + random.below(Math.floor(sizeBytes / BLOCK) - 1);
      const question = { sizeBytes, covered, phases, goal: { targetBytes: target * BLOCK, confidence: 0.99 }, hits: 0 };
      const stated = confidenceOf(question, target * BLOCK);
      const tried = 1 - worstByTrying(sizeBytes, covered, { phases, target });
      assert.ok(stated <= tried + 1e-12, `seed ${seed}: stated ${stated}, tried ${tried}`);
      if (aligned) assert.ok(Math.abs(stated - tried) < 1e-8, `seed ${seed}: stated ${stated}, tried ${tried}`);
    }
  });
}

test("boundOf() gives the smallest target that is bounded: it holds there, and not one block below", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(`smallest ${seed}`);
    const sizeBytes = 4000 * BLOCK;
    const covered = newIntervals();
    for (let at = random.below(20); at < 4000; at += 10 + random.below(200))
      covered.add(at * BLOCK, (1 + random.below(8)) * BLOCK);
    const question = { sizeBytes, covered, phases: ALL, goal: { targetBytes: 500 * BLOCK, confidence: 0.99 }, hits: 0 };
    const { targetBytes, reached } = boundOf(question);
    if (targetBytes === null) {
      assert.ok(confidenceOf(question, sizeBytes) < 0.99);
      continue;
    }
    assert.ok(confidenceOf(question, targetBytes) >= 0.99);
    if (targetBytes > BLOCK) assert.ok(confidenceOf(question, targetBytes - BLOCK) < 0.99);
    assert.equal(reached, targetBytes <= 500 * BLOCK);
    // A larger amount is never less sure.
    for (let more = targetBytes; more < sizeBytes; more += 37 * BLOCK) assert.ok(confidenceOf(question, more) >= 0.99);
  }
});

test("boundOf() of everything read is one block; of nothing read, or after a hit, none", () => {
  const sizeBytes = 1000 * BLOCK + 700;
  const covered = newIntervals();
  const question = { sizeBytes, covered, phases: ALL, goal: { targetBytes: 20 * BLOCK, confidence: 0.99 }, hits: 0 };
  assert.deepEqual(boundOf(question), { confidence: 0.99, targetBytes: null, goalBytes: 20 * BLOCK, reached: false });
  covered.add(0, sizeBytes);
  assert.deepEqual(boundOf(question), { confidence: 0.99, targetBytes: BLOCK, goalBytes: 20 * BLOCK, reached: true });
  assert.equal(boundOf({ ...question, hits: 1 }).targetBytes, null);
  assert.equal(boundOf({ ...question, hits: 1 }).reached, false);
  assert.equal(confidenceOf({ ...question, hits: 1 }, sizeBytes), 0);
});

test("boundOf() of a source without room for a block says nothing", () => {
  for (const sizeBytes of [0, 1, 4095]) {
    const covered = newIntervals();
    covered.add(0, sizeBytes);
    const bound = boundOf({ sizeBytes, covered, phases: ALL, goal: { targetBytes: 4096, confidence: 0.99 }, hits: 0 });
    assert.deepEqual([bound.targetBytes, bound.reached], [null, false]);
  }
});

test("boundOf() with an unread range never says that less than that range is bounded, where it is above one in a hundred", () => {
  const sizeBytes = 10_000 * BLOCK;
  const goal = { targetBytes: 20 * BLOCK, confidence: 0.99 };
  for (const lost of [1, 8, 100, 101, 120, 500, 5000]) {
    const covered = newIntervals();
    covered.add(0, sizeBytes);
    const gone = startsLost({ offsetBytes: 4000 * BLOCK, lengthBytes: lost * BLOCK });
    covered.remove(gone.offsetBytes, gone.lengthBytes);
    const { targetBytes } = boundOf({ sizeBytes, covered, phases: ALL, goal, hits: 0 });
    const tried = 1 - worstByTrying(sizeBytes, covered, { phases: [7], target: (targetBytes ?? sizeBytes) / BLOCK });
    assert.ok(targetBytes === null || tried >= 0.99, `${lost}`);
    if (lost > 120) assert.ok(targetBytes === null || targetBytes > BLOCK);
  }
});

test("startsLost() takes seven sectors before the range, too", () => {
  assert.deepEqual(startsLost({ offsetBytes: 8192, lengthBytes: 512 }), {
    offsetBytes: 8192 - 3584,
    lengthBytes: 4096,
  });
  assert.deepEqual(startsLost({ offsetBytes: 512, lengthBytes: 100 }), { offsetBytes: 0, lengthBytes: 612 });
  assert.deepEqual(startsLost({ offsetBytes: 5000, lengthBytes: 10 }), { offsetBytes: 1024, lengthBytes: 3986 });
});

test("hardestSizeOf() finds a middle size on a grid, and none harder exists", () => {
  const sizeBytes = 60_000 * BLOCK;
  const covered = newIntervals();
  for (let at = 0; at < 60_000; at += 600) covered.add(at * BLOCK, 30 * BLOCK);
  const question = { sizeBytes, covered, phases: ALL, goal: { targetBytes: 1, confidence: 0.99 }, hits: 0 };
  const hardest = hardestSizeOf(question, 600 * BLOCK);
  assert.ok(hardest.fileBytes > 49 * BLOCK && hardest.fileBytes < 600 * BLOCK);
  assert.ok(hardest.confidence < confidenceOf(question, 600 * BLOCK));
});

test("statedBoundOf() names the hardest size for the amount it states, and none after a hit", () => {
  const covered = newIntervals();
  for (let at = 0; at < 400 * 2 ** 20; at += 4 * 2 ** 20) covered.add(at, 2 ** 20);
  const question = {
    sizeBytes: 400 * 2 ** 20,
    covered,
    phases: ALL,
    goal: { targetBytes: 20 * 2 ** 20, confidence: 0.99 },
  };
  const { targetBytes, hardest, confidence } = statedBoundOf({ ...question, hits: 0 });
  assert.deepEqual(hardest, hardestSizeOf({ ...question, hits: 0 }, targetBytes ?? 0));
  assert.ok((hardest?.confidence ?? 1) < confidence);
  assert.equal(statedBoundOf({ ...question, hits: 1 }).hardest, null);
});

test("folderBoundOf() is reached when every file was probed, and names an amount only when all was read", () => {
  const question = {
    filesTotal: 10,
    filesProbed: 10,
    filesUnread: 0,
    filesDue: 0,
    bytesTotal: 5000,
    bytesRead: 5000,
    hits: 0,
  };
  const goal = { targetBytes: 20 * 2 ** 20, confidence: 0.99 };
  assert.deepEqual(folderBoundOf({ ...question, goal }).targetBytes, BLOCK);
  assert.deepEqual(folderBoundOf({ ...question, goal, bytesRead: 4000 }), {
    confidence: 0.99,
    targetBytes: null,
    goalBytes: goal.targetBytes,
    reached: true,
  });
  for (const change of [{ filesProbed: 9 }, { filesUnread: 1 }, { filesDue: 1 }, { hits: 1 }]) {
    assert.equal(folderBoundOf({ ...question, goal, ...change }).reached, false);
  }
});
