import type { Finding } from "#examination/evidence";

/** Why someone must look; closed. */
export const LOOK_REASONS = ["prosecutor", "child-in-danger", "match-in-doubt"] as const;
export type LookReason = (typeof LOOK_REASONS)[number];

/** Whether a finding can be looked at here, or why not. */
export type Showable = "yes" | "seen" | "not-a-picture" | "not-a-whole-file" | "practice-only" | "gone";

/** One row of the findings: metadata, never a picture. */
export interface FindingRow {
  /** Its place in the report's findings; what acts name. */
  index: number;
  kind: Finding["kind"];
  /** Last name of the place, and the names before it, escaped. */
  name: string;
  parents: string;
  standing: Finding["standing"] | null;
  certainty: Finding["certainty"] | null;
  /** null: not known. */
  sizeBytes: number | null;
  offsetBytes: number;
  lengthBytes: number;
  blocks: number;
  modifiedMs: number | null;
  set: string;
  release: string;
  weight: Finding["weight"];
  /** With "likeness". */
  likeness?: NonNullable<Finding["likeness"]>;
  /** What of the list it is like: position in its set; null: it is no lead by likeness. */
  entry: number | null;
  showable: Showable;
  /** 0-9 as the examiner said; null: none. */
  category: number | null;
  note: string;
}

/** A page of findings of one lane, in groups by place. */
export interface FindingsPage {
  total: number;
  from: number;
  rows: FindingRow[];
}

/** What was looked at today, and what is open now. */
export interface LookingView {
  budget: {
    items: number;
    itemsLimit: number;
    seconds: number;
    secondsLimit: number;
    /** A break is proposed. */
    breakDue: boolean;
    reached: boolean;
  };
  /** A second officer must open it. */
  secondOfficer: boolean;
  /** The one look that is open; null: none. It covers itself at untilMs. */
  look: { lane: string; index: number; untilMs: number } | null;
}

/** What an officer may do here. */
export type LookingAct =
  | {
      act: "look";
      lane: string;
      index: number;
      reason: LookReason;
      second: { officer: string; passphrase: string } | null;
    }
  | { act: "hold" | "release" | "cover" }
  | { act: "categorise"; lane: string; index: number; category: number | null }
  | { act: "note"; lane: string; index: number; text: string };
