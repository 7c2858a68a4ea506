import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import type { Command } from "./command.ts";
import { commandOf, parseArguments } from "./parse-arguments.node.ts";

const build: Command = {
  path: ["filter", "build"],
  positionals: { name: "PATH", min: 1, max: 2 },
  options: { name: { value: "N", required: true }, recipient: { value: "R", multiple: true }, quick: {} },
  help: () => ({ summary: "", options: {} }),
  run: async () => 0,
};
const filter: Command = { ...build, path: ["filter"] };

const refused: { words: string[]; code: string; value: string }[] = [
  { words: ["a", "--name"], code: "usage/unknown-option", value: "--name" },
  { words: ["a", "--name", "n", "--nam", "m"], code: "usage/unknown-option", value: "--nam" },
  { words: ["a"], code: "usage/missing-option", value: "name" },
  { words: ["--name", "n"], code: "usage/missing-argument", value: "PATH" },
  { words: ["a", "b", "c", "--name", "n"], code: "usage/too-many-arguments", value: "c" },
];

for (const { words, code, value } of refused) {
  test(`parseArguments() refuses ${JSON.stringify(words)} as ${code}`, () => {
    assert.throws(
      () => parseArguments(build, words),
      (error) => error instanceof Fault && error.code === code && JSON.stringify(error.values).includes(value),
    );
  });
}

test("parseArguments() takes several values, switches and arguments behind --", () => {
  const words = ["a", "--name", "n", "--recipient", "r1", "--recipient=r2", "--quick", "--", "--b"];
  const { positionals, values } = parseArguments(build, words);
  assert.deepEqual(positionals, ["a", "--b"]);
  assert.deepEqual({ ...values }, { name: "n", recipient: ["r1", "r2"], quick: true });
});

test("commandOf() prefers the longest path", () => {
  assert.equal(commandOf([filter, build], ["filter", "build", "x"]), build);
  assert.equal(commandOf([filter, build], ["filter", "x"]), filter);
  assert.equal(commandOf([filter, build], ["x"]), undefined);
});
