import { type FilterRecord, type Notice, notice, type ReportDraft, type UnreadRange } from "#examination/evidence";
import { type KnownPhases, placeText, splitPath } from "#examination/sources";
import { folderBoundOf, statedBoundOf, withoutLost } from "./bound.ts";
import type { RunDigest } from "./engine-message.ts";
import { asksForLikeness, type ExaminationSetup, retrySecondsOf, setsOf } from "./examination-setup.node.ts";
import type { FileTable } from "./file-table.ts";
import type { Listing } from "./folder-listing.node.ts";
import type { FolderReading } from "./folder-reading.node.ts";
import type { HitPlace } from "./hit-place.ts";
import type { InsideSeen } from "./inside-book.ts";
import { type JudgeFacts, judge } from "./judge.ts";
import type { LikenessSeen } from "./likeness-report.node.ts";
import { partNotice } from "./look-notices.ts";
import { expectedChanceHits } from "./pace.ts";
import type { Plan } from "./plan.ts";
import type { Ended, RawReading } from "./raw-reading.node.ts";
import { folderTape, rawTape } from "./reading-tape.node.ts";
import type { HitRecord } from "./record.node.ts";
import type { RegionTally } from "./region-counts.ts";
import type { Standings } from "./standings.node.ts";
import { mediumNotices, packedVolumes, volumeRegions } from "./volume-facts.ts";
import type { WholeFilesSeen } from "./whole-files.node.ts";

/** Unread places a report lists; the rest is counted. */
const SHOWN_UNREAD = 10_000;

/** Everything a report is made from once reading has ended. */
export interface DraftFacts {
  setup: ExaminationSetup;
  plan: Plan;
  hits: HitRecord;
  known: KnownPhases | null;
  ended: Ended;
  raw?: { reading: RawReading; regions: RegionTally };
  folder?: {
    reading: FolderReading;
    table: FileTable;
    listing: Listing;
    placeOf(fileIndex: number): HitPlace;
    listingFailed: boolean;
  };
  /** Absent where reading ended before. */
  inside?: InsideSeen;
  /** Absent where no list holds fingerprints, or reading ended before. */
  likeness?: LikenessSeen;
  /** Images and devices: where hits stand. */
  standings?: Standings;
  /** Images and devices: files compared whole. */
  whole?: WholeFilesSeen;
  replaced: number;
  cached: boolean;
  planRepeated: boolean;
  readsDigest: RunDigest;
}

type Seen = Pick<JudgeFacts, "coverage" | "bound" | "unread" | "regions"> & { notices: Notice[] };

/** Judges what was read and writes what the report says. */
export function reportDraft(facts: DraftFacts): ReportDraft {
  const { setup, plan, hits, ended, readsDigest } = facts;
  const { look, filters } = setup;
  const { raw, folder } = facts;
  const seen = raw !== undefined ? rawSeen(facts, raw) : folder !== undefined ? folderSeen(facts, folder) : undefined;
  if (seen === undefined) throw new TypeError("Cannot draft a report: nothing was read");
  const { coverage, bound, regions } = seen;
  const unread = seen.unread.slice(0, SHOWN_UNREAD);
  const keys = filters.flatMap(({ verified }) => verified.parts.map(({ header }) => header.keys));
  const judgement = judge({
    ...{ sourceKind: look.spec.kind, sizeBytes: plan.sizeBytes, mode: plan.mode, ended, coverage, bound, regions },
    ...{ sets: setsOf(filters), hits: hits.ledger, unconfirmed: hits.unconfirmed, unread: seen.unread },
    packed: packedVolumes(facts.standings?.volumes ?? []),
    notExaminable: setup.medium?.notExaminable ?? setup.medium?.packed ?? null,
    incomplete: setup.medium?.incomplete ?? false,
    ...(facts.standings === undefined ? {} : { standingOf: facts.standings.of }),
    ...(facts.inside && { inner: facts.inside.findings }),
    ...(facts.likeness && { leads: facts.likeness.leads }),
    notices: [...setup.notices, ...courseNotices(facts), ...seen.notices],
    chanceHits: expectedChanceHits(coverage.bytesRead, coverage.phases.length, keys),
  });
  const { kind, place, sizeBytes, medium, segments, serial, model, readOnly } = { ...look, kind: look.spec.kind };
  const size = folder === undefined ? sizeBytes : folder.table.totalBytes;
  const told = { ...(segments === undefined ? {} : { segments }), ...(serial === undefined ? {} : { serial }) };
  return {
    ...judgement,
    findings: judgement.findings.map((finding) =>
      facts.inside?.isDisguised(finding) === true ? { ...finding, misnamed: true } : finding,
    ),
    practice: filters.some(({ verified }) => verified.parts.some(({ header }) => header.practice)),
    ...{ coverage, bound, unread, unconfirmed: hits.unconfirmed, readsDigest },
    ...(facts.likeness && { likeness: facts.likeness.record }),
    filter: filterRecords(facts),
    source: { kind, place, sizeBytes: size, medium, ...told, ...(model === undefined ? {} : { model }), readOnly },
    plan: { ...plan, readsDigest },
  };
}

function rawSeen(
  { plan, hits, setup, standings, known, whole }: DraftFacts,
  { reading, regions }: NonNullable<DraftFacts["raw"]>,
): Seen {
  const { place } = placeText([setup.look.name]);
  const ranges = reading.unreadRanges();
  const covered = withoutLost(reading.covered, ranges);
  const unread = ranges.map((range): UnreadRange => ({ place, ...range }));
  const bytesRead = reading.covered.bytes;
  const coverage = {
    bytesTotal: plan.sizeBytes,
    bytesRead,
    fraction: plan.sizeBytes === 0 ? 1 : bytesRead / plan.sizeBytes,
    phases: plan.phases,
    bytesBlank: regions.blankBytes,
    bytesUnread: ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    tape: rawTape(plan.sizeBytes, { reading, hits }, ranges),
  };
  const { sizeBytes, phases, goal } = plan;
  const bound = statedBoundOf({ sizeBytes, covered, phases, goal, hits: hits.ledger.count });
  const volumes = standings?.volumes ?? [];
  const notices = [
    ...partNotice(known, sizeBytes),
    ...cutNotice(unread.length),
    ...(whole === undefined ? [] : comparedNotices(whole)),
    ...(standings === undefined ? [] : mediumNotices(standings, { known, hits: hits.ledger.count })),
  ];
  return { coverage, bound, unread, regions: volumeRegions(regions.facts(place), volumes), notices };
}

/** Files that were compared whole; unread ones and a walk that was cut are said too. */
function comparedNotices({ compared, knownGood, unread, cut }: WholeFilesSeen): Notice[] {
  return [
    ...(compared > 0 ? [notice("files-compared", { count: compared, good: knownGood })] : []),
    ...(cut || unread > 0 ? [notice("files-not-compared", { count: unread })] : []),
  ];
}

function folderSeen({ plan, hits, setup, ended }: DraftFacts, folder: NonNullable<DraftFacts["folder"]>): Seen {
  const { reading, table, listing, placeOf } = folder;
  const bytesTotal = table.totalBytes;
  const { bytesRead, blankBytes, filesProbed, filesRead, losses } = reading;
  const bytesUnread = losses.bytes;
  const unread = [
    ...(folder.listingFailed
      ? [{ ...placeText([setup.look.name]), offsetBytes: 0, lengthBytes: 0, why: "timeout" as const }]
      : []),
    ...listing.refused.map(({ path, why }) => ({
      place: placeText([setup.look.name, ...splitPath(path)]).place,
      ...{ offsetBytes: 0, lengthBytes: 0, why },
    })),
    ...losses.places.map(({ fileIndex, offsetBytes, lengthBytes, why }) => ({
      place: placeOf(fileIndex).place,
      ...{ offsetBytes, lengthBytes, why },
    })),
  ];
  const coverage = {
    ...{ bytesTotal, bytesRead, fraction: bytesTotal === 0 ? 1 : Math.min(1, bytesRead / bytesTotal) },
    ...{ phases: plan.mode === "quick" ? [0] : plan.phases, bytesBlank: blankBytes, bytesUnread },
    ...{ filesTotal: table.count, filesProbed, filesRead },
    tape: folderTape(table, reading),
  };
  const refused = listing.refused.filter(({ why }) => why !== "not-regular").length;
  const filesUnread = reading.filesUnread + refused + (folder.listingFailed || ended === "pulled" ? 1 : 0);
  const bound = folderBoundOf({
    ...{ filesTotal: table.count, filesProbed, filesUnread, filesDue: reading.filesDue, bytesTotal, bytesRead },
    ...{ goal: plan.goal, hits: hits.ledger.count },
  });
  return { coverage, bound, unread, regions: [], notices: [...folderNotices(folder), ...cutNotice(unread.length)] };
}

function folderNotices({ listing, reading }: NonNullable<DraftFacts["folder"]>): Notice[] {
  const special = listing.refused.filter(({ why }) => why === "not-regular").length;
  return [
    ...(listing.links > 0 ? [notice("symlinks-not-followed", { count: listing.links })] : []),
    ...(special > 0 ? [notice("special-files", { count: special })] : []),
    ...(reading.filesChanged > 0 ? [notice("files-changed", { count: reading.filesChanged })] : []),
  ];
}

function cutNotice(total: number): Notice[] {
  return total > SHOWN_UNREAD ? [notice("unread-cut", { shown: SHOWN_UNREAD, total })] : [];
}

function courseNotices({
  ended,
  replaced,
  cached,
  planRepeated,
  raw,
  folder,
  setup,
  inside,
  likeness,
}: DraftFacts): Notice[] {
  const seconds = retrySecondsOf(setup);
  return [
    ...(replaced > 0 ? [notice("reader-abandoned", { times: replaced })] : []),
    ...(((raw ?? folder)?.reading.retriedSeconds ?? 0) >= seconds ? [notice("retry-budget", { seconds })] : []),
    ...(ended === "pulled" ? [notice("pulled-out", {})] : []),
    ...(ended === "stopped" ? [notice("stopped-by-officer", {})] : []),
    ...(cached ? [notice("cached-reading", {})] : []),
    ...(planRepeated ? [notice("plan-repeated", {})] : []),
    ...(inside?.notices ?? []),
    ...likenessNotices(setup, likeness),
  ];
}

/** What likeness has to say; also where a list asks for it and it was not compared. */
function likenessNotices(setup: ExaminationSetup, seen: LikenessSeen | undefined): Notice[] {
  if (seen !== undefined) return seen.notices;
  return asksForLikeness(setup) ? [notice("likeness-not-compared", {})] : [];
}

function filterRecords({ setup }: DraftFacts): FilterRecord[] {
  return setup.filters.flatMap(({ verified }) =>
    verified.parts.map(({ header, signedBy, expired }) => {
      const { name, agency, category, release, releasedAt, validUntil, graceUntil, keys } = header;
      return {
        ...{ name, agency, category, release, releasedAt, validUntil, graceUntil, keys },
        ...{ digest: verified.digest, signedBy, expired },
      };
    }),
  );
}
