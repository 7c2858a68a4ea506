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
  const { files, innerLeft, ended } = compared;
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

/** Pictures on no list, without those that stand within a picture and are like it: they are no series. */
function withoutOwnThumbnails(files: readonly ComparedFile[]): ComparedFile[] {
  const unknown = files.filter((file) => file.unknown !== undefined);
  const hashes = new Map(unknown.map(({ standing, unknown: hash = "" }) => [standing?.place, fromHex(hash)]));
  return unknown.filter((file) => {
    const own = fromHex(file.unknown ?? "");
    return !outerPlaces(file).some((place) => {
      const outer = hashes.get(place);
      return outer !== undefined && distanceBits(outer, own) <= LIKENESS.distanceBits;
    });
  });
}

/** Leads without those of a thumbnail where the picture it stands in is like the same entry: that is one picture. */
function withoutThumbnailLeads(leads: readonly { file: ComparedFile; lead: KeptLead }[]): typeof leads {
  const nameOf = (place: string | undefined, { set, release, entry }: KeptLead): string =>
    JSON.stringify([place, set, release, entry]);
  const met = new Set(leads.map(({ file, lead }) => nameOf(file.standing?.place, lead)));
  return leads.filter(({ file, lead }) => !outerPlaces(file).some((place) => met.has(nameOf(place, lead))));
}

/** Places of the files that a file stands in, and of folders. */
function outerPlaces({ inner, standing }: ComparedFile): string[] {
  const places: string[] = [];
  if (inner !== "inside" || standing === undefined) return places;
  const { place } = standing;
  for (let end = place.lastIndexOf("/"); end > 0; end = place.lastIndexOf("/", end - 1))
    places.push(place.slice(0, end));
  return places;
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
  const good = met.flatMap((file) =>
    bestOfEachSet((file.leads ?? []).filter((lead) => !watch.has(lead))).map((lead) => ({ file, lead })),
  );
  return {
    leads: withoutThumbnailLeads(good).map(({ file, lead }) => leadOf(file, lead, sets)),
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
