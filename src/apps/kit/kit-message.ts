import type { KeptShift } from "#examination/shift/node";

/** What the server child is started with; over the channel, never by argument or environment. */
export interface KitBegin {
  kind: "begin";
  dir: string;
  port: number;
  session: string;
  tickets: string[];
  kept: KeptShift | null;
  /** The practice set is made at once, where it is missing. */
  makesPractice: boolean;
  trial: KitTrial;
}

/** Tests and journeys alone: what is plugged in, and how much is read. */
export interface KitTrial {
  loops?: boolean;
  socketFolder?: string;
  goal?: "quick" | "all";
  atOnce?: number;
  /** Each read takes so long at least: the middle of an examination lasts on any computer. */
  readMs?: number;
  /** In place of the program that asks this computer's administrator. */
  elevate?: string[];
  /** A folder that stands for a plugged-in stick. */
  stickFolder?: string;
}

/** Parent to child. */
export type ToKit = KitBegin | { kind: "ticket"; ticket: string } | { kind: "close" };

/** Child to parent. */
export type FromKit =
  | { kind: "listening"; port: number }
  | { kind: "refused"; code: string; message: string; values: Record<string, string | number> }
  | { kind: "used"; ticket: string }
  | { kind: "keep"; kept: KeptShift | null }
  | { kind: "making"; fraction: number }
  | { kind: "made" }
  | { kind: "ended" };
