import { z } from "zod";
import type { Offence } from "./shift-view.ts";
import { sayShift } from "./words.ts";

/** All that Phum may be used for: offences against children under 18. An agency chooses among them and words them; it adds none. */
export const OFFENCE_CODES = ["01", "02", "03", "04", "05", "06", "07", "08"] as const;
export type OffenceCode = (typeof OFFENCE_CODES)[number];

const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u);

const offencesShape = z.strictObject({
  format: z.literal("phum-offences"),
  version: z.literal(1),
  agency: line,
  /** ISO 8601, UTC. */
  issuedAt: z.iso.datetime(),
  offences: z
    .array(z.strictObject({ code: z.enum(OFFENCE_CODES), words: z.strictObject({ en: line, km: line }) }))
    .min(1)
    .max(OFFENCE_CODES.length)
    .refine((offences) => new Set(offences.map(({ code }) => code)).size === offences.length),
  signedBy: z.string().regex(/^[0-9a-f]{64}$/),
  /** Ed25519 over the canonical JSON without this field. */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

/** An agency's vocabulary: offences.json. docs/formats/offences.md */
export type OffencesFile = z.infer<typeof offencesShape>;

const wordingShape = offencesShape.pick({ agency: true, offences: true });

/** What an agency writes by hand and signs. */
export type OffencesWording = z.infer<typeof wordingShape>;

/** The signed vocabulary in a value; undefined where it is none. Its signature is another question. */
export function offencesIn(value: unknown): OffencesFile | undefined {
  return offencesShape.safeParse(value).data;
}

/** The wording in a value; undefined where it is none, or names an offence that Phum does not know. */
export function wordingIn(value: unknown): OffencesWording | undefined {
  return wordingShape.safeParse(value).data;
}

/** The vocabulary of a kit without an agency's own: the same codes, in our words. */
export function ownOffences(): Offence[] {
  return OFFENCE_CODES.map((code) => ({
    code,
    words: { en: sayShift("en", `offence.${code}`), km: sayShift("km", `offence.${code}`) },
  }));
}
