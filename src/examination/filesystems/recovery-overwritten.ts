import { clusterSet } from "./cluster-set.ts";
import type { Claim, Ground, RecoveredRun } from "./recovery-claim.ts";
import type { ShareOutcome } from "./recovery-sharing.ts";

const MOST_STEPS = 100_000_000;

/**
 * What is left of files that were overwritten: of the one piece each had, the clusters that nobody has since.
 *
 * The later a file was written, the stronger its claim. Work ends after twice the volume's clusters (at most 100 million); who comes after
 * that gets its first cluster only.
 */
export function overwrittenRuns(claims: Claim[], outcome: ShareOutcome, ground: Ground): [number, RecoveredRun[]][] {
  const files = claims.filter(({ share }) => share === "overwritten").sort((a, b) => b.doneBy - a.doneBy);
  if (files.length === 0) return [];
  const taken = clusterSet();
  for (const claim of claims) {
    taken.addRun(claim.cluster, claim.share === "whole" ? claim.count : 1);
  }
  for (const clusters of outcome.clusters.values()) for (const cluster of clusters) taken.add(cluster);
  let steps = Math.min(ground.lastCluster * 2, MOST_STEPS);
  return files.map((file) => {
    const count = Math.min(file.count, ground.lastCluster + 1 - file.cluster, Math.max(1, steps));
    steps -= count;
    const runs: RecoveredRun[] = [{ cluster: file.cluster, count: 1 }];
    for (let cluster = file.cluster + 1; cluster < file.cluster + count; cluster++) {
      const lost = !ground.isFree(cluster) || !taken.add(cluster);
      const last = runs.at(-1);
      if (last !== undefined && (last.lost ?? false) === lost) last.count++;
      else runs.push(lost ? { cluster, count: 1, lost } : { cluster, count: 1 });
    }
    return [file.id, runs];
  });
}
