/** The five steps of an examination, in order. */
export const STEPS = ["start", "device", "examine", "answer", "report"] as const;
export type StepName = (typeof STEPS)[number];
