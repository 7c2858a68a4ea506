import type { KnownPhases } from "#examination/sources";
import { type ExaminationSetup, type ExaminationState, readsDigestOf, sourceKey } from "./examination-setup.node.ts";
import type { Plan } from "./plan.ts";
import type { HitRecord } from "./record.node.ts";
import type { RegionTally } from "./region-counts.ts";

/** An examination whose state is kept. */
interface KeptCourse {
  setup: ExaminationSetup;
  before: ExaminationState | undefined;
  /** Readers that were given up and replaced, by now. */
  readonly replaced: number;
}

/** What does not change from one checkpoint to the next, or tells its state itself. */
interface Kept {
  plan: Plan;
  hits: HitRecord;
  known: KnownPhases | null;
  regions: RegionTally | undefined;
}

/** Keeps an examination's state, so that it can be gone on with. */
export interface Keeper {
  /** Writes what is examined into the journal and signs the first checkpoint. */
  begin(reading: () => Pick<ExaminationState, "raw" | "folder">): void;
  /** Signs a checkpoint when one is due. */
  tick(): void;
  checkpoint(): void;
}

/** Writes what is known of an examination's course into its evidence. */
export function keeper(course: KeptCourse, { plan, hits, known, regions }: Kept): Keeper {
  const { setup, before } = course;
  const { evidence, look, filters, asked } = setup;
  let reading: () => Pick<ExaminationState, "raw" | "folder"> = () => ({ raw: null, folder: null });
  const checkpoint = (): void => {
    hits.flush();
    const state: ExaminationState = {
      version: 2,
      source: sourceKey(look),
      filters: filters.map(({ verified }) => verified.digest),
      plan,
      readsDigest: before?.readsDigest ?? readsDigestOf(look),
      known,
      regions: regions?.toState() ?? [],
      ...reading(),
      unconfirmed: hits.state().unconfirmed,
      replaced: course.replaced,
      planRepeated: before?.planRepeated ?? asked.plan !== null,
    };
    evidence.checkpoint({ ...state });
  };
  return {
    checkpoint,
    begin(from) {
      reading = from;
      if (before === undefined) {
        const { name: _, notices, ...seen } = look;
        evidence.append("source", { ...seen, notices });
        for (const { verified } of filters) {
          const parts = verified.parts.map(({ header, signedBy }) => ({
            name: header.name,
            release: header.release,
            signedBy,
          }));
          evidence.append("filter", { digest: verified.digest, signedBy: verified.signedBy, parts });
        }
      }
      if (before?.plan.mode !== plan.mode) evidence.append("plan", { plan });
      checkpoint();
    },
    tick() {
      if (evidence.checkpointDue()) checkpoint();
    },
  };
}
