import { toHex } from "#base/values";
import { type Category, type Finding, type Notice, notice } from "#examination/evidence";
import { openFilter } from "#examination/filters/node";
import {
  askedHashes,
  LIKENESS,
  type LikenessJudge,
  likenessJudge,
  type Match,
  type NamedSet,
  readSet,
  seriesOf,
  turnedHashes,
  VIDEO_THRESHOLDS,
  type VideoLead,
} from "#examination/likeness";
import { buildNearestIndex, type FileFingerprint, fingerprintOpen, openFingerprints } from "#examination/likeness/node";
import type { FolderSpec } from "#examination/sources";
import { openFolderFile } from "#examination/sources/node";
import type { ReadyFilter } from "./examination-setup.node.ts";
import type { FileTable } from "./file-table.ts";
import type { HitPlace } from "./hit-place.ts";

/** Files under way in the children at once. */
const AHEAD = 4;
/** So long at most, after the exact checks. */
const BUDGET_MS = 30 * 60_000;

/** What is looked at, and by what. */
export interface LikenessRequest {
  spec: FolderSpec;
  filters: readonly ReadyFilter[];
  table: FileTable;
  placeOf(fileIndex: number): HitPlace;
  signal: AbortSignal;
  nowMs: number;
  budgetMs?: number;
  onFile?(looked: number, total: number): void;
}

/** What likeness found: leads, each amber, and what is to be said of it. */
export interface LikenessSeen {
  leads: Finding[];
  notices: Notice[];
}

/**
 * Compares a folder's pictures and videos with the lists that hold fingerprints, folders with the most bytes first. Foreign bytes are
 * decoded in children that are shut in. Nothing of a picture is kept but its fingerprint, until this ends.
 *
 * @returns undefined where no list holds fingerprints.
 */
export async function folderLikeness(request: LikenessRequest): Promise<LikenessSeen | undefined> {
  const sets = await setsOfFilters(request);
  if (sets.length === 0) return undefined;
  const judge = likenessJudge(sets, buildNearestIndex);
  const course: Course = { judge, sets, leads: [], unknown: [], looked: 0, undecoded: 0 };
  await lookAtAll(request, course);
  const { looked, undecoded, unknown, leads } = course;
  const quarantined = judge.quarantined();
  const series = seriesOf(unknownHashes(unknown), buildNearestIndex(unknownHashes(unknown)), LIKENESS.distanceBits);
  const files = series.reduce((sum, { members }) => sum + members.length, 0);
  return {
    leads: leads.filter(({ lead }) => !judge.isQuarantined(lead)).map(({ finding }) => finding),
    notices: [
      notice("likeness-looked", { looked, total: request.table.count }),
      ...(undecoded > 0 ? [notice("likeness-undecoded", { count: undecoded })] : []),
      ...quarantined.map(({ set, release, entry }) => notice("likeness-quarantined", { set, release, entry })),
      ...(series.length > 0 ? [notice("likeness-series", { files, series: series.length })] : []),
    ],
  };
}

interface KnownSet extends NamedSet {
  category: Category;
}

interface Course {
  judge: LikenessJudge;
  sets: KnownSet[];
  leads: { lead: Match | VideoLead; finding: Finding }[];
  /** Fingerprints of pictures that are like nothing listed. */
  unknown: Uint8Array[];
  looked: number;
  undecoded: number;
}

async function setsOfFilters({ filters, nowMs }: LikenessRequest): Promise<KnownSet[]> {
  const sets: KnownSet[] = [];
  for (const { path, verified, unlock } of filters) {
    if (verified.parts.every(({ header }) => header.likeness === undefined)) continue;
    const filter = await openFilter(path, unlock, nowMs);
    try {
      for (const { header, likeness } of filter.parts) {
        const { name, release, category } = header;
        if (likeness !== null) sets.push({ name, release, category, entries: readSet(likeness) });
      }
    } finally {
      filter.close();
    }
  }
  return sets;
}

async function lookAtAll(request: LikenessRequest, course: Course): Promise<void> {
  const { table, signal, budgetMs = BUDGET_MS } = request;
  const fingerprints = openFingerprints();
  const until = AbortSignal.any([signal, AbortSignal.timeout(budgetMs)]);
  const waiting = inFolderOrder(table);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = waiting[next++]; index !== undefined && !until.aborted; index = waiting[next++]) {
      const found = await fingerprintOf(request, { index, fingerprints, until });
      if (until.aborted) return;
      take(request, course, { index, found });
      course.looked++;
      request.onFile?.(course.looked, table.count);
    }
  };
  const over = new Promise<void>((resolve) => until.addEventListener("abort", () => resolve(), { once: true }));
  try {
    if (!until.aborted) await Promise.race([over, Promise.all(Array.from({ length: AHEAD }, work))]);
  } finally {
    fingerprints.close();
  }
}

async function fingerprintOf(
  { spec, table }: LikenessRequest,
  {
    index,
    fingerprints,
    until,
  }: { index: number; fingerprints: ReturnType<typeof openFingerprints>; until: AbortSignal },
): Promise<FileFingerprint["found"]> {
  let fd: ReturnType<typeof openFolderFile> | undefined;
  try {
    fd = openFolderFile(spec, table.path(index));
    return await fingerprintOpen(fd.fd, fingerprints, { way: "exact", signal: until });
  } catch {
    // What cannot be read was told by the reading; a child that cannot be had ends none of it.
    return { fault: { code: "not-readable" } };
  } finally {
    fd?.close();
  }
}

function take(
  { table, placeOf }: LikenessRequest,
  course: Course,
  { index, found }: { index: number; found: FileFingerprint["found"] },
): void {
  if ("fault" in found) {
    if (found.fault.code !== "unknown") course.undecoded++;
    return;
  }
  const { judge } = course;
  const leads =
    "video" in found
      ? judge.video(found.frames)
      : judge.picture(askedHashes(turnedHashes(found.values)), found.quality);
  const isTelling = !("video" in found) && found.quality >= LIKENESS.quality;
  if (leads.length === 0 && isTelling) course.unknown.push(found.hash);
  for (const lead of bestOfEachSet(leads)) {
    const finding = findingOf(course.sets, lead, { place: placeOf(index), sizeBytes: table.sizeBytes(index) });
    course.leads.push({ lead, finding });
  }
}

/** A file is like many entries of one list where the list holds versions of one picture: the nearest stands for them. */
function bestOfEachSet(leads: readonly (Match | VideoLead)[]): (Match | VideoLead)[] {
  const best = new Map<string, Match | VideoLead>();
  for (const lead of leads) {
    const key = JSON.stringify([lead.set, lead.release]);
    const before = best.get(key);
    if (before === undefined || bitsOf(lead) < bitsOf(before)) best.set(key, lead);
  }
  return [...best.values()];
}

function bitsOf(lead: Match | VideoLead): number {
  return "spans" in lead ? lead.nearestBits : lead.distanceBits;
}

function findingOf(
  sets: readonly KnownSet[],
  lead: Match | VideoLead,
  { place, sizeBytes }: { place: HitPlace; sizeBytes: number },
): Finding {
  const { set, release, entry } = lead;
  const known = sets.find(({ name, release: edition }) => name === set && edition === release);
  const measured =
    "spans" in lead
      ? {
          ...{ distanceBits: lead.nearestBits, thresholdBits: VIDEO_THRESHOLDS.distanceBits },
          ...{ quality: VIDEO_THRESHOLDS.quality, position: "none" as const, part: "video" },
          ...{ percent: Math.floor(lead.knownPercent), fromMs: Math.round(lead.spans[0]?.fromMs ?? 0) },
        }
      : {
          ...{ distanceBits: lead.distanceBits, quality: lead.quality, position: lead.transform, part: lead.part },
          thresholdBits: known?.entries.thresholds.distanceBits ?? LIKENESS.distanceBits,
        };
  return {
    ...place,
    ...{ offsetBytes: 0, lengthBytes: sizeBytes, phase: null, set, release, category: known?.category ?? "related" },
    ...{ kind: "likeness", confirmed: false, blocks: 0, distinctBlocks: 0, weight: "amber" },
    likeness: { ...measured, entry },
  };
}

function unknownHashes(hashes: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(32 * hashes.length);
  for (const [i, hash] of hashes.entries()) all.set(hash, 32 * i);
  return all;
}

/** Files of the folders with the most bytes first, within a folder as listed. */
function inFolderOrder(table: FileTable): number[] {
  const folders = new Map<string, { bytes: number; files: number[] }>();
  for (let index = 0; index < table.count; index++) {
    const path = table.path(index);
    const name = toHex(path.subarray(0, Math.max(0, path.lastIndexOf(0x2f))));
    const folder = folders.get(name) ?? { bytes: 0, files: [] };
    folder.bytes += table.sizeBytes(index);
    folder.files.push(index);
    folders.set(name, folder);
  }
  return [...folders.values()].sort((a, b) => b.bytes - a.bytes).flatMap(({ files }) => files);
}
