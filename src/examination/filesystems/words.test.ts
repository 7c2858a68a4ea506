import assert from "node:assert/strict";
import { test } from "node:test";
import { PROBLEM_CODES } from "./problem.ts";
import { problemKey } from "./words.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

test("problemKey() of every problem has a sentence in both languages", () => {
  for (const what of PROBLEM_CODES) {
    const key = problemKey({ what, atByte: null, values: {} });
    assert.ok(Object.hasOwn(en, key) && Object.hasOwn(km, key), key);
  }
});
