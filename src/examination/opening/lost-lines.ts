import { type Language, size } from "#base/words";
import type { LostObject } from "./walk-state.ts";
import { sayOpening } from "./words.ts";

/** What ended its reader and was left out, a sentence each. */
export function lostLines(lost: readonly LostObject[], language: Language): string[] {
  return lost.map(({ what, place, why, lengthBytes }) =>
    sayOpening(language, `lost.${what}`, {
      place,
      bytes: size(language, lengthBytes),
      why: sayOpening(language, `death.${why}`),
    }),
  );
}

/** Exit code where something was left out, or could not be read completely. */
export const PARTLY_EXIT = 74;
