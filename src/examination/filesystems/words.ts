import { speaker } from "#base/words";
import type { Problem } from "./problem.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of filesystems: problems ("problem."). */
export const sayFileSystems = speaker({ en, km });

/** Key of a problem's sentence. */
export function problemKey(problem: Problem): string {
  return `problem.${problem.what}`;
}
