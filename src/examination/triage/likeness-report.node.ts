import { concatBytes, fromHex } from "#base/values";
import { type Finding, type LikenessRecord, type Notice, notice } from "#examination/evidence";
import {
  LIKENESS,
  type NearestIndex,
  officersOf,
  openQuarantine,
  seriesOf,
  VIDEO_THRESHOLDS,
} from "#examination/likeness";
import { askedOf, type ComparedFile, type KeptLead } from "./compared-file.node.ts";
import { comparePlaces, compareTexts } from "./hit-place.ts";
import type { KnownSet, LikenessCourse } from "./likeness-course.node.ts";
import type { Lead } from "./likeness-findings.ts";
import { LIKENESS_WORK } from "./thresholds.ts";

/** Rows of each kind that a report lists; all are counted. */
const SHOWN = 1000;
/** Entries that are told to be like too much; a broken list may have thousands. */
const QUARANTINED_SHOWN = 20;

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
export function likenessSeen({ files, filesTotal, ended }: LikenessCourse, ground: LikenessGround): LikenessSeen {
  const sorted = [...files].sort(byPlace);
  const { leads, notices } = leadsOf(sorted, ground.sets);
  const undecoded = sorted.filter(({ is }) => is === "undecoded");
  const compared = sorted.filter(({ is }) => is === "picture" || is === "video").length;
  const unknown = sorted.filter((file) => file.unknown !== undefined).slice(0, LIKENESS_WORK.unknownMost);
  const hashes = concatBytes(...unknown.map((file) => fromHex(file.unknown ?? "")));
  const series = seriesOf(hashes, ground.index(hashes), LIKENESS.distanceBits);
  const seriesFiles = series.reduce((sum, { members }) => sum + members, 0);
  const record: LikenessRecord = {
    ...{ filesTotal, filesOpened: files.length, compared, undecoded: undecoded.length, ended },
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
  return { leads, notices: [...noticesOf(record), ...passed, ...notices], record };
}

function noticesOf({
  compared,
  undecoded,
  filesTotal,
  filesOpened,
  ended,
  series,
  seriesFiles,
}: LikenessRecord): Notice[] {
  const rest = filesTotal - filesOpened;
  return [
    notice("likeness-looked", { looked: compared, total: compared + undecoded }),
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
  { key, standing, sizeBytes = 0, ranges = null }: ComparedFile,
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
  };
  return { finding, file: key, ranges };
}
