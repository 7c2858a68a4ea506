import assert from "node:assert/strict";
import { test } from "node:test";
import { firstGroupSets, type PartHeader, setFacts } from "./list-sets.ts";

const part = (name: string, groups: string[]): PartHeader => ({
  ...{ name, release: "1", category: "baseline" },
  ...(groups.length === 0
    ? {}
    : { lists: { groups: groups.map((group) => ({ name: group, release: "7", category: "national" })) } }),
});

test("firstGroupSets() and setFacts() number parts first, then the groups of each", () => {
  const parts = [part("a", ["x", "y"]), part("b", []), part("c", ["z"])];
  assert.deepEqual(firstGroupSets(parts), [3, 5, 5]);
  const facts = setFacts(parts.map((header, i) => ({ header, expired: i === 2 })));
  assert.deepEqual(
    facts.map(({ name, expired }) => [name, expired]),
    [
      ...[
        ["a", false],
        ["b", false],
        ["c", true],
      ],
      ...[
        ["x", false],
        ["y", false],
        ["z", true],
      ],
    ],
  );
  assert.deepEqual([facts[3]?.release, facts[3]?.category], ["7", "national"]);
});
