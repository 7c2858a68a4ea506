import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalBudget } from "./refusal-budget.ts";

test("refusalBudget() answers a hundred at once, then twenty a second, and is spent between", () => {
  const budget = refusalBudget();
  for (let i = 0; i < 100; i++) assert.equal(budget.take(1000), true, `refusal ${i + 1}`);
  assert.deepEqual([budget.take(1000), budget.spent(1000)], [false, true]);
  assert.equal(budget.spent(1049), true);
  assert.equal(budget.spent(1050), false);
  assert.deepEqual([budget.take(1050), budget.take(1050)], [true, false]);
  let answered = 0;
  for (let atMs = 2050; atMs < 12_050; atMs += 5) if (budget.take(atMs)) answered++;
  assert.ok(answered >= 218 && answered <= 220, `${answered} in eleven seconds`);
  for (let i = 0; i < 100; i++) assert.equal(budget.take(1e6), true, "never more than a hundred are kept");
  assert.equal(budget.take(1e6), false);
  assert.equal(budget.take(0), false, "a clock that goes back gives nothing");
});
