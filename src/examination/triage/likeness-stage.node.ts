import { fromHex } from "#base/values";
import { buildNearestIndex } from "#examination/likeness/node";
import { evidenceFileOf, evidenceOf } from "#examination/opening/node";
import { placeText } from "#examination/sources";
import type { ExaminationSetup } from "./examination-setup.node.ts";
import { folderMedia, type ListedFolder } from "./folder-media.node.ts";
import { type InnerLikeness, innerLikeness } from "./inner-likeness.node.ts";
import { openKnownGood } from "./known-good.node.ts";
import { likenessSetsOf } from "./known-sets.node.ts";
import { compareByLikeness, comparedEntries, type LikenessCourse } from "./likeness-course.node.ts";
import { type LikenessDesk, likenessDesk } from "./likeness-desk.node.ts";
import { type LikenessSeen, likenessSeen } from "./likeness-report.node.ts";
import { liveWatch, type WatchedCourse } from "./live-watch.node.ts";
import type { MediaFiles } from "./media-files.ts";
import { mediumMedia } from "./medium-media.node.ts";
import type { Comparing } from "./pace.ts";
import { openText, sealText } from "./sealed-text.node.ts";
import type { StageGate } from "./stage-gate.ts";
import { INNER_LIKENESS, LIKENESS_WORK } from "./thresholds.ts";

/** The decoders take a core each. */
const WORKERS_MOST = 2;
const MINUTE_MS = 60_000;

/** What comparing by likeness is given. */
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

/** Comparing by likeness, from the first file that is found in another to the answer. */
export interface OpenLikeness {
  /** Takes what stands in files, and what is carved. */
  inner: InnerLikeness;
  /** Compares what the source itself holds, and says what came of everything. */
  seen(): Promise<LikenessSeen>;
  close(): void;
}

/** Opens it: one desk, one opening of the lists and one index for the source's own files and for those within them. */
export function openLikeness(stage: LikenessStage): OpenLikeness {
  const { setup, gate, watch } = stage;
  const mode = watch.plan.mode;
  let media: MediaFiles | undefined;
  let comparing: Comparing = { done: 0, total: 0, secondsLeft: null };
  const readsUnderWay = (): number => media?.readsUnderWay ?? 0;
  const live = liveWatch(setup, { ...watch, readsUnderWay, comparing: () => comparing });
  setup.course?.reading(live.look);
  const desk = deskOf(stage);
  const budgetMs = MINUTE_MS * (mode === "quick" ? LIKENESS_WORK.quickMinutes : LIKENESS_WORK.mostMinutes);
  const inner = innerLikeness({
    ...{ desk, gate, budgetMs: budgetMs * INNER_LIKENESS.timeShare },
    onProgress: () => {
      const done = desk.kept.length;
      comparing = { done, total: done + inner.line.underWay, secondsLeft: null };
    },
  });
  return {
    inner,
    async seen() {
      const { sets } = await desk.lists();
      let course: LikenessCourse;
      let isShort = false;
      media = mediaOf(stage);
      try {
        course = await compareByLikeness({
          ...{ media, desk, gate, all: mode !== "quick", budgetMs: budgetMs - inner.line.waitedMs },
          onProgress: (now) => {
            comparing = now;
          },
        });
      } finally {
        isShort = await media.close();
      }
      const ended = isShort && course.ended === "all" ? "reader" : course.ended;
      const found = { files: desk.kept, filesTotal: course.filesTotal, innerLeft: inner.line.left, ended };
      return likenessSeen(found, { sets, place: placeText([setup.look.name]).place, index: buildNearestIndex });
    },
    close() {
      inner.line.close();
      desk.close();
      live.end();
    },
  };
}

function deskOf({ setup, tick }: LikenessStage): LikenessDesk {
  const { filters, nowMs, asked, evidence, contentKey } = setup;
  return likenessDesk({
    before: comparedEntries(evidence.entries, (sealed) => openText(contentKey, sealed)),
    workers: Math.max(1, Math.min(WORKERS_MOST, asked.workers ?? WORKERS_MOST)),
    async lists() {
      const sets = await likenessSetsOf(filters, nowMs());
      if (evidence.entries.every(({ body }) => body["code"] !== "likeness-opened")) {
        const lists = sets.map(({ name, release }) => ({ name, release }));
        evidence.append("notice", { code: "likeness-opened", lists });
      }
      return { sets, knownGood: await openKnownGood(filters, nowMs()) };
    },
    keep(files) {
      evidence.append("likeness", { files: files.length, sealed: sealText(contentKey, JSON.stringify(files)) });
      tick();
    },
  });
}

function mediaOf({ setup, folder, gate }: LikenessStage): MediaFiles {
  const { look, asked, evidence, likenessFault, likenessLimits } = setup;
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
    ...(likenessFault === undefined ? {} : { fault: likenessFault }),
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
