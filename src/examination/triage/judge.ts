import { BLOCK_BYTES, PHASES } from "#base/hashing";
import {
  type Bound,
  type Coverage,
  type Finding,
  type Notice,
  notice,
  REASONS,
  type Reason,
  type ReasonFact,
  type UnreadRange,
  type Verdict,
} from "#examination/evidence";
import { compareFindings, findingsOf, type StandingOf } from "./findings.ts";
import type { HitLedger, SetFacts } from "./hits.ts";
import { type Lead, weighedLeads } from "./likeness-findings.ts";
import type { Mode } from "./plan.ts";
import { looksEncrypted, type RandomnessCounts } from "./randomness.ts";
import { SHOWN_FINDINGS, WIPED_SHARE } from "./thresholds.ts";

/** One volume (partition), or the whole device where there is none: its samples are those of the grid and the rest. */
export interface RegionFacts extends RandomnessCounts {
  place: string;
  offsetBytes: number;
  lengthBytes: number;
  /** Name of an encryption found by its header ("BitLocker", "LUKS" …), else null. */
  header: string | null;
}

/** Everything the verdict depends on, and nothing else. */
export interface JudgeFacts {
  sourceKind: "folder" | "image" | "device";
  sizeBytes: number;
  mode: Mode;
  /** How reading ended; "done": everything that was planned. */
  ended: "done" | "stopped" | "pulled" | "failed";
  /** Parts of the filter, in the order of Hit.set. */
  sets: readonly SetFacts[];
  hits: HitLedger;
  /** Candidates that did not stand on a second read. */
  unconfirmed: number;
  coverage: Coverage;
  bound: Bound;
  unread: readonly UnreadRange[];
  regions: readonly RegionFacts[];
  /** Why the source cannot be examined at all, as a short name (a refused container …), else null. */
  notExaminable: string | null;
  /** What the engine has to say; the judge adds its own. */
  notices: readonly Notice[];
  /** Parts of the image itself are missing: never green, however few. */
  incomplete?: boolean;
  /** Where hits of an image or device stand. */
  standingOf?: StandingOf;
  /** What stands in files. */
  inner?: readonly Finding[];
  /** Leads by likeness, each amber; the judge weighs them. */
  leads?: readonly Lead[];
  /** expectedChanceHits(): said beside single hits. */
  chanceHits?: number;
}

export interface Judgement {
  verdict: Verdict;
  reasons: Reason[];
  /** What stands behind "encrypted" and "wiped". */
  facts: ReasonFact[];
  findings: Finding[];
  notices: Notice[];
}

/**
 * Judges one examination. Red: a finding that alone carries it. Amber: any other reason. Green: none, and the goal's bound
 * reached. Equal facts, whatever the order in which hits came, give equal judgements.
 */
export function judge(facts: JudgeFacts): Judgement {
  const exact = [...findingsOf(facts.hits, facts.sets, facts.standingOf), ...(facts.inner ?? [])];
  const found = [...exact, ...weighedLeads(facts.leads ?? [], exact)].sort(compareFindings);
  const red = found.some(({ weight }) => weight === "red");
  const behind = factsOf(facts, found.length);
  const holding = new Set<Reason>([
    ...findingReasons(found, red),
    ...behind.map(({ reason }) => reason),
    ...(unreadCounts(facts) ? (["unread"] as const) : []),
    ...(facts.sets.some(({ expired }) => expired) ? (["filter-expired"] as const) : []),
    ...(isExaminable(facts) ? [] : (["not-examinable"] as const)),
  ]);
  if (!red && (stoppedEarly(facts, found.length > 0) || (holding.size === 0 && !facts.bound.reached))) {
    holding.add("stopped-early");
  }
  const findings = shown(found);
  return {
    verdict: red ? "red" : holding.size > 0 ? "amber" : "green",
    reasons: REASONS.filter((reason) => holding.has(reason)),
    facts: behind,
    findings,
    notices: [
      ...facts.notices,
      ...ownNotices(facts, { found, shown: findings.length, single: holding.has("hit-single") }),
    ],
  };
}

const RED_REASON = { blocks: "listed-blocks", "whole-file": "listed-file", likeness: "likeness-agreed" } as const;

/** Beside a red finding a single hit says nothing more; a related one has its own next step. */
function findingReasons(found: readonly Finding[], red: boolean): Reason[] {
  return found.flatMap(({ weight, kind, category }): Reason[] => {
    if (weight === "red") return [RED_REASON[kind]];
    if (kind === "likeness") return red ? [] : ["likeness"];
    if (category === "related") return ["hit-related"];
    return red ? [] : ["hit-single"];
  });
}

function factsOf(
  { regions, coverage, sourceKind, sizeBytes, notExaminable }: JudgeFacts,
  findings: number,
): ReasonFact[] {
  const facts: ReasonFact[] = [];
  if (notExaminable !== null) {
    facts.push({ reason: "not-examinable", place: "", offsetBytes: 0, lengthBytes: sizeBytes, name: notExaminable });
  }
  for (const region of regions) {
    const { place, offsetBytes, lengthBytes, header } = region;
    if (header === null && !looksEncrypted(region)) continue;
    facts.push({ reason: "encrypted", place, offsetBytes, lengthBytes, ...(header === null ? {} : { name: header }) });
  }
  facts.sort((a, b) => a.offsetBytes - b.offsetBytes || a.lengthBytes - b.lengthBytes);
  const blank = coverage.bytesRead > 0 && coverage.bytesBlank >= coverage.bytesRead * WIPED_SHARE;
  if (sourceKind !== "folder" && findings === 0 && blank) {
    facts.push({ reason: "wiped", place: "", offsetBytes: 0, lengthBytes: sizeBytes });
  }
  return facts;
}

/** Unread bytes are within the bound only when the goal was reached without them and they could not hold it by themselves. */
function unreadCounts({ unread, coverage, bound, sourceKind, incomplete }: JudgeFacts): boolean {
  if (incomplete === true) return true;
  if (!unread.some(({ why }) => why !== "not-regular") && coverage.bytesUnread === 0) return false;
  return sourceKind === "folder" || !bound.reached || coverage.bytesUnread > bound.goalBytes;
}

function isExaminable({ notExaminable, sourceKind, sizeBytes, coverage }: JudgeFacts): boolean {
  if (notExaminable !== null) return false;
  if (sourceKind === "folder") return (coverage.filesTotal ?? 0) > 0;
  return sizeBytes >= BLOCK_BYTES && coverage.bytesRead > 0;
}

/** Stopped before what the mode asks for: all of it (full, or once there are hits), else the goal. */
function stoppedEarly({ ended, mode, bound }: JudgeFacts, hits: boolean): boolean {
  return ended !== "done" && (mode === "full" || hits || !bound.reached);
}

/** At most SHOWN_FINDINGS: red ones before amber ones, then by place; printed in the usual order. */
function shown(found: Finding[]): Finding[] {
  if (found.length <= SHOWN_FINDINGS) return found;
  const red = found.filter(({ weight }) => weight === "red");
  const amber = found.filter(({ weight }) => weight !== "red");
  return [...red, ...amber].slice(0, SHOWN_FINDINGS).sort(compareFindings);
}

function ownNotices(
  { hits, coverage, sourceKind, unconfirmed, chanceHits }: JudgeFacts,
  { found, shown, single }: { found: Finding[]; shown: number; single: boolean },
): Notice[] {
  const notices: Notice[] = [];
  if (sourceKind !== "folder" && coverage.phases.length < PHASES) {
    notices.push(notice("one-phase", { phases: coverage.phases.join(", ") }));
  }
  const md5Only = hits.files().filter(({ matched }) => matched.every((m) => m.algorithm === "md5" && !m.sizeEqual));
  if (md5Only.length > 0) notices.push(notice("md5-only", { count: md5Only.length }));
  if (unconfirmed > 0) notices.push(notice("unconfirmed-hits", { count: unconfirmed }));
  if (single && chanceHits !== undefined)
    notices.push(notice("chance-hits", { expected: Number(chanceHits.toPrecision(2)) }));
  if (found.length > shown || hits.more) {
    notices.push(notice("findings-cut", { shown, total: hits.more ? `> ${found.length}` : found.length }));
  }
  return notices;
}
