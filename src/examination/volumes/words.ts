import { speaker } from "#base/words";
import type { Volume } from "./volume.ts";
import type { VolumeProblem } from "./volume-problem.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of volumes: kinds ("kind."), problems ("problem."), why one is not read ("refused."). */
export const sayVolumes = speaker({ en, km });

/** Key of the sentence of a problem. */
export function volumeProblemKey(problem: VolumeProblem): string {
  return `problem.${problem.what}`;
}

/** Key of the words of what a table says a volume holds. */
export function volumeKindKey(volume: Volume): string {
  return `kind.${volume.kind}`;
}

/** Key of the sentence why a volume is not read; null where it is. */
export function volumeRefusalKey(volume: Volume): string | null {
  return volume.refused === undefined ? null : `refused.${volume.refused}`;
}
