import type { StepName } from "#platform/ui";
import type { KitView } from "./kit-view.ts";

export type ScreenName =
  | "locked"
  | "start"
  | "devices"
  | "making"
  | "examining"
  | "answer"
  | "findings"
  | "report"
  | "self-test";

/** Which screen is open, and of which lane. */
export interface Where {
  screen: ScreenName;
  lane: string | null;
}

const OF_A_LANE = ["answer", "findings", "report"] as const;
const ALONE = ["start", "devices", "examining", "self-test"] as const;

/** Reads an address's #part; anything unknown is null. */
function readHash(hash: string): Where | null {
  const name = hash.replace(/^#/, "");
  const alone = ALONE.find((one) => one === name);
  if (alone !== undefined) return { screen: alone, lane: null };
  const [, screen, lane] = /^([a-z]+)-([1-9][0-9]{0,5})$/.exec(name) ?? [];
  const known = OF_A_LANE.find((one) => one === screen);
  return known === undefined || lane === undefined ? null : { screen: known, lane };
}

/**
 * Where a screen really is: what the address asks for, as far as the program's state allows it.
 *
 * @param first This browser has just opened: a reading that goes on is shown at once.
 */
export function whereIs(hash: string, view: KitView, first: boolean): Where {
  const asked = readHash(hash);
  if (asked?.screen === "self-test") return asked;
  if (view.shift.state === "locked") return { screen: "locked", lane: null };
  const reading = isReading(view);
  if (asked === null || first) {
    if (reading && (asked === null || asked.screen === "start" || asked.screen === "devices")) {
      return { screen: "examining", lane: null };
    }
    if (asked === null) return { screen: "start", lane: null };
  }
  if (asked.lane !== null && !view.lanes.lanes.some(({ key }) => key === asked.lane)) {
    return { screen: reading ? "examining" : "devices", lane: null };
  }
  if (asked.screen === "devices" && view.shift.practice && view.making !== null)
    return { screen: "making", lane: null };
  if (asked.screen === "devices" && view.shift.missing !== null) return { screen: "start", lane: null };
  return asked;
}

/** The first device that is being read, or about to be. */
export function firstReading(view: KitView): KitView["lanes"]["lanes"][number] | null {
  return view.lanes.lanes.find(({ state }) => state !== "answered" && state !== "failed") ?? null;
}

/** Is any device being read, or about to be? */
export function isReading(view: KitView): boolean {
  return firstReading(view) !== null;
}

const STEPS: Record<ScreenName, StepName | null> = {
  locked: null,
  start: "start",
  "self-test": null,
  devices: "device",
  making: "device",
  examining: "examine",
  answer: "answer",
  findings: "answer",
  report: "report",
};

/** The step of the bezel that a screen belongs to. */
export function stepOf(screen: ScreenName): StepName | null {
  return STEPS[screen];
}
