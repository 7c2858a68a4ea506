import { toHex } from "#base/values";
import { type ChildLimits, evidenceOf } from "#examination/opening/node";
import type { SourceLook } from "#examination/sources";
import { askMedium } from "./ask-medium.node.ts";
import type { Plan } from "./plan.ts";
import type { Run } from "./reading.ts";
import { GUIDED_RUN_BYTES, GUIDED_SHARE, MEDIA } from "./thresholds.ts";

/** The officer waits for the first answer meanwhile. */
const LIMITS: ChildLimits = { silentMs: 20_000, objectMs: 60_000, totalMs: 60_000 };

/** What is probed, by which plan. */
export interface GuideWishes {
  look: SourceLook;
  plan: Plan;
  elevate: string[] | null;
  signal: AbortSignal;
  /** Now and then: entries that were looked at. */
  onEntries?: ((entries: number) => void) | undefined;
}

/**
 * Runs at the probe places of a medium's media files: first of those that are there, in order of place, then of deleted ones. They
 * are read before the plan and counted nowhere. None where the plan does
 * not ask for them, or where the medium's files cannot be listed in time.
 *
 * @returns Null where it was stopped before they were known: then they are asked for again.
 */
export async function guidedRuns({ look, plan, elevate, signal, onEntries }: GuideWishes): Promise<Run[][] | null> {
  if (plan.guided !== true || plan.medium === "folder" || look.spec.kind === "folder") return [];
  const { seekMs, bytesPerSecond } = MEDIA[plan.medium];
  const runSeconds = seekMs / 1000 + GUIDED_RUN_BYTES / bytesPerSecond;
  const most = Math.floor((GUIDED_SHARE * plan.sizeBytes) / bytesPerSecond / runSeconds);
  const { answer } = await askMedium({
    medium: evidenceOf(look.spec, { name: look.name, elevate }),
    task: { verb: "guide", name: toHex(look.name), most },
    limits: LIMITS,
    signal,
    ...(onEntries === undefined ? {} : { onEntries }),
  });
  if (signal.aborted) return null;
  const passes = answer?.kind === "guide" ? [answer.present, answer.deleted] : [];
  return passes.map((places) =>
    places
      .filter((offsetBytes) => offsetBytes < plan.sizeBytes)
      .map((offsetBytes) => ({ offsetBytes, lengthBytes: Math.min(GUIDED_RUN_BYTES, plan.sizeBytes - offsetBytes) })),
  );
}
