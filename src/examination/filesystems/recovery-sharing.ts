import { earliestFirst } from "./earliest-first.ts";
import type { Claim, Ground } from "./recovery-claim.ts";

/** Who got which clusters, and the indexes of those who did not get enough. */
export interface ShareOutcome {
  clusters: Map<number, number[]>;
  failed: number[];
  /** Clusters looked at. */
  steps: number;
}

/** Of one sweep; who waits then gets nothing by sharing. */
const MOST_STEPS = 100_000_000;

interface Waiting {
  index: number;
  claim: Claim;
  got: number[];
}

/**
 * One sweep over the volume: free clusters go to the started file that stopped growing first.
 *
 * @param claims Ascending by start; those that are whole keep their piece.
 */
export function shareClusters(claims: Claim[], ground: Ground): ShareOutcome {
  const outcome: ShareOutcome = { clusters: new Map(), failed: [], steps: 0 };
  const waiting = earliestFirst<Waiting>();
  let at = 0;
  let cluster = claims[0]?.cluster ?? 0;
  while (cluster <= ground.lastCluster && outcome.steps < MOST_STEPS) {
    const claim = claims[at];
    if (claim !== undefined && claim.cluster <= cluster) {
      if (claim.share === "sharing") start({ index: at, claim, got: [claim.cluster] }, waiting, outcome);
      cluster = Math.max(cluster, claim.cluster + (claim.share === "whole" ? claim.count : 1));
      at++;
    } else if (waiting.size === 0) {
      if (claim === undefined) break;
      cluster = claim.cluster;
    } else {
      outcome.steps++;
      if (ground.isFree(cluster)) give(cluster, waiting, outcome);
      cluster++;
    }
  }
  for (let left = waiting.first(); left !== undefined; left = waiting.first()) {
    outcome.failed.push(left.index);
    waiting.pop();
  }
  return outcome;
}

type Queue = ReturnType<typeof earliestFirst<Waiting>>;

function start(file: Waiting, waiting: Queue, outcome: ShareOutcome): void {
  if (file.claim.count > 1) waiting.push(file, file.claim.doneBy);
  else outcome.clusters.set(file.claim.id, file.got);
}

function give(cluster: number, waiting: Queue, outcome: ShareOutcome): void {
  for (let file = waiting.first(); file !== undefined; file = waiting.first()) {
    if (file.claim.barrier <= cluster) {
      outcome.failed.push(file.index);
      waiting.pop();
      continue;
    }
    file.got.push(cluster);
    if (file.got.length < file.claim.count) return;
    outcome.clusters.set(file.claim.id, file.got);
    waiting.pop();
    return;
  }
}
