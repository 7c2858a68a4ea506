import type { KitFolder } from "./kit-folder.node.ts";
import type { Policy } from "./policy.ts";
import type { SelfTest } from "./self-test.node.ts";
import type { OfficerName, ShiftAct, ShiftView } from "./shift-view.ts";
import type { WorkingShift } from "./working-shift.node.ts";

/** What outlives a crash of the program in its parent's memory; secret. */
export interface KeptShift {
  id: string;
  identity: string;
  officer: string;
  untilMs: number;
  practice: boolean;
  locked: boolean;
}

export interface ShiftOptions {
  folder: KitFolder;
  nowMs?(): number;
  /** Something changed that a screen shows. */
  changed(): void;
  /** Whether examinations of the working shift are under way: then nobody else can work, and the identity is still needed. */
  busy(): boolean;
  /** The working shift is another one, or none. @returns settles when its examinations may begin; its Fault is the act's. */
  working(shift: WorkingShift | null): Promise<void>;
  /** What is to be handed back after a crash; null: nothing. */
  keep(kept: KeptShift | null): void;
  /** What was kept when the program crashed. */
  kept?: KeptShift | null;
  /** The officer ended the shift, or its hours are over, and nothing is read any more. */
  ended(): void;
}

/** The shift of this kit: who works, why, and with which list. */
export interface Shift {
  view(): ShiftView;
  readonly selfTest: SelfTest;
  readonly working: WorkingShift | null;
  readonly policy: Policy;
  /** Practice set being made: 0 to 1; null: not. */
  readonly making: number | null;
  /** @throws {Fault} shift/*, identity/*, certificate/*, evidence/*. */
  act(act: ShiftAct): Promise<void>;
  /** A press of anything: it does not lock for a while. */
  touched(): void;
  /** Kind, number and offence as the report will say them. */
  basis(): string | null;
  /** The time on the officer's phone now, as far as it was compared; null: not. */
  statedMs(): number | null;
  exhibit(): string;
  exhibitsTaken(next: string): void;
  /** @throws {Fault} shift/locked. */
  refuseLocked(): void;
  /** @throws {Fault} shift/locked, shift/not-ready: nothing may be examined yet. */
  refuseUnready(): void;
  /** Opens with another officer's passphrase, for one act. @throws {Fault} as unlock does. */
  second(officer: string, passphrase: string): Promise<OfficerName>;
  /** Takes a new list. @throws {Fault} filter/*, shift/list-*. */
  takeList(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes the practice set where it is missing. */
  makePractice(): Promise<void>;
  close(): void;
}
