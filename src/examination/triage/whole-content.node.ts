import { createHash, type Hash } from "node:crypto";
import { type ResumableDigest, resumableDigest } from "#base/hashing";
import type { DigestAlgorithm } from "#examination/filters";
import type { JobResult } from "./engine-message.ts";
import { isLowEntropy } from "./randomness.ts";

/** What all bytes of one file add up to. */
export interface WholeContent {
  /** @param counts Counts the bytes by value; asked for at once. */
  add(bytes: Uint8Array, counts: () => Uint32Array): void;
  /** Everything that is needed to go on behind these bytes in another process: as telling as the file's digests. */
  carried(): string;
  told(): Pick<JobResult, "digests" | "lowEntropy">;
}

/** Goes on from what another job carried; "" begins a file that is read in several jobs; undefined one read in a single job. */
export function wholeContent(algorithms: readonly DigestAlgorithm[], carried?: string): WholeContent {
  const kept: { states: Record<string, string>; counts: number[] } | undefined =
    carried === undefined || carried === "" ? undefined : JSON.parse(carried);
  const counts = kept === undefined ? new Float64Array(256) : Float64Array.from(kept.counts);
  const native = new Map<DigestAlgorithm, Hash>();
  const resumable = new Map<DigestAlgorithm, ResumableDigest>();
  for (const algorithm of algorithms) {
    if (carried === undefined) native.set(algorithm, createHash(algorithm));
    else resumable.set(algorithm, resumableDigest(algorithm, kept?.states[algorithm]));
  }
  return {
    add(bytes, countsOf) {
      for (const digest of [...native.values(), ...resumable.values()]) digest.update(bytes);
      for (const [value, count] of countsOf().entries()) counts[value] = (counts[value] ?? 0) + count;
    },
    carried() {
      const states = Object.fromEntries([...resumable].map(([algorithm, digest]) => [algorithm, digest.state()]));
      return JSON.stringify({ states, counts: [...counts] });
    },
    told: () => ({
      digests: Object.fromEntries([
        ...[...native].map(([algorithm, digest]) => [algorithm, digest.digest("hex")]),
        ...[...resumable].map(([algorithm, digest]) => [algorithm, digest.hex()]),
      ]),
      lowEntropy: isLowEntropy(counts),
    }),
  };
}
