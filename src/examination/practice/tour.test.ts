import assert from "node:assert/strict";
import { test } from "node:test";
import { TOUR_BEGIN, TOUR_STEPS, type TourSight, tourStep } from "./tour.ts";

const sight = (more: Partial<TourSight>): TourSight => ({ screen: "devices", chosen: false, answered: false, ...more });
const SEEN = { seen: true, done: false };

const WALK: [TourSight, typeof TOUR_BEGIN, number, string][] = [
  [sight({}), TOUR_BEGIN, 1, "own"],
  [sight({ chosen: true }), TOUR_BEGIN, 1, "own"],
  [sight({}), SEEN, 2, "tick"],
  [sight({ chosen: true }), SEEN, 3, "big"],
  [sight({ screen: "examining", chosen: true }), SEEN, 3, "none"],
  [sight({ screen: "examining", answered: true }), SEEN, 4, "big"],
  [sight({ screen: "answer", answered: true }), SEEN, 4, "findings"],
  [sight({ screen: "findings", answered: true }), SEEN, 5, "big"],
  [sight({ screen: "report", answered: true }), SEEN, 6, "own"],
  [sight({ screen: "report" }), { seen: true, done: true }, 6, "own"],
  [sight({ screen: "start" }), TOUR_BEGIN, 1, "big"],
];
for (const [seen, state, step, pointed] of WALK) {
  test(`tourStep() on ${seen.screen}${state.seen ? ", first step read" : ""} is step ${step} of ${TOUR_STEPS}, pointing at ${pointed}`, () => {
    const now = tourStep(seen, state);
    assert.deepEqual([now.step, now.pointed], [step, pointed]);
  });
}
