import { concatBytes, fromHex } from "#base/values";
import { type Finding, type LikenessRecord, type Notice, notice } from "#examination/evidence";
import {
  distanceBits,
  LIKENESS,
  type NearestIndex,
  officersOf,
  openQuarantine,
  seriesOf,
  VIDEO_THRESHOLDS,
} from "#examination/likeness";
import { askedOf, type ComparedFile, type KeptLead } from "./compared-file.node.ts";
import { comparePlaces, compareTexts } from "./hit-place.ts";
import type { KnownSet } from "./known-sets.node.ts";
import type { LikenessCourse } from "./likeness-course.node.ts";
import type { Lead } from "./likeness-findings.ts";
import { LIKENESS_WORK } from "./thresholds.ts";

/** Rows of each kind that a report lists; all are counted. */
const SHOWN = 1000;
/** Entries that are told to be like too much; a broken list may have thousands. */
const QUARANTINED_SHOWN = 20;

/** What was compared. */
export interface ComparedSource extends LikenessCourse {
  /** Of the source itself, those before an interruption, those within files, and carved ones; in any order. */
  files: readonly ComparedFile[];
  /** Files in files and carved ones that could not be compared any more. */
  innerLeft: number;
}

/** What likeness has to say in a report. */
export interface LikenessSeen {
  leads: Lead[];
  notices: Notice[];
  record: LikenessRecord;
}

/** How it is put together. */
export interface LikenessGround {
  sets: readonly KnownSet[];
  /** Of the source itself: for a file whose own place is not known. */
  place: string;
  /** Makes what finds near fingerprints. */
  index(hashes: Uint8Array): NearestIndex;
}

/** Makes leads, notices and counts of what was compared. The same files give the same, in whatever order they were compared. */
export function likenessSeen(compared: ComparedSource, ground: LikenessGround): LikenessSeen {
  const { innerLeft, ended } = compared;
  const files = withoutTwins(compared.files);
  const inner = files.filter((file) => file.inner !== undefined);
  const sorted = [...files].sort(byPlace);
  const { leads, notices } = leadsOf(sorted, ground.sets);
  const undecoded = sorted.filter(({ is }) => is === "undecoded");
  const unknown = withoutOwnThumbnails(sorted).slice(0, LIKENESS_WORK.unknownMost);
  const hashes = concatBytes(...unknown.map((file) => fromHex(file.unknown ?? "")));
  const series = seriesOf(hashes, ground.index(hashes), LIKENESS.distanceBits);
  const seriesFiles = series.reduce((sum, { members }) => sum + members, 0);
  const record: LikenessRecord = {
    ...{ filesTotal: compared.filesTotal + inner.length + innerLeft, filesOpened: files.length },
    ...{ compared: sorted.filter(isCompared).length, undecoded: undecoded.length },
    ended: innerLeft > 0 && ended === "all" ? "time" : ended,
    undecodedFirst: undecoded
      .slice(0, SHOWN)
      .map(({ standing, why = "not-read" }) => ({ place: standing?.place ?? ground.place, why })),
    ...{ series: series.length, seriesFiles },
    seriesFirst: series.slice(0, SHOWN).map(({ first, members }) => {
      return { place: unknown[first]?.standing?.place ?? ground.place, files: members };
    }),
  };
  const good = files.filter(({ is }) => is === "known-good").length;
  const passed = good > 0 ? [notice("known-good-passed", { count: good })] : [];
  return { leads, notices: [...noticesOf(record, inner.filter(isCompared).length), ...passed, ...notices], record };
}

function isCompared({ is }: ComparedFile): boolean {
  return is === "picture" || is === "video";
}

/** A file that carving met, though a folder names it (a deleted one in free space), is told once, by its name. */
function withoutTwins(files: readonly ComparedFile[]): ComparedFile[] {
  const named = new Set(files.flatMap(({ inner, sha256 }) => (inner === undefined && sha256 ? [sha256] : [])));
  return files.filter(({ inner, sha256 }) => inner !== "carved" || sha256 === undefined || !named.has(sha256));
}

/** Pictures on no list, without those that stand within a picture and are like it: they are no series. */
function withoutOwnThumbnails(files: readonly ComparedFile[]): ComparedFile[] {
  const hashes = new Map(
    files.flatMap(({ standing, unknown }) => (standing && unknown ? [[standing.place, unknown]] : [])),
  );
  const isLikeOuter = (place: string, hash: Uint8Array): boolean => {
    for (let end = place.lastIndexOf("/"); end > 0; end = place.lastIndexOf("/", end - 1)) {
      const outer = hashes.get(place.slice(0, end));
      if (outer !== undefined && distanceBits(fromHex(outer), hash) <= LIKENESS.distanceBits) return true;
    }
    return false;
  };
  return files.filter(
    ({ inner, standing, unknown }) =>
      unknown !== undefined && !(inner === "inside" && standing && isLikeOuter(standing.place, fromHex(unknown))),
  );
}

function noticesOf(record: LikenessRecord, inner: number): Notice[] {
  const { compared, undecoded, filesTotal, filesOpened, ended, series, seriesFiles } = record;
  const rest = filesTotal - filesOpened;
  return [
    notice("likeness-looked", { looked: compared, total: compared + undecoded }),
    ...(inner > 0 ? [notice("likeness-inner", { count: inner })] : []),
    ...(undecoded > 0 ? [notice("likeness-undecoded", { count: undecoded })] : []),
    ...(rest > 0 ? [notice("likeness-rest", { files: rest })] : []),
    ...(ended === "reader" ? [notice("likeness-reader", {})] : []),
    ...(series > 0 ? [notice("likeness-series", { files: seriesFiles, series })] : []),
  ];
}

function byPlace(a: ComparedFile, b: ComparedFile): number {
  const places = comparePlaces(a.standing ?? { place: "" }, b.standing ?? { place: "" });
  return places || a.key.length - b.key.length || compareTexts(a.key, b.key);
}

/** The nearest lead of each list for each file, without those of entries that are like too much. */
function leadsOf(files: readonly ComparedFile[], sets: readonly KnownSet[]): Pick<LikenessSeen, "leads" | "notices"> {
  const watch = openQuarantine();
  const met = files.filter(({ leads = [] }) => leads.length > 0);
  for (const { leads = [] } of met) {
    for (const lead of leads) {
      const asked = askedOf(lead);
      if (asked !== null) watch.note(lead, asked);
    }
  }
  const quarantined = watch.list().slice(0, QUARANTINED_SHOWN);
  return {
    leads: met.flatMap((file) => {
      const good = (file.leads ?? []).filter((lead) => !watch.has(lead));
      return bestOfEachSet(good).map((lead) => leadOf(file, lead, sets));
    }),
    notices: quarantined.map(({ set, release, entry }) => notice("likeness-quarantined", { set, release, entry })),
  };
}

/** A file is like many entries of one list where the list holds versions of one picture: the nearest stands for them. */
function bestOfEachSet(leads: readonly KeptLead[]): KeptLead[] {
  const best = new Map<string, KeptLead>();
  for (const lead of leads) {
    const key = JSON.stringify([lead.set, lead.release]);
    const before = best.get(key);
    if (before === undefined || bitsOf(lead) < bitsOf(before)) best.set(key, lead);
  }
  return [...best.values()];
}

function bitsOf(lead: KeptLead): number {
  return "asked" in lead ? lead.distanceBits : lead.nearestBits;
}

function leadOf(
  { key, standing, sizeBytes = 0, ranges = null, inner, isProven }: ComparedFile,
  lead: KeptLead,
  sets: readonly KnownSet[],
): Lead {
  const { set, release, entry } = lead;
  const known = sets.find(({ name, release: edition }) => name === set && edition === release);
  const thresholdBits = known?.entries.thresholds.distanceBits ?? LIKENESS.distanceBits;
  const of = "asked" in lead ? "picture" : "video";
  const confirmedBy = known === undefined ? undefined : officersOf(known.entries, of, entry);
  const alike: NonNullable<Finding["likeness"]> =
    "asked" in lead
      ? {
          ...{ distanceBits: lead.distanceBits, thresholdBits, quality: lead.quality },
          ...{ position: lead.transform, entry, part: lead.part },
        }
      : {
          ...{ distanceBits: lead.nearestBits, thresholdBits: VIDEO_THRESHOLDS.distanceBits },
          ...{ quality: VIDEO_THRESHOLDS.quality, position: "none", entry, part: "video" },
          ...{ percent: Math.floor(lead.knownPercent), spans: lead.spans },
        };
  const finding: Finding = {
    ...(standing ?? { place: "" }),
    ...{ offsetBytes: ranges?.[0]?.[0] ?? 0, lengthBytes: sizeBytes, phase: null, set, release },
    ...{ category: known?.category ?? "related", kind: "likeness", confirmed: false, blocks: 0, distinctBlocks: 0 },
    ...{ weight: "amber", likeness: { ...alike, ...(confirmedBy !== undefined && { confirmedBy }) } },
    ...(inner && { inside: true as const }),
  };
  return { finding, file: key, ranges, isProven: isProven === true };
}
