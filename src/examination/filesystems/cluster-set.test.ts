import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { clusterSet } from "./cluster-set.ts";

test("clusterSet() agrees with a plain set, whatever runs are added", () => {
  const random = seededRandom("cluster set");
  const set = clusterSet();
  const plain = new Set<number>();
  const most = 400_000;
  for (let step = 0; step < 60; step++) {
    const from = random.below(most);
    const count = random.below(step % 10 === 0 ? 200_000 : 300);
    if (step % 3 === 0) assert.equal(set.add(from), !plain.has(from));
    else set.addRun(from, count);
    for (let at = from; at < from + (step % 3 === 0 ? 1 : count); at++) plain.add(at);
  }
  let [inside, outside] = [700_000, 700_000];
  for (let at = 699_999; at >= 0; at--) {
    if (plain.has(at)) inside = at;
    else outside = at;
    if (at % 97 !== 0) continue;
    assert.equal(set.has(at), plain.has(at));
    assert.equal(set.nextIn(at, 700_000), inside);
    assert.equal(set.nextOut(at, 700_000), outside);
  }
});

test("clusterSet() holds four thousand million numbers in one run", () => {
  const set = clusterSet();
  set.addRun(2, 4_200_000_000);
  assert.ok(set.has(4_200_000_001) && !set.has(4_200_000_002) && !set.has(1));
  assert.equal(set.nextOut(2, 2 ** 32), 4_200_000_002);
  assert.equal(set.add(70_000), false);
});
