import type { LanesAct, LanesView } from "#examination/lanes";
import type { LookingAct, LookingView } from "#examination/looking";
import type { SelfTestView, ShiftAct, ShiftView } from "#examination/shift";

/** What the program shows: the same for every screen that is open; sent whole, every 300 ms at most. */
export interface KitView {
  /** Counts up with every change. */
  version: number;
  /** The program's clock, milliseconds. */
  nowMs: number;
  shift: ShiftView;
  selfTest: SelfTestView;
  lanes: LanesView;
  looking: LookingView;
  /** Set after the program stopped and started again by itself; until an officer has understood it, in whichever browser. */
  restarted: boolean;
  /** Practice set being made: 0 to 1; null: there or not asked for. */
  making: number | null;
}

/** Whatever an officer may do; anything else is refused. */
export type KitAct = ShiftAct | LanesAct | LookingAct | SealAct | UnderstoodAct;

/** That the program started again was read: no browser says it any more. */
export interface UnderstoodAct {
  act: "understood";
}

/** Report sealed for the agency, into a folder of a stick. */
export interface SealAct {
  act: "seal";
  lane: string;
  /** A folder on a mounted stick, from GET /stick-folders. */
  folder: string;
}

/** The answer to an act. A fault has its words in both languages; nothing was lost. */
export type ActAnswer =
  | { ok: true }
  | { ok: false; fault: { code: string; words: Record<"en" | "km", string>; place?: string } };
