import { z } from "zod";
import { BASES, type Question } from "./shift-view.ts";

const answersShape = z.strictObject({
  format: z.literal("phum-shift"),
  version: z.literal(1),
  basis: z.strictObject({
    kind: z.enum(BASES).nullable(),
    number: z.string().max(200),
    offence: z.string().max(20).nullable(),
  }),
  /** As it was written; empty: not yet proposed. */
  exhibit: z.string().max(100),
  /** The shift that is open or locked: it survives a crash; no secret stands here. */
  shift: z.strictObject({ id: z.string().max(100), officer: z.string().max(100), untilMs: z.number() }).nullable(),
  /** How far the officer's phone was ahead of this computer; null: not compared in this shift. */
  clock: z.strictObject({ minutesAhead: z.int() }).nullable().default(null),
  /** Wrong passphrases one after another, and when the next may be tried. */
  wrong: z.strictObject({ count: z.int().min(0), nextTryMs: z.number() }),
});

/** What was answered so far, on disk: shift.json. docs/formats/kit-folder.md */
export type ShiftAnswers = z.infer<typeof answersShape>;

const NO_BASIS: ShiftAnswers["basis"] = { kind: null, number: "", offence: null };

/** Nothing answered yet. */
export const NO_ANSWERS: ShiftAnswers = {
  format: "phum-shift",
  version: 1,
  basis: NO_BASIS,
  exhibit: "",
  shift: null,
  clock: null,
  wrong: { count: 0, nextTryMs: 0 },
};

/** The answers in a text; none where it is not ours. */
export function readAnswers(json: string): ShiftAnswers {
  try {
    return answersShape.parse(JSON.parse(json));
  } catch {
    return NO_ANSWERS;
  }
}

/** After the nth wrong passphrase so long nothing is tried: 1, 2, 4 … 30 seconds; nobody is locked out at a scene. */
export function waitMs(count: number): number {
  return Math.min(30, 2 ** Math.max(0, count - 1)) * 1000;
}

/** The first question without an answer. */
export function missingQuestion(
  { basis, exhibit }: Pick<ShiftAnswers, "basis" | "exhibit">,
  { officer, list, offences }: { officer: boolean; list: boolean; offences: readonly string[] },
): Question | null {
  if (!officer) return "officer";
  if (basis.kind === null) return "basis";
  if (basis.number === "") return "basis-number";
  if (basis.offence === null || !offences.includes(basis.offence)) return "offence";
  if (exhibit === "") return "exhibit";
  return list ? null : "list";
}
