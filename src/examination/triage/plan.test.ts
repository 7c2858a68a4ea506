import assert from "node:assert/strict";
import { test } from "node:test";
import { type PlanRequest, planOf } from "./plan.ts";
import { planFrom } from "./plan-from.ts";

const REQUEST: PlanRequest = {
  sizeBytes: 1e12,
  medium: "rotating",
  mode: "default",
  seed: "court 7",
  phases: [3, 0, 3],
};

test("planOf() keeps what was asked, phases once and ascending", () => {
  const plan = planOf(REQUEST);
  assert.deepEqual(plan.phases, [0, 3]);
  assert.deepEqual(plan.goal, { targetBytes: 20 * 2 ** 20, confidence: 0.99 });
  assert.deepEqual([plan.sizeBytes, plan.medium, plan.mode, plan.seed], [1e12, "rotating", "default", "court 7"]);
});

test("planOf() draws the step between 0.92 and 1 of the largest, and the start anywhere in it", () => {
  const steps: number[] = [];
  const starts: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const plan = planOf({ ...REQUEST, sizeBytes: 3e10, mode: "quick", seed: `${seed}` });
    steps.push(plan.stepBytes / 2 ** (plan.goalPasses - 1));
    starts.push(((plan.startBytes + plan.runBytes - 4096) / plan.stepBytes) * 1);
  }
  const most = Math.max(...steps);
  assert.ok(Math.min(...steps) / most < 0.93 && Math.min(...steps) / most > 0.91);
  assert.ok(
    Math.min(...starts) >= 0 && Math.min(...starts) < 0.03 && Math.max(...starts) > 0.97 && Math.max(...starts) < 1,
  );
});

test("planOf() of a folder plans no ranges", () => {
  const plan = planOf({ ...REQUEST, medium: "folder" });
  assert.deepEqual([plan.sampler, plan.gridPasses, plan.rest], ["in-order", 0, false]);
});

test("planOf() quick ends with the goal, full goes on in order at once, default halves first", () => {
  const of = (mode: PlanRequest["mode"]) => planOf({ ...REQUEST, mode });
  const [quick, usual, full] = [of("quick"), of("default"), of("full")];
  assert.deepEqual([quick.rest, quick.gridPasses], [false, quick.goalPasses]);
  assert.deepEqual([full.rest, full.gridPasses], [true, full.goalPasses]);
  assert.ok(usual.rest && usual.gridPasses > usual.goalPasses);
});

const wrong: [string, Partial<PlanRequest>][] = [
  ["a broken size", { sizeBytes: 1.5 }],
  ["a negative size", { sizeBytes: -1 }],
  ["no phase", { phases: [] }],
  ["phase 8", { phases: [8] }],
  ["no seed", { seed: "" }],
  ["a target below a block", { goal: { targetBytes: 100, confidence: 0.99 } }],
  ["certainty", { goal: { targetBytes: 4096, confidence: 1 } }],
];
for (const [name, change] of wrong) {
  test(`planOf() refuses ${name}`, () => {
    assert.throws(() => planOf({ ...REQUEST, ...change }), RangeError);
  });
}

test("planFrom() reads back every plan that planOf() makes", () => {
  for (const medium of ["rotating", "flash", "image", "folder"] as const) {
    for (const mode of ["quick", "default", "full"] as const) {
      for (const sizeBytes of [0, 777, 3e10 + 5, 5e11]) {
        const plan = planOf({ ...REQUEST, medium, mode, sizeBytes });
        assert.deepEqual(planFrom(JSON.parse(JSON.stringify(plan))), plan, `${medium} ${mode} ${sizeBytes}`);
      }
    }
  }
});

const PLAN = planOf(REQUEST);
const foreign: [string, unknown][] = [
  ["nothing", null],
  ["a text", "plan"],
  ["a list", [PLAN]],
  ["another version", { ...PLAN, version: 2 }],
  ["another sampler", { ...PLAN, sampler: "walk-9" }],
  ["runs that would overlap", { ...PLAN, gridPasses: 30 }],
  ["a step of zero", { ...PLAN, stepBytes: 0 }],
  ["a broken step", { ...PLAN, stepBytes: 4097 }],
  ["a start out of the source", { ...PLAN, startBytes: 2 ** 50 }],
  ["chunks of one byte", { ...PLAN, chunkBytes: 1 }],
  ["a grid that says in-order", { ...PLAN, sampler: "in-order" }],
  ["endless numbers", { ...PLAN, sizeBytes: Number.POSITIVE_INFINITY }],
  ["phases of text", { ...PLAN, phases: ["0"] }],
  ["no goal", { ...PLAN, goal: null }],
];
for (const [name, value] of foreign) {
  test(`planFrom() of ${name} is null`, () => {
    assert.equal(planFrom(value), null);
  });
}
