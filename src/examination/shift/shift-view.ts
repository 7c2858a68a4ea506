import type { Language } from "#base/words";

/** An officer whose identity lies in the kit. */
export interface OfficerName {
  /** Public signing key, hexadecimal. */
  id: string;
  name: string;
  unit: string;
}

/** Why a search is lawful; closed. */
export const BASES = ["warrant", "flagrant", "consent"] as const;
export type Basis = (typeof BASES)[number];

/** An offence of the closed, signed vocabulary; words in each language. */
export interface Offence {
  code: string;
  words: Record<Language, string>;
}

/** The list devices are held against. */
export interface ListView {
  state: "good" | "soon" | "grace" | "expired" | "missing" | "unusable";
  name: string;
  release: string;
  releasedAt: string;
  validUntil: string;
  /** Whole days since its release, and until it ends (negative: since it ended). */
  ageDays: number;
  daysLeft: number;
}

/** What must be answered before the first device, in this order. */
const QUESTIONS = ["officer", "basis", "basis-number", "offence", "exhibit", "list"] as const;
export type Question = (typeof QUESTIONS)[number];

/** Who works, why, and with which list: all that a screen needs, and no secret. */
export interface ShiftView {
  state: "locked" | "open";
  /** Practice needs no passphrase; everything is filled in. */
  practice: boolean;
  officers: OfficerName[];
  officer: OfficerName | null;
  /** When the shift locks by itself, milliseconds; null while locked. */
  openUntilMs: number | null;
  /** The shift has ended, by the officer or by its hours; what is still read goes on to its report, then the program ends. */
  ended: boolean;
  /** After a wrong passphrase: not before this time, milliseconds. */
  nextTryMs: number | null;
  basis: { kind: Basis | null; number: string; offence: string | null };
  offences: Offence[];
  /** The number that the next exhibit gets; digits as they were written. */
  exhibit: string;
  /** Of the unit's expert, as the unit wrote it; empty: not said. */
  expertPhone: string;
  list: ListView | null;
  /** What the officer's phone said of this computer's clock; null: not compared in this shift. */
  clock: { minutesAhead: number } | null;
  /** The first question without an answer; null: devices may be examined. */
  missing: Question | null;
}

/** What an officer may do here. */
export type ShiftAct =
  | { act: "unlock"; officer: string; passphrase: string }
  | { act: "practice" }
  | { act: "lock" }
  | { act: "end-shift" }
  | { act: "answer"; question: "basis"; kind: Basis }
  | { act: "answer"; question: "basis-number" | "exhibit"; text: string }
  | { act: "answer"; question: "offence"; code: string }
  /** Day and hour that the officer's phone shows, "2026-11-25 14:08"; null: the same as this computer. */
  | { act: "clock"; phone: string | null }
  | { act: "self-test" };

export type SelfTestMark = "waiting" | "good" | "look" | "stop";

/** One line of the self-test; values go into its sentence. */
export interface SelfTestLine {
  what: "marks" | "age" | "clock" | "speed" | "room" | "battery";
  mark: SelfTestMark;
  /** Numbers and dates of the sentence, e.g. { minutes: 3, sizeBytes: 16e9 }; which ones: self-test.ts. */
  values: Record<string, string | number>;
}

export interface SelfTestView {
  running: boolean;
  atMs: number | null;
  lines: SelfTestLine[];
}
