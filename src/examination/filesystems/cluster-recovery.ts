// Which clusters a deleted file had, where only its first one and its size are left (FAT; exFAT without a chain).
//
// What is left to reason from: every deleted file's start, size, time of making and of last writing; which clusters are
// taken now and since when; and that allocators hand out clusters in ascending order. The rule, in this order:
// 1. A start belongs to the file that was written there last; who had it before has lost its content.
// 2. A file is whole in one piece wherever nothing contradicts it: all of the piece is free, no other file starts in it.
// 3. A file cannot reach beyond something that was made after its own last writing (its barrier).
// 4. The files that cannot be whole share the other free clusters, ascending: the one that stopped growing first goes
//    first (earliest deadline first: where any sharing keeps every barrier, this one does). Where a barrier cannot be
//    kept, the whole file before it that was written last gives up its piece and shares too.
// 5. Who still cannot be served has been overwritten: what nobody else has of its one piece is given, the rest is lost.

import { appendCluster, type ClusterRun } from "./fat-table.ts";
import { maxTree } from "./max-tree.ts";
import type { Claim, Ground, LostFile, Recovered } from "./recovery-claim.ts";
import { overwrittenRuns } from "./recovery-overwritten.ts";
import { type ShareOutcome, shareClusters } from "./recovery-sharing.ts";

const ROUNDS = 50;
/** Clusters looked at in all rounds, beyond which no more whole pieces are given up. */
const STEPS = 50_000_000;

/** Gives clusters to deleted files by the rule above. Every file gets an answer; work is bounded by the volume's size. */
export function recoverFiles(files: LostFile[], ground: Ground): Map<number, Recovered> {
  const answers = new Map<number, Recovered>();
  const { claims, aliases } = claimStarts(files, ground, answers);
  setBarriers(claims, ground);
  let steps = STEPS * 4;
  for (const [i, claim] of claims.entries()) {
    const nextStart = claims[i + 1]?.cluster ?? Number.POSITIVE_INFINITY;
    // Pieces do not overlap, so only a volume of hundreds of millions of clusters comes to this end.
    claim.share = steps > 0 && isWhole(claim, nextStart, ground) ? "whole" : "sharing";
    steps -= Math.min(claim.count, nextStart - claim.cluster);
  }
  const outcome = shareInRounds(claims, ground);
  for (const claim of claims) {
    if (claim.share === "whole") answers.set(claim.id, whole(claim));
    if (claim.share === "sharing") answers.set(claim.id, shared(outcome.clusters.get(claim.id) ?? [claim.cluster]));
  }
  for (const [id, runs] of overwrittenRuns(claims, outcome, ground)) {
    answers.set(id, { certainty: "partly-overwritten", runs });
  }
  for (const [id, of] of aliases) answers.set(id, answers.get(of) ?? { certainty: "name-only", runs: [] });
  return answers;
}

/** Rule 1. Two entries with one start, size and time of making are one file that was renamed or moved. */
function claimStarts(files: LostFile[], ground: Ground, answers: Map<number, Recovered>) {
  const claims: Claim[] = [];
  const aliases: [number, number][] = [];
  const sorted = [...files].sort((a, b) => a.cluster - b.cluster || doneBy(b) - doneBy(a) || a.id - b.id);
  let owner: Claim | undefined;
  for (const file of sorted) {
    if (file.cluster > ground.lastCluster || !ground.isFree(file.cluster)) {
      answers.set(file.id, { certainty: "name-only", runs: [] });
    } else if (owner?.cluster !== file.cluster) {
      owner = { ...file, doneBy: doneBy(file), barrier: Number.POSITIVE_INFINITY, share: "sharing" };
      claims.push(owner);
    } else if (owner.count === file.count && owner.createdMs === file.createdMs) aliases.push([file.id, owner.id]);
    else answers.set(file.id, { certainty: "name-only", runs: [] });
  }
  return { claims, aliases };
}

/** Files that were copied keep an older time of writing: their bytes were written when they were made. */
function doneBy(file: LostFile): number {
  if (file.doneMs === null && file.createdMs === null) return Number.POSITIVE_INFINITY;
  return Math.max(file.doneMs ?? 0, file.createdMs ?? 0);
}

/** Rule 3. */
function setBarriers(claims: Claim[], ground: Ground): void {
  const known = [...ground.anchors, ...claims].sort((a, b) => a.cluster - b.cluster);
  const times = Float64Array.from(known, ({ createdMs }) => createdMs ?? Number.NEGATIVE_INFINITY);
  const tree = maxTree(times);
  let at = 0;
  for (const claim of claims) {
    while (at < known.length && (known[at]?.cluster ?? 0) <= claim.cluster) at++;
    claim.barrier = known[tree.firstAbove(at, claim.doneBy)]?.cluster ?? Number.POSITIVE_INFINITY;
  }
}

/** Rule 2. */
function isWhole(claim: Claim, nextStart: number, ground: Ground): boolean {
  const end = claim.cluster + claim.count;
  if (end > nextStart || end > ground.lastCluster + 1) return false;
  for (let cluster = claim.cluster + 1; cluster < end; cluster++) if (!ground.isFree(cluster)) return false;
  return true;
}

/** Rules 4 and 5: shares, and where that fails gives up whole pieces, then the files themselves, until it does not. */
function shareInRounds(claims: Claim[], ground: Ground): ShareOutcome {
  let steps = 0;
  for (let round = 0; ; round++) {
    const outcome = shareClusters(claims, ground);
    steps += outcome.steps;
    if (outcome.failed.length === 0) return outcome;
    for (const index of outcome.failed) {
      const failed = claims[index];
      const giving = round < ROUNDS && steps < STEPS ? lastWhole(claims, index) : undefined;
      if (giving !== undefined) giving.share = "sharing";
      else if (failed !== undefined) failed.share = "overwritten";
    }
  }
}

const LOOKED_AT = 10_000;

/** Of the whole files between a file's start and its barrier the one that was written last. */
function lastWhole(claims: Claim[], index: number): Claim | undefined {
  const barrier = claims[index]?.barrier ?? 0;
  let found: Claim | undefined;
  for (let i = index + 1; i < Math.min(claims.length, index + LOOKED_AT); i++) {
    const claim = claims[i];
    if (claim === undefined || claim.cluster >= barrier) break;
    if (claim.share === "whole" && claim.count > 1 && (found === undefined || claim.doneBy > found.doneBy))
      found = claim;
  }
  return found;
}

function whole(claim: Claim): Recovered {
  return { certainty: "contiguous-guess", runs: [{ cluster: claim.cluster, count: claim.count }] };
}

function shared(clusters: number[]): Recovered {
  const runs: ClusterRun[] = [];
  for (const cluster of clusters) appendCluster(runs, cluster);
  return { certainty: runs.length === 1 ? "contiguous-guess" : "best-fit", runs };
}
