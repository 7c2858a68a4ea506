import type { Language } from "#base/words";
import { isolatedText, type Reason, sayEvidence, type Verdict } from "#examination/evidence";
import { timeText } from "./device-words.ts";
import { sayLanes } from "./words.ts";

/** Things an officer can do now; each has a drawing. In the order in which they are done. */
const STEPS = ["on", "leave", "seize", "keep", "closed", "readon", "surer", "list", "call", "chief"] as const;
export type StepKind = (typeof STEPS)[number];

/** What fits each reason; never more than the report's own next step says. */
const STEPS_OF: Record<Reason, readonly StepKind[]> = {
  "listed-blocks": ["seize", "closed", "call"],
  "listed-file": ["seize", "closed", "call"],
  "likeness-agreed": ["seize", "closed", "call"],
  "hit-single": ["keep", "call"],
  "hit-related": ["keep", "call"],
  likeness: ["keep", "call"],
  encrypted: ["on", "keep", "call"],
  unread: ["keep", "call"],
  wiped: ["keep", "call"],
  "stopped-early": ["readon"],
  "filter-expired": ["list"],
  "not-examinable": ["leave", "call"],
};

export interface Step {
  kind: StepKind;
  text: string;
}

/** Steps for a verdict with these reasons, each once, in the order in which they are done. */
export function stepsOf(
  language: Language,
  { verdict, reasons }: { verdict: Verdict; reasons: readonly Reason[] },
  { exhibit, canReadOn, secondsLeft }: { exhibit: string; canReadOn: boolean; secondsLeft: number | null },
): Step[] {
  const wanted = new Set<StepKind>(reasons.flatMap((reason) => STEPS_OF[reason]));
  if (verdict === "green") {
    if (canReadOn) wanted.add("surer");
    wanted.add("chief");
  }
  if (wanted.has("readon") && !canReadOn) {
    wanted.delete("readon");
    for (const kind of ["keep", "call"] as const) wanted.add(kind);
  }
  if (wanted.has("seize")) for (const kind of ["keep", "leave"] as const) wanted.delete(kind);
  const bag = { exhibit: isolatedText(exhibit) };
  const text = (kind: StepKind): string => {
    if (kind === "list") return sayEvidence(language, "step.filter-expired");
    if (kind === "chief") return sayEvidence(language, "step.green");
    if (kind !== "surer") return sayLanes(language, `answer.do.${kind}`, bag);
    return secondsLeft === null
      ? sayLanes(language, "answer.do.surer.untimed")
      : sayLanes(language, "answer.do.surer", { time: timeText(language, secondsLeft) });
  };
  return STEPS.filter((kind) => wanted.has(kind)).map((kind) => ({ kind, text: text(kind) }));
}
