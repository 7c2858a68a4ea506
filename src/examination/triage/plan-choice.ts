import { canonicalText } from "#base/values";
import { triageFault } from "./faults.ts";
import { type Medium, type Mode, type Plan, planOf } from "./plan.ts";

/** What decides a plan. */
export interface PlanChoice {
  sizeBytes: number;
  medium: Medium;
  /** Phases that headers tell, or all eight. */
  phases: number[];
  asked: { mode: Mode | null; seed: string | null; plan: Plan | null; phases: "all" | "known" | null };
  freshSeed: string;
  /** The plan of the examination that is continued. */
  before: Plan | undefined;
}

/**
 * The plan to read by: the one that is continued, the one of an earlier report, or a new one. What began quick may go on to the end:
 * its plan is then the longer one of the same seed, which begins with the same reads.
 *
 * @throws {Fault} triage/other-plan where the continued one is not what is asked for; triage/plan-source where the earlier
 * report is of a source of another size or kind.
 */
export function choosePlan({ sizeBytes, medium, phases, asked, freshSeed, before }: PlanChoice): Plan {
  if (before !== undefined) {
    const mode = asked.mode ?? before.mode;
    const seed = asked.seed ?? before.seed;
    const readOn = before.mode === "quick" && mode !== "quick" && asked.plan === null && seed === before.seed;
    if (readOn) return longerPlan(before, mode);
    const same =
      asked.plan === null
        ? guided(
            planOf({
              sizeBytes,
              medium,
              mode,
              seed,
              phases: asked.phases === null ? before.phases : phases,
              goal: before.goal,
            }),
          )
        : asked.plan;
    if (canonicalText(same) !== canonicalText(before)) {
      throw triageFault("triage/other-plan", "The examination began with another plan");
    }
    return before;
  }
  if (asked.plan !== null) {
    if (asked.plan.sizeBytes !== sizeBytes || asked.plan.medium !== medium) {
      const values = { planBytes: asked.plan.sizeBytes, sourceBytes: sizeBytes };
      throw triageFault("triage/plan-source", "The plan was made for another source", { values });
    }
    return asked.plan;
  }
  return guided(planOf({ sizeBytes, medium, phases, mode: asked.mode ?? "default", seed: asked.seed ?? freshSeed }));
}

function longerPlan({ sizeBytes, medium, seed, phases, goal }: Plan, mode: Mode): Plan {
  return guided(planOf({ sizeBytes, medium, seed, phases, goal, mode }));
}

/** Where a grid is worth its seeks, so are the places that file systems name. */
function guided(plan: Plan): Plan {
  return plan.medium === "folder" || plan.gridPasses === 0 ? plan : { ...plan, guided: true };
}

/** Phases to look at: those that headers tell where only these are asked for and some are told, else all eight. */
export function phasesOf(regions: readonly { phase: number | null }[], asked: "all" | "known" | null): number[] {
  const told = new Set(regions.flatMap(({ phase }) => (phase === null ? [] : [phase])));
  if (asked !== "known" || told.size === 0) return [0, 1, 2, 3, 4, 5, 6, 7];
  return [...told].sort((a, b) => a - b);
}
