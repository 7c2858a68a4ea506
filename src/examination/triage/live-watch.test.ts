import assert from "node:assert/strict";
import { test } from "node:test";
import { boundOf, withoutLost } from "./bound.ts";
import { boundNow } from "./live-watch.node.ts";
import { planOf } from "./plan.ts";
import type { RawReading } from "./raw-reading.node.ts";
import { newIntervals } from "./reading.ts";

const MIB = 1 << 20;

test("boundNow() counts what cannot be read as never seen, with the starts before it, as the report does", () => {
  const phases = [0, 1, 2, 3, 4, 5, 6, 7];
  const plan = planOf({ sizeBytes: 64 * MIB, medium: "image", mode: "default", seed: "live", phases });
  const covered = newIntervals();
  covered.add(0, 31 * MIB);
  covered.add(32 * MIB, 32 * MIB);
  const lost = { offsetBytes: 31 * MIB, lengthBytes: MIB, why: "input-error" as const };
  const reading = { covered, unreadRanges: () => [lost] } as unknown as RawReading;
  const question = { sizeBytes: plan.sizeBytes, phases, goal: plan.goal, hits: 0 };
  const live = boundNow(plan, reading, 0);
  assert.deepEqual(live, boundOf({ ...question, covered: withoutLost(covered, [lost]) }));
  assert.ok((live.targetBytes ?? 0) > (boundOf({ ...question, covered }).targetBytes ?? 0));
});
