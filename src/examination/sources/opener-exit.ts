import type { sourceAnswers } from "./faults.ts";

/** Exit codes of the opener child; it gives the command's own code once the command runs. Above sysexits.h. */
export const OPENER_EXITS = {
  usage: 112,
  "source/rights": 113,
  "source/missing": 114,
  "source/no-medium": 115,
  "source/not-readable": 116,
  "source/input-error": 117,
  "source/opener": 118,
} as const;

/** The Fault an exit code of the opener stands for; undefined for every other code. */
export function openerFaultCode(exit: number): keyof typeof sourceAnswers | undefined {
  if (exit === OPENER_EXITS.usage) return "source/opener";
  for (const [code, value] of Object.entries(OPENER_EXITS)) {
    if (value === exit && isFault(code)) return code;
  }
  return undefined;
}

/** The opener's exit code for a fault code. */
export function openerExit(code: string): number {
  return isFault(code) ? OPENER_EXITS[code] : OPENER_EXITS["source/opener"];
}

function isFault(code: string): code is Exclude<keyof typeof OPENER_EXITS, "usage"> {
  return code in OPENER_EXITS && code !== "usage";
}
