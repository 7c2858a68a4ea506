import { toHex } from "#base/values";
import type { FinishedReport } from "#examination/evidence/node";
import { type KnownPhases, placeText, splitPath } from "#examination/sources";
import { MEDIUM_LIMITS } from "./ask-medium.node.ts";
import { containerLinks } from "./container-source.node.ts";
import { type DraftFacts, reportDraft } from "./examination-draft.node.ts";
import { type Keeper, keeper } from "./examination-keeper.node.ts";
import {
  asksForLikeness,
  type ExaminationSetup,
  type ExaminationState,
  engineStart,
  type LeavableSetup,
  readsDigestOf,
  resumedState,
  retrySecondsOf,
  workersFor,
} from "./examination-setup.node.ts";
import { triageFault } from "./faults.ts";
import { folderListing } from "./folder-listing.node.ts";
import { folderReading } from "./folder-reading.node.ts";
import { guidedRuns } from "./guide.node.ts";
import type { HitPlace } from "./hit-place.ts";
import { insideStage } from "./inside-stage.node.ts";
import { type LikenessStage, openLikeness } from "./likeness-stage.node.ts";
import { liveWatch, type WatchedCourse } from "./live-watch.node.ts";
import { knownUnread } from "./look-at-medium.node.ts";
import type { Plan } from "./plan.ts";
import { choosePlan, phasesOf } from "./plan-choice.ts";
import { type Ended, newRawState, rawReading } from "./raw-reading.node.ts";
import type { Run } from "./reading.ts";
import { folderTape, rawTape } from "./reading-tape.node.ts";
import { type HitRecord, hitRecord } from "./record.node.ts";
import { regionTally } from "./region-counts.ts";
import { sealWith } from "./sealed-text.node.ts";
import { type StageGate, stageGate } from "./stage-gate.ts";
import { type Standings, standingsOf } from "./standings.node.ts";
import { wholeFilesOf } from "./whole-files.node.ts";
import { openDesk, type WorkDesk } from "./work-desk.node.ts";

/** After Ctrl-C the answer comes within two seconds. */
const STOPPED_LOOK_UP_MS = 500;

/** An examination under way: what all its steps share. */
interface Course {
  setup: ExaminationSetup & Partial<LeavableSetup>;
  desk: WorkDesk;
  before: ExaminationState | undefined;
  replaced: number;
  cached: boolean;
  listed: ReturnType<typeof folderListing>;
  /** Of what is done besides the desk. */
  gate: StageGate;
}

/**
 * Examines a source: plans, reads, keeps journal and checkpoints, judges, writes the report. Everything was checked before.
 *
 * @returns The finished report; also where it was stopped or the device was pulled out. "left": it was pulled out, and
 * the officer waits for it.
 * @throws {Fault} triage/*, filter/*, source/*, evidence/*; the folder of evidence then stays "interrupted".
 */
export async function examination(setup: LeavableSetup): Promise<FinishedReport | "left">;
export async function examination(setup: ExaminationSetup): Promise<FinishedReport>;
export async function examination(setup: ExaminationSetup & Partial<LeavableSetup>): Promise<FinishedReport | "left"> {
  const before = resumedState(setup);
  const { look, asked } = setup;
  const workers = asked.workers ?? workersFor(look);
  const start = engineStart(setup, workers, before?.readsDigest ?? readsDigestOf(look));
  const listed = folderListing();
  const course: Course = {
    setup,
    before,
    replaced: before?.replaced ?? 0,
    cached: false,
    listed,
    gate: stageGate(setup.signal),
    desk: openDesk(asked.elevate === null ? { start } : { start, elevate: asked.elevate }, {
      ready: ({ direct }) => {
        course.cached = look.spec.kind === "device" && !direct;
      },
      files: (files, refused) => listed.take(files, refused),
      replaced: (why, errorText) => {
        course.replaced++;
        setup.evidence.append("reader", { why, said: errorText.slice(0, 500) });
      },
    }),
  };
  const stop = (): void => course.desk.stop();
  setup.signal.addEventListener("abort", stop);
  if (setup.signal.aborted) stop();
  followControl(course);
  try {
    return look.spec.kind === "folder" ? await examineFolder(course) : await examineRaw(course);
  } finally {
    setup.signal.removeEventListener("abort", stop);
    await course.desk.close();
  }
}

/** Holds the desk, lets it go on, or ends it, as the officer or the socket says; holding stands in the journal. */
function followControl({ setup, desk, gate }: Course): void {
  const { control, evidence } = setup;
  if (control === undefined) return;
  let held = false;
  const follow = (): void => {
    if (control.gone || control.left) {
      desk.stop();
      gate.end();
    } else if (control.paused !== held) {
      held = control.paused;
      desk.hold(held);
      gate.hold(held);
      evidence.append("notice", { code: held ? "paused" : "went-on" });
    }
  };
  control.follow(follow);
  follow();
}

async function examineRaw(course: Course): Promise<FinishedReport | "left"> {
  const { setup, desk, before } = course;
  const { look } = setup;
  const refused = (setup.medium?.notExaminable ?? null) !== null;
  if (!refused) await refuseOtherContent(course);
  const known = before?.known ?? (refused ? null : await headersOf(course));
  const plan = planFor(course, {
    sizeBytes: look.sizeBytes,
    phases: phasesOf(known?.regions ?? [], setup.asked.phases),
  });
  const regions = regionTally(known ?? { regions: [] }, look.sizeBytes, before?.regions);
  const place = placeText([look.name]);
  const hits = hitsFor(course, () => place);
  const keep = keeper(course, { plan, hits, known, regions });
  const guided = refused || desk.stopped ? null : await guidedFor(course, plan);
  const reading = rawReading({
    guided,
    ...{ plan, desk, hits, regions, tick: keep.tick, retrySeconds: retrySecondsOf(setup) },
    addRun: (run) => setup.evidence.addRuns([run]),
    state: before?.raw ?? newRawState(setup.medium === undefined ? {} : knownUnread(setup.medium)),
  });
  keep.begin(() => ({ raw: reading.state(), folder: null }));
  const drawn = (): Drawn => {
    const unread = reading.unreadRanges();
    const unreadBytes = unread.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    return { tape: rawTape(plan.sizeBytes, { reading, hits }, unread), unreadBytes, unreadPlaces: unread.length };
  };
  const watch = { plan, hits, reading, drawn };
  const read = await watched(course, watch, async () => (refused ? "done" : reading.run()));
  const whole = refused || read !== "done" ? undefined : await wholeFilesOf(setup, { desk, hits, mode: plan.mode });
  const ended = read === "done" && desk.stopped ? "stopped" : read;
  const found = { plan, hits, known, ended, raw: { reading, regions }, ...(whole && { whole }) };
  const later = refused ? {} : await laterFor(course, { ended, keep, watch });
  return finish(course, { ...found, ...later }, keep);
}

/** Asked for once: what was known at a checkpoint stands in its state. */
async function guidedFor({ setup, before }: Course, plan: Plan): Promise<Run[][] | null> {
  if (before?.raw?.guided === true) return [];
  const { look, asked, signal } = setup;
  return guidedRuns({ look, plan, elevate: asked.elevate, signal, onEntries: setup.looking });
}

async function examineFolder(course: Course): Promise<FinishedReport | "left"> {
  const { setup, desk, before, listed } = course;
  let listingFailed = false;
  await desk.run([{ kind: "list", offsetBytes: 0, lengthBytes: 0, phases: 1 }], (_, { error }) => {
    listingFailed = error !== undefined;
  });
  const { table } = listed;
  const listing = listed.listing();
  if (before?.folder && before.folder.listing !== listing.digest && !desk.stopped) {
    throw triageFault("triage/other-source", "The folder is not what it was when the examination began");
  }
  const plan = planFor(course, { sizeBytes: table.totalBytes, phases: phasesOf([], null) });
  const { spec, name } = setup.look;
  const linksOf = spec.kind === "folder" && spec.container !== undefined ? containerLinks : splitPath;
  const placeOf = (index: number): HitPlace => placeText([name, ...linksOf(table.path(index))]);
  const hits = hitsFor(course, placeOf);
  const keep = keeper(course, { plan, hits, known: null, regions: undefined });
  const reading = folderReading({
    ...{
      plan,
      desk,
      hits,
      table,
      listing,
      tick: keep.tick,
      retrySeconds: retrySecondsOf(setup),
      seal: sealWith(setup.contentKey),
    },
    addRun: (run) => setup.evidence.addRuns([run]),
    ...(before?.folder ? { state: before.folder } : {}),
  });
  keep.begin(() => ({ raw: null, folder: reading.state() }));
  const drawn = (): Drawn => {
    const { bytes, places } = reading.losses;
    return { tape: folderTape(table, reading), unreadBytes: bytes, unreadPlaces: places.length };
  };
  const watch = { plan, hits, reading, drawn };
  const ended = await watched(course, watch, () => reading.run());
  if (setup.annexRecipients.length > 0 && !desk.stopped) await reading.digestHits();
  const lost = new Set(reading.losses.places.map(({ fileIndex }) => fileIndex));
  const later = await laterFor(course, { ended, keep, watch, folder: { table, placeOf, lost } });
  const folder = { reading, table, listing, placeOf, listingFailed };
  return finish(course, { plan, hits, known: null, ended, folder, ...later }, keep);
}

/** Files within files, and pictures and videos by likeness, once everything was read that was to be read. */
async function laterFor(
  course: Course,
  how: Pick<LikenessStage, "watch" | "folder"> & { ended: Ended; keep: Keeper },
): Promise<Pick<DraftFacts, "inside" | "likeness"> & { ended?: Ended }> {
  const { setup, desk, gate } = course;
  const { ended, keep, watch, folder } = how;
  if (ended !== "done") return {};
  await desk.close();
  const ground = { setup, gate, tick: keep.tick, ...(folder && { folder }) };
  const likeness = asksForLikeness(setup) ? openLikeness({ ...ground, watch }) : undefined;
  try {
    const inside = await insideStage({
      ...{ ...ground, mode: watch.plan.mode },
      ...(likeness && { likeness: likeness.inner }),
    });
    const seen = await likeness?.seen();
    return { inside, ...(seen && { likeness: seen }), ...(setup.control?.gone && { ended: "pulled" }) };
  } finally {
    likeness?.close();
  }
}

type Drawn = ReturnType<WatchedCourse["drawn"]>;

async function watched(
  { setup, desk }: Course,
  watched: Omit<WatchedCourse, "readsUnderWay">,
  run: () => Promise<Ended>,
): Promise<Ended> {
  const watch = liveWatch(setup, { ...watched, readsUnderWay: () => desk.underWay });
  setup.course?.reading(watch.look);
  try {
    const ended = await run();
    return setup.control?.gone ? "pulled" : ended;
  } finally {
    watch.end();
  }
}

async function headersOf({ desk }: Course): Promise<KnownPhases | null> {
  let known: KnownPhases | null = null;
  await desk.run([{ kind: "headers", offsetBytes: 0, lengthBytes: 0, phases: 1 }], (_, result) => {
    known = result.known ?? null;
  });
  return known;
}

function planFor({ setup, before }: Course, ground: { sizeBytes: number; phases: number[] }): Plan {
  const { look, asked, freshSeed } = setup;
  return choosePlan({ ...ground, medium: look.medium, asked, freshSeed, before: before?.plan });
}

function hitsFor({ setup, before }: Course, placeOf: (fileIndex: number) => HitPlace): HitRecord {
  const { evidence, contentKey } = setup;
  const hits = hitRecord({ evidence, contentKey, placeOf, unconfirmed: before?.unconfirmed ?? [] });
  if (before !== undefined) hits.replay(evidence.entries);
  return hits;
}

/** Reads the first run that was recorded once more: the same size does not make the same device. */
async function refuseOtherContent({ setup, desk, before }: Course): Promise<void> {
  const first = before === undefined ? undefined : firstRun(setup);
  if (first === undefined) return;
  const { offsetBytes, lengthBytes } = first;
  await desk.run([{ kind: "run", offsetBytes, lengthBytes, phases: 1 }], (_, { digest, readBytes }) => {
    if (readBytes === lengthBytes && digest !== toHex(first.digest)) {
      throw triageFault("triage/other-source", "What was read before is not what stands there now");
    }
  });
}

function firstRun({
  evidence,
}: ExaminationSetup): { offsetBytes: number; lengthBytes: number; digest: Uint8Array } | undefined {
  for (const run of evidence.resumed?.runs() ?? []) return run;
  return undefined;
}

type Found = "plan" | "hits" | "known" | "ended" | "raw" | "folder" | "inside" | "likeness" | "whole";
type Findings = Pick<DraftFacts, Found>;

async function finish(course: Course, found: Findings, keep: Keeper): Promise<FinishedReport | "left"> {
  const { setup, before, replaced, cached } = course;
  const { evidence, asked } = setup;
  const { ended } = found;
  await course.desk.close();
  keep.checkpoint();
  if (setup.control?.left && setup.whenPulled !== undefined) return "left";
  if (ended === "pulled" && setup.whenPulled !== undefined) {
    evidence.append("notice", { code: "pulled-out" });
    if ((await setup.whenPulled()) === "leave") return "left";
  }
  setup.course?.finishing();
  if (ended !== "done") evidence.append("stopped", { why: ended });
  const planRepeated = before?.planRepeated ?? asked.plan !== null;
  const readsDigest = before?.readsDigest ?? readsDigestOf(setup.look);
  const standings = await standingsFor(course, found);
  const draft = reportDraft({
    ...found,
    ...(standings === undefined ? {} : { standings }),
    setup,
    replaced,
    cached,
    planRepeated,
    readsDigest,
  });
  evidence.append("verdict", { verdict: draft.verdict, reasons: draft.reasons });
  return evidence.finish(draft, annexOf(setup, found));
}

/** In which files the hits stand; asked once, after all was read. Stopped, a second is all that it may take. */
async function standingsFor(course: Course, { raw, hits, ended }: Findings): Promise<Standings | undefined> {
  const { setup } = course;
  const { look, asked, evidence, signal, medium, mediumFault, mediumLimits = MEDIUM_LIMITS } = setup;
  const refused = (medium?.notExaminable ?? null) !== null;
  if (raw === undefined || refused || ended === "pulled" || ended === "failed") return undefined;
  // Also where comparing by likeness was stopped, behind all reading.
  const stopped = ended === "stopped" || signal.aborted;
  if (stopped && hits.ledger.count === 0) return undefined;
  return standingsOf({
    look,
    offsets: hits.ledger.hits().map(({ offsetBytes }) => offsetBytes),
    elevate: asked.elevate,
    onEntries: setup.looking,
    ...(stopped
      ? { signal: new AbortController().signal, limits: { ...mediumLimits, totalMs: STOPPED_LOOK_UP_MS } }
      : { signal, limits: mediumLimits }),
    ...(mediumFault === undefined ? {} : { fault: mediumFault }),
    onDeath: ({ why, step }, said) => evidence.append("reader", { why, tree: step.place, said }),
  });
}

function annexOf(
  { annexRecipients: recipients }: ExaminationSetup,
  { folder, whole }: Findings,
): { recipients: string[]; files: { place: string; sizeBytes: number; digests: Record<string, string> }[] } {
  const rows = folder === undefined ? [] : [...folder.reading.digests];
  const files = rows.map(([index, digests]) => ({
    place: folder?.placeOf(index).place ?? "",
    sizeBytes: folder?.table.sizeBytes(index) ?? 0,
    digests,
  }));
  files.push(...(whole?.files ?? []));
  return { recipients: files.length > 0 ? recipients : [], files };
}
