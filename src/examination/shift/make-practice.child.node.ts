// Entry of the child that makes the practice set: drawing and building would hold the screen up.
import { makePractice } from "#examination/practice/node";
import { MAKING_SHARES, type MakingSaid } from "./practice-room.node.ts";

const say = (said: MakingSaid): void => {
  process.send?.(said);
};

/** A hundred words of progress are enough. */
const STEP = 0.01;
let toldFraction = -STEP;
const STEPS = Object.keys(MAKING_SHARES) as (keyof typeof MAKING_SHARES)[];

try {
  await makePractice(process.argv[2] ?? "", {
    nowMs: Date.now(),
    onStep: (step, fraction) => {
      const before = STEPS.slice(0, STEPS.indexOf(step)).reduce((sum, earlier) => sum + MAKING_SHARES[earlier], 0);
      const whole = before + MAKING_SHARES[step] * fraction;
      if (whole < toldFraction + STEP) return;
      toldFraction = whole;
      say({ fraction: whole });
    },
  });
  say({ done: true });
} catch (error) {
  say({ fault: error instanceof Error ? error.message : String(error) });
}
process.disconnect?.();
