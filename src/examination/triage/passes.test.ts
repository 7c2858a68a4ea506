import assert from "node:assert/strict";
import { test } from "node:test";
import { boundOf } from "./bound.ts";
import { neighbourhoodOf, passesOf } from "./passes.ts";
import { type Mode, type Plan, planOf } from "./plan.ts";
import { newIntervals } from "./reading.ts";
import { inOrderSampler } from "./sampler.ts";
import { GOAL } from "./thresholds.ts";

const PHASES = [0, 1, 2, 3, 4, 5, 6, 7];
const GB = 1e9;

const plans: [name: string, plan: Plan][] = [];
for (const sizeBytes of [0, 512, 4096, 100 * 4096, 12 * GB + 1, 12 * GB + 512 * 3]) {
  for (const medium of ["rotating", "flash", "image"] as const) {
    for (const mode of ["quick", "default", "full"] as const) {
      const seed = `${sizeBytes}`;
      plans.push([`${sizeBytes} ${medium} ${mode}`, planOf({ sizeBytes, medium, mode, seed, phases: PHASES })]);
    }
  }
}

for (const [name, plan] of plans) {
  test(`passesOf() of ${name}: ascending, aligned, nothing twice, everything once`, () => {
    const covered = newIntervals();
    for (const pass of passesOf(plan)) {
      let [at, runCount, bytes] = [0, 0, 0];
      for (const { offsetBytes, lengthBytes } of pass.runs) {
        assert.ok(offsetBytes >= at && lengthBytes > 0, `pass ${pass.index} at ${offsetBytes}`);
        assert.equal(offsetBytes % 4096, 0);
        at = offsetBytes + lengthBytes;
        assert.ok(at % 4096 === 0 || at === plan.sizeBytes);
        assert.ok(lengthBytes <= Math.max(plan.chunkBytes, plan.runBytes));
        assert.equal(covered.bytesWithin(offsetBytes, lengthBytes), 0, `pass ${pass.index} again at ${offsetBytes}`);
        covered.add(offsetBytes, lengthBytes);
        runCount++;
        bytes += lengthBytes;
      }
      assert.ok(at <= plan.sizeBytes);
      assert.deepEqual([pass.runCount, pass.bytes], [runCount, bytes]);
    }
    if (plan.rest) assert.equal(covered.bytes, plan.sizeBytes);
    assert.ok(!plan.rest || covered.count <= 1);
  });
}

test("passesOf() a plan halves the distance between runs from pass to pass", () => {
  const plan = planOf({ sizeBytes: 60 * GB, medium: "rotating", mode: "default", seed: "halving", phases: PHASES });
  const covered = newIntervals();
  assert.ok(plan.gridPasses > plan.goalPasses && plan.goalPasses > 1);
  for (const pass of passesOf(plan)) {
    if (pass.kind === "rest") break;
    for (const { offsetBytes, lengthBytes } of pass.runs) covered.add(offsetBytes, lengthBytes);
    const step = plan.stepBytes / 2 ** pass.index;
    for (const gap of covered.gaps(0, plan.sizeBytes)) assert.ok(gap.lengthBytes <= step - plan.runBytes + 4096);
  }
});

test("passesOf() reaches the goal with the goal's passes, for every seed, and not much before", () => {
  for (let seed = 0; seed < 40; seed++) {
    const medium = (["rotating", "flash", "image"] as const)[seed % 3] ?? "flash";
    const plan = planOf({ sizeBytes: 30 * GB, medium, mode: "quick", seed: `goal ${seed}`, phases: PHASES });
    const covered = newIntervals();
    const reached: boolean[] = [];
    for (const pass of passesOf(plan)) {
      for (const { offsetBytes, lengthBytes } of pass.runs) covered.add(offsetBytes, lengthBytes);
      reached.push(boundOf({ ...plan, covered, goal: GOAL, hits: 0 }).reached);
    }
    assert.equal(reached.length, plan.goalPasses);
    assert.equal(reached.at(-1), true, `seed ${seed}`);
    assert.ok(!reached.slice(0, -1).includes(true), `seed ${seed}`);
  }
});

test("passesOf() equal plans gives equal runs, also after JSON; other seeds give others", () => {
  const request = { sizeBytes: 30 * GB, medium: "flash", mode: "quick", seed: "a", phases: PHASES } as const;
  const all = (plan: Plan): string => JSON.stringify([...passesOf(plan)].map(({ runs }) => [...runs]));
  const plan = planOf(request);
  assert.equal(all(JSON.parse(JSON.stringify(plan)) as Plan), all(planOf({ ...request })));
  assert.notEqual(all(plan), all(planOf({ ...request, seed: "b" })));
});

test("passesOf() with another sampler still reads everything once", () => {
  const plan = planOf({ sizeBytes: 30 * GB, medium: "flash", mode: "full", seed: "a", phases: PHASES });
  const [rest, ...more] = [...passesOf(plan, inOrderSampler)];
  assert.equal(more.length, 0);
  assert.equal(rest?.bytes, plan.sizeBytes);
});

test("neighbourhoodOf() is 2 MiB to each side, in whole blocks, clipped", () => {
  const MIB = 2 ** 20;
  assert.deepEqual(neighbourhoodOf(10 * MIB + 512, GB), { offsetBytes: 8 * MIB, lengthBytes: 4 * MIB + 4096 });
  assert.deepEqual(neighbourhoodOf(512, 3 * MIB + 7), { offsetBytes: 0, lengthBytes: 2 * MIB + 4096 });
  assert.deepEqual(neighbourhoodOf(3 * MIB, 3 * MIB + 5000), { offsetBytes: MIB, lengthBytes: 2 * MIB + 5000 });
});

test("planOf() of a terabyte asks for at most 50,000 seeks of a disk and 260,000 reads of flash, for every seed", () => {
  for (const [medium, most] of [
    ["rotating", 50_000],
    ["flash", 260_000],
  ] as const) {
    for (let seed = 0; seed < 12; seed++) {
      const plan = planOf({ sizeBytes: 1e12, medium, mode: "quick", seed: `tb ${seed}`, phases: PHASES });
      const runs = [...passesOf(plan)].reduce((sum, { runCount }) => sum + runCount, 0);
      assert.ok(runs <= most, `${medium} ${seed}: ${runs}`);
    }
  }
});

test("planOf() samples nothing where reading in order takes no longer", () => {
  const modes: Mode[] = ["quick", "default", "full"];
  for (const mode of modes) {
    const plan = planOf({ sizeBytes: 1e9, medium: "rotating", mode, seed: "s", phases: [0] });
    assert.deepEqual([plan.sampler, plan.gridPasses, plan.rest], ["in-order", 0, true]);
    const small = { targetBytes: 4096, confidence: 0.99 };
    const dense = planOf({ sizeBytes: 1e11, medium: "rotating", mode, seed: "s", phases: [0], goal: small });
    assert.equal(dense.sampler, "in-order");
  }
});
