import assert from "node:assert/strict";
import { test } from "node:test";
import { PROBLEM_CODES } from "./problem.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };
import { problemKey } from "./words.ts";

test("problemKey() of every problem has a sentence in both languages", () => {
  for (const what of PROBLEM_CODES) {
    const key = problemKey({ what, atByte: null, values: {} });
    assert.ok(Object.hasOwn(en, key) && Object.hasOwn(km, key), key);
  }
});
