import { fromHex } from "#base/values";
import { buildNearestIndex } from "#examination/likeness/node";
import { evidenceFileOf, evidenceOf } from "#examination/opening/node";
import { placeText } from "#examination/sources";
import { asksForLikeness, type ExaminationSetup } from "./examination-setup.node.ts";
import { folderMedia, type ListedFolder } from "./folder-media.node.ts";
import { openKnownGood } from "./known-good.node.ts";
import { compareByLikeness, comparedEntries, type LikenessCourse, likenessSetsOf } from "./likeness-course.node.ts";
import { type LikenessSeen, likenessSeen } from "./likeness-report.node.ts";
import { liveWatch, type WatchedCourse } from "./live-watch.node.ts";
import type { MediaFiles } from "./media-files.ts";
import { mediumMedia } from "./medium-media.node.ts";
import type { Comparing } from "./pace.ts";
import { openText, sealText } from "./sealed-text.node.ts";
import type { StageGate } from "./stage-gate.ts";
import { LIKENESS_WORK } from "./thresholds.ts";

/** The decoders take a core each. */
const WORKERS_MOST = 2;
const MINUTE_MS = 60_000;

/** The last stage of reading: pictures and videos are compared with the lists' fingerprints. */
export interface LikenessStage {
  setup: ExaminationSetup;
  gate: StageGate;
  /** A folder that was listed. */
  folder?: Omit<ListedFolder, "spec">;
  /** After something was written to the journal. */
  tick(): void;
  /** What was read before, for whoever watches. */
  watch: Omit<WatchedCourse, "readsUnderWay">;
}

/** Compares what the source holds. @returns undefined where no list holds fingerprints. */
export async function likenessStage(stage: LikenessStage): Promise<LikenessSeen | undefined> {
  const { setup, gate, tick, watch } = stage;
  const { mode } = watch.plan;
  if (!asksForLikeness(setup)) return undefined;
  const { filters, nowMs, asked, evidence, contentKey, look } = setup;
  const sets = await likenessSetsOf(filters, nowMs());
  if (evidence.entries.every(({ body }) => body["code"] !== "likeness-opened")) {
    const lists = sets.map(({ name, release }) => ({ name, release }));
    evidence.append("notice", { code: "likeness-opened", lists });
  }
  const media = mediaOf(stage);
  const knownGood = await openKnownGood(filters, nowMs());
  let comparing: Comparing = { done: 0, total: 0, secondsLeft: null };
  const watched = { readsUnderWay: () => media.readsUnderWay, comparing: () => comparing };
  const live = liveWatch(setup, { ...watch, ...watched });
  setup.course?.reading(live.look);
  const before = comparedEntries(evidence.entries, (sealed) => openText(contentKey, sealed));
  let course: LikenessCourse;
  let isShort = false;
  try {
    course = await compareByLikeness({
      ...{ media, sets, knownGood, before, gate, all: mode !== "quick" },
      workers: Math.max(1, Math.min(WORKERS_MOST, asked.workers ?? WORKERS_MOST)),
      budgetMs: MINUTE_MS * (mode === "quick" ? LIKENESS_WORK.quickMinutes : LIKENESS_WORK.mostMinutes),
      keep: (files) => {
        evidence.append("likeness", { files: files.length, sealed: sealText(contentKey, JSON.stringify(files)) });
        tick();
      },
      onProgress: (now) => {
        comparing = now;
      },
    });
  } finally {
    live.end();
    knownGood?.close();
    isShort = await media.close();
  }
  const ended = isShort && course.ended === "all" ? "reader" : course.ended;
  return likenessSeen({ ...course, ended }, { sets, place: placeText([look.name]).place, index: buildNearestIndex });
}

function mediaOf({ setup, folder, gate }: LikenessStage): MediaFiles {
  const { look, asked, evidence, mediumFault, likenessLimits } = setup;
  const { spec, name } = look;
  if (spec.kind === "folder" && spec.container === undefined) {
    if (folder === undefined) throw new TypeError("Cannot compare a folder: it was not listed");
    return folderMedia({ ...folder, spec });
  }
  const { elevate } = asked;
  const medium = spec.kind === "folder" ? evidenceFileOf(fromHex(spec.pathBytes)) : evidenceOf(spec, { name, elevate });
  if (medium === null) return noMedia();
  return mediumMedia({
    ...{ medium, name, most: LIKENESS_WORK.filesMost, signal: gate.signal },
    ...(mediumFault === undefined ? {} : { fault: mediumFault }),
    ...(likenessLimits === undefined ? {} : { limits: likenessLimits }),
    onDeath: ({ why, step }, said) => evidence.append("reader", { why, tree: step.place, said }),
  });
}

/** A source that cannot be opened any more. */
function noMedia(): MediaFiles {
  return {
    list: async () => ({ files: [], beyond: 0, complete: false }),
    ahead: () => undefined,
    open: async () => null,
    readsUnderWay: 0,
    close: async () => true,
  };
}
