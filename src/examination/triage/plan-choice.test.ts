import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { passesOf } from "./passes.ts";
import { choosePlan, type PlanChoice, phasesOf } from "./plan-choice.ts";

const GIB = 2 ** 30;
const nothing = { mode: null, seed: null, plan: null, phases: null };
const ground: PlanChoice = {
  ...{ sizeBytes: 100 * GIB, medium: "rotating", phases: [0, 1, 2, 3, 4, 5, 6, 7] },
  ...{ asked: nothing, freshSeed: "fresh", before: undefined },
};
const code = (expected: string) => (error: unknown) => error instanceof Fault && error.code === expected;

test("choosePlan() takes the seed that is asked for, else a fresh one", () => {
  assert.equal(choosePlan(ground).seed, "fresh");
  assert.equal(choosePlan({ ...ground, asked: { ...nothing, seed: "mine", mode: "quick" } }).seed, "mine");
});

test("choosePlan() goes on with the plan that was begun, and with no other", () => {
  const before = choosePlan({ ...ground, asked: { ...nothing, seed: "mine", mode: "quick" } });
  assert.deepEqual(choosePlan({ ...ground, before }), before);
  assert.deepEqual(choosePlan({ ...ground, before, asked: { ...nothing, seed: "mine" } }), before);
  assert.throws(
    () => choosePlan({ ...ground, before, asked: { ...nothing, seed: "yours" } }),
    code("triage/other-plan"),
  );
  const long = choosePlan({ ...ground, asked: { ...nothing, seed: "mine" } });
  for (const mode of ["quick", "full"] as const) {
    const asked = { ...nothing, mode };
    assert.throws(() => choosePlan({ ...ground, before: long, asked }), code("triage/other-plan"));
  }
});

test("choosePlan() of what began quick and is to be read on begins with the same reads, and ends with all", () => {
  const before = choosePlan({ ...ground, asked: { ...nothing, seed: "mine", mode: "quick" } });
  for (const mode of ["default", "full"] as const) {
    const plan = choosePlan({ ...ground, before, asked: { ...nothing, mode } });
    const [first, all] = [[...passesOf(before)], [...passesOf(plan)]];
    assert.ok(first.length > 0 && all.length > first.length);
    for (const [i, { runs }] of first.entries()) assert.deepEqual([...(all[i]?.runs ?? [])], [...runs]);
    assert.deepEqual([before.rest, plan.rest, plan.seed], [false, true, "mine"]);
  }
});

test("choosePlan() repeats an earlier plan on a source of the same size alone", () => {
  const plan = choosePlan(ground);
  assert.deepEqual(choosePlan({ ...ground, freshSeed: "other", asked: { ...nothing, plan } }), plan);
  const larger = { ...ground, sizeBytes: 101 * GIB, asked: { ...nothing, plan } };
  assert.throws(() => choosePlan(larger), code("triage/plan-source"));
});

test("phasesOf() takes the headers' word only where it is asked for and given", () => {
  const regions = [{ phase: null }, { phase: 3 }, { phase: 0 }, { phase: 3 }];
  assert.deepEqual(phasesOf(regions, "known"), [0, 3]);
  assert.equal(phasesOf(regions, null).length, 8);
  assert.equal(phasesOf([{ phase: null }], "known").length, 8);
});
