import type { Certificate } from "#base/signing";
import type { Identity } from "#base/signing/node";
import type { ExaminationSetup } from "#examination/triage/node";
import type { LaneRecord } from "./lane-record.ts";
import type { LanesMachine } from "./plugged.node.ts";

/** An open shift, as far as examinations need it. */
export interface LanesShift {
  /** Stays the same while the shift is open, also over a restart of the program. */
  id: string;
  practice: boolean;
  identity: Identity;
  certificate: Certificate | null;
  /** Agencies' public keys that are believed, hexadecimal. */
  trust: string[];
  /** Absolute paths of the lists devices are held against. */
  lists: string[];
  /** Kind, number and offence, as the report will say them; asked when an examination begins. */
  basis(): string | null;
  /** The number that the next exhibit gets; asked when an examination begins. */
  exhibit(): string;
  /** The number after those that were taken. */
  exhibitsTaken(next: string): void;
  /** Absolute path: each exhibit gets a folder in it. */
  evidenceDir: string;
  /** The time on the officer's phone now, where it was compared with this computer's; asked when an examination begins. */
  statedMs?(): number | null;
  /** In practice these files alone are plugged in. */
  practiceDevices?: string[];
}

export interface LanesOptions {
  shift: LanesShift;
  /** The kit's own folder: kitStateDir(). */
  stateDir: string;
  /** A program that may open a device this user may not, and its arguments: ["pkexec"]; null: there is none. */
  elevate?: string[] | null;
  /** How many are read at once; not given: as this computer can. */
  atOnce?: number;
  /** quick (not given): an answer as soon as the bound stands; all: everything is read at once. */
  goal?: "quick" | "all";
  nowMs?(): number;
  /** Tests and journeys alone. */
  machine?: LanesMachine;
  loops?: boolean;
  socketFolder?: string;
  trouble?(
    record: LaneRecord,
  ): Partial<Pick<ExaminationSetup, "faults" | "stuckMs" | "retrySeconds" | "engineMemoryBytes">>;
}
