import {
  type ChildLimits,
  type ChildMessage,
  type Death,
  type EvidenceMedium,
  type LostObject,
  type PlantedFault,
  runReader,
} from "#examination/opening/node";
import { entryCount } from "./entry-count.ts";
import type { MediumAnswer, MediumTask } from "./medium-message.ts";

export const MEDIUM_LIMITS: ChildLimits = { silentMs: 20_000, objectMs: 180_000, totalMs: 600_000 };

/** What came of a question. */
export interface MediumOutcome {
  /** Absent where the medium was given up, or it took too long. */
  answer?: MediumAnswer;
  how: "done" | "stopped" | "given-up";
  /** What is not in the answer: it ended the child that read it. */
  lost: LostObject[];
}

/** What a child is started for. */
export interface MediumQuestion {
  /** Closed in the end; null: it cannot be opened now. */
  medium: EvidenceMedium | null;
  task: MediumTask;
  limits?: ChildLimits;
  signal?: AbortSignal;
  fault?: PlantedFault;
  /** A child ended before its work was done; the next one leaves out what ended it. */
  onDeath?(death: Death, said: string): void;
  /** Now and then: entries that were looked at. */
  onEntries?(entries: number): void;
}

/** Asks a child that may read what it is given and nothing else. Never throws for what the medium does to it. */
export async function askMedium({ medium, task, ...how }: MediumQuestion): Promise<MediumOutcome> {
  if (medium === null) return { how: "given-up", lost: [] };
  const { limits = MEDIUM_LIMITS, signal, fault, onDeath, onEntries } = how;
  let answer: MediumAnswer | undefined;
  const inTime = AbortSignal.timeout(limits.totalMs);
  try {
    const outcome = await runReader({
      entry: "src/examination/triage/medium.child.node.ts",
      ...{ medium, limits, goesOn: false, task: () => task },
      signal: signal === undefined ? inTime : AbortSignal.any([signal, inTime]),
      ...(fault === undefined ? {} : { fault }),
      ...(onDeath === undefined ? {} : { onDeath }),
      ...(onEntries === undefined ? {} : { onStep: entryCount(onEntries) }),
      onMessage: (message) => {
        if (isAnswer(message)) answer = message;
        return null;
      },
    });
    return outcome.how === "done" && answer !== undefined ? { ...outcome, answer } : outcome;
  } finally {
    medium.close();
  }
}

function isAnswer(message: ChildMessage): message is ChildMessage & MediumAnswer {
  return message.kind === "container" || message.kind === "guide" || message.kind === "places";
}
