/** What the tour sees of the program: the open screen, and how far the work on it is. */
export interface TourSight {
  screen: string;
  /** A device is ticked. */
  chosen: boolean;
  /** A lane has its answer, or is red while it is still being read. */
  answered: boolean;
}

/** How far the officer read by hand: the first step asks for nothing but a look. */
export interface TourState {
  /** The first step was read. */
  seen: boolean;
  /** The last step was read: done by oneself. */
  done: boolean;
}

export const TOUR_STEPS = 6;

/** The button that a step points at: the guide's own, the big one, a device's tick, or one by its name. */
export type Pointed = "own" | "big" | "tick" | "findings" | "none";

export interface TourStep {
  step: number;
  /** Its sentence and rule: words `tour.<say>`, `tour.<rule>`. */
  say: TourSentence;
  rule: TourRule;
  pointed: Pointed;
}

export type TourSentence =
  | "plug"
  | "tick"
  | "examine"
  | "reading"
  | "answered"
  | "answer"
  | "findings"
  | "report"
  | "done"
  | "elsewhere";
export type TourRule = "lip" | "shape" | "calm" | "word" | "look" | "paper";

export const TOUR_BEGIN: TourState = { seen: false, done: false };

/** The step that fits what is open; the tour follows the work and never leads it. */
export function tourStep({ screen, chosen, answered }: TourSight, { seen, done }: TourState): TourStep {
  if (done) return step(6, "done", "paper", "own");
  if (screen === "devices") {
    if (!seen) return step(1, "plug", "shape", "own");
    return chosen ? step(3, "examine", "lip", "big") : step(2, "tick", "lip", "tick");
  }
  if (screen === "examining") {
    return answered ? step(4, "answered", "calm", "big") : step(3, "reading", "calm", "none");
  }
  if (screen === "answer") return step(4, "answer", "word", "findings");
  if (screen === "findings") return step(5, "findings", "look", "big");
  if (screen === "report") return step(6, "report", "paper", "own");
  return step(1, "elsewhere", "lip", "big");
}

type Telling = [say: TourSentence, rule: TourRule, pointed: Pointed];

function step(number: number, ...[say, rule, pointed]: Telling): TourStep {
  return { step: number, say, rule, pointed };
}
