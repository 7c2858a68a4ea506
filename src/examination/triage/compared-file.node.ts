import { fromHex, toHex } from "#base/values";
import type { LikenessRecord } from "#examination/evidence";
import {
  askedOfPicture,
  hashOfMatch,
  LIKENESS,
  type LikenessJudge,
  type Match,
  type VideoLead,
} from "#examination/likeness";
import type { fingerprintGiven } from "#examination/likeness/node";
import type { OpenMedia } from "./media-files.ts";
import type { Standing } from "./medium-message.ts";

/** Of one list at most: the nearest may turn out to say nothing. */
const LEADS_A_SET = 8;
const SPANS_MOST = 20;
/** Of a file's pieces on its medium: enough to know a hit in it. */
const RANGES_MOST = 1000;

/** A lead of a file, as it is kept until the end: of the entry nothing but its position. */
export type KeptLead =
  | (Omit<Match, "hash"> & { asked: string })
  | (Pick<VideoLead, "set" | "release" | "entry" | "knownPercent" | "nearestBits"> & {
      spans: { fromMs: number; toMs: number }[];
    });

/** What came of one file; kept sealed until the report is made. */
export interface ComparedFile {
  key: string;
  is: "none" | "picture" | "video" | "undecoded" | "known-good";
  /** Absent with "none". */
  standing?: Standing;
  sizeBytes?: number;
  why?: LikenessRecord["undecodedFirst"][number]["why"];
  leads?: KeptLead[];
  ranges?: OpenMedia["ranges"];
  /** Hexadecimal; known of files in files and carved ones, and of those that may be the same as one of them. */
  sha256?: string;
  /** It stands in a file, or no folder names it. */
  inner?: "inside" | "carved";
  /** Blocks in it are listed, though their finding names another place. */
  isProven?: true;
  /** Fingerprint of a picture that is like nothing listed, hexadecimal. */
  unknown?: string;
}

type Fingerprinted = Awaited<ReturnType<typeof fingerprintGiven>>;

/** What the lists say of a file. */
export function comparedFile(
  judge: LikenessJudge,
  key: string,
  { file, found }: { file: OpenMedia; found: Fingerprinted },
): ComparedFile {
  if ("none" in found) return { key, is: "none" };
  const { standing, sizeBytes, ranges } = file;
  const about = { key, standing, sizeBytes };
  if ("fault" in found) return { ...about, is: "undecoded", why: whyOf(found.fault.code) };
  if ("video" in found)
    return { ...about, is: "video", ...withLeads(judge.video(found.frames).map(keptVideo), ranges) };
  const asked = askedOfPicture(found);
  const matches = judge.picture(asked, found.quality);
  const leads = nearestOfEachSet(matches).map(({ hash: _, ...match }) => ({
    ...match,
    asked: toHex(hashOfMatch(asked, { ...match, hash: _ })),
  }));
  const isTelling = matches.length === 0 && found.quality >= LIKENESS.quality;
  return {
    ...{ ...about, is: "picture" as const },
    ...withLeads(leads, ranges),
    ...(isTelling && { unknown: toHex(found.hash) }),
  };
}

/** What came of a file's bytes elsewhere, as a result of its own. */
export function sameContent(
  known: ComparedFile,
  key: string,
  { standing, sizeBytes, ranges }: OpenMedia,
): ComparedFile {
  const { is, why, leads, unknown, sha256 } = known;
  return {
    ...{ key, standing, sizeBytes, is },
    ...(sha256 !== undefined && { sha256 }),
    ...(why && { why }),
    ...(leads && withLeads(leads, ranges)),
    ...(unknown !== undefined && { unknown }),
  };
}

function withLeads(leads: KeptLead[], ranges: OpenMedia["ranges"]): Pick<ComparedFile, "leads" | "ranges"> {
  return leads.length === 0 ? {} : { leads, ranges: ranges?.slice(0, RANGES_MOST) ?? null };
}

function keptVideo({ set, release, entry, knownPercent, nearestBits, spans }: VideoLead): KeptLead {
  const shown = spans
    .slice(0, SPANS_MOST)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.round(fromMs), toMs: Math.round(toMs) }));
  return { set, release, entry, knownPercent, nearestBits, spans: shown };
}

function nearestOfEachSet(matches: readonly Match[]): Match[] {
  const counts = new Map<string, number>();
  return matches.filter(({ set, release }) => {
    const name = JSON.stringify([set, release]);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= LEADS_A_SET;
  });
}

type Fault = Extract<Fingerprinted, { fault: unknown }>["fault"]["code"];

function whyOf(code: Fault): NonNullable<ComparedFile["why"]> {
  if (code === "refused" || code === "no-decoder" || code === "unknown") return "not-supported";
  if (code === "too-large" || code === "too-many-bytes" || code === "too-long" || code === "too-much-memory")
    return "too-large";
  return "not-decoded";
}

/** The fingerprint by which a kept lead was met. */
export function askedOf(lead: KeptLead): Uint8Array | null {
  return "asked" in lead ? fromHex(lead.asked) : null;
}
