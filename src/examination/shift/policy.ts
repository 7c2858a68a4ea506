import { z } from "zod";

const policyShape = z.strictObject({
  format: z.literal("phum-policy"),
  version: z.literal(1),
  /** What one officer may look at in a day, and after how many a break is proposed. */
  looking: z.strictObject({
    items: z.int().min(0).max(1000),
    seconds: z.int().min(0).max(86_400),
    breakEvery: z.int().min(1).max(1000),
  }),
  /** A second officer must open each look. */
  secondOfficer: z.boolean(),
  shiftHours: z.number().min(1).max(24),
  /** Locks after so many minutes without a press. */
  lockMinutes: z.number().min(1).max(240),
  /** Where the unit's expert is reached by telephone; empty: not said. Older files lack it. */
  expertPhone: z
    .string()
    .regex(/^(?:\+?[0-9](?:[0-9 ()/.-]{0,38}[0-9)])?)?$/)
    .default(""),
});

/** What a unit decides for its kits: policy.json. docs/formats/kit-folder.md */
export type Policy = z.infer<typeof policyShape>;

/** Where a unit decided nothing. The limits are examples: there is no number that is right for everyone. */
export const STANDARD_POLICY: Policy = {
  format: "phum-policy",
  version: 1,
  looking: { items: 20, seconds: 600, breakEvery: 5 },
  secondOfficer: true,
  shiftHours: 12,
  lockMinutes: 15,
  expertPhone: "",
};

/** The policy in a text; undefined where it is none. */
export function readPolicy(json: string): Policy | undefined {
  try {
    return policyShape.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
