// What a scene of the gallery is, and a view with little to say, from which each scene differs.
import type { KitAct, KitView } from "#apps/kit";
import type { Report } from "#examination/evidence";
import type { FindingRow } from "#examination/looking";

/** One picture of the app. */
export interface Scene {
  name: string;
  hash: string;
  view: KitView;
  rows?: FindingRow[];
  /** What else the report says; or why it is refused. */
  report?: Partial<Report> | { fault: { code: string; words: Record<"en" | "km", string> } };
  /** What an officer does then: text typed into a field, a press on a button; by CSS selector. */
  steps?: { fill?: [string, string]; press?: string; key?: string }[];
  /** Acts that are refused, with the words of the refusal. */
  refuses?: Partial<Record<KitAct["act"], { code: string; words: Record<"en" | "km", string> }>>;
  /** The program falls silent after the first word. */
  silent?: true;
  /** The guide of a first run stands open. */
  tour?: true;
}

export const NOW_MS = Date.parse("2026-11-22T06:58:00.000Z");
export const HOUR_MS = 3_600_000;
export const OFFICERS = ["Sok Dara", "Chan Sophea", "Keo Ratana"].map((name, i) => ({
  id: `${i}`.repeat(64),
  name,
  unit: "Phnom Penh",
}));
const OFFENCES = ["Offence against a child", "Trafficking", "Other"].map((en, i) => ({
  code: `0${i + 4}`,
  words: { en, km: ["បទល្មើសលើកុមារ", "ការជួញដូរ", "ផ្សេងទៀត"][i] ?? "" },
}));
export const LIST: NonNullable<KitView["shift"]["list"]> = {
  state: "good",
  name: "National list",
  release: "47",
  releasedAt: "2026-11-18T00:00:00.000Z",
  validUntil: "2026-12-31T16:59:59.000Z",
  ageDays: 4,
  daysLeft: 39,
};

const SHIFT: KitView["shift"] = {
  state: "open",
  practice: false,
  officers: OFFICERS,
  officer: OFFICERS[0] ?? null,
  openUntilMs: NOW_MS + 6 * HOUR_MS,
  nextTryMs: null,
  basis: { kind: "warrant", number: "214/2026", offence: "04" },
  offences: OFFENCES,
  exhibit: "2026-0142-3",
  list: LIST,
  missing: null,
  clock: null,
  ended: false,
  expertPhone: "012 000 000",
};
export const LOCKED: Partial<KitView["shift"]> = { state: "locked", officer: null, openUntilMs: null };
export const PRACTICE: Partial<KitView["shift"]> = {
  practice: true,
  exhibit: "PRACTICE-1",
  officer: null,
  openUntilMs: null,
};
export const EMPTY = { kind: null, number: "", offence: null };

interface Parts {
  shift?: Partial<KitView["shift"]>;
  lanes?: Partial<KitView["lanes"]>;
  looking?: Partial<KitView["looking"]>;
  selfTest?: Partial<KitView["selfTest"]>;
  rest?: Partial<KitView>;
}

function view({ shift = {}, lanes = {}, looking = {}, selfTest = {}, rest = {} }: Parts): KitView {
  return {
    version: 1,
    nowMs: NOW_MS,
    shift: { ...SHIFT, ...shift },
    selfTest: { running: false, atMs: null, lines: [], ...selfTest },
    lanes: { devices: [], lanes: [], writeBlocker: true, atOnce: 4, ...lanes },
    looking: {
      budget: { items: 0, itemsLimit: 20, seconds: 0, secondsLimit: 600, breakDue: false, reached: false },
      secondOfficer: true,
      look: null,
      ...looking,
    },
    restarted: false,
    making: null,
    ...rest,
  };
}

/** One scene. */
export function scene(name: string, hash: string, ...[parts, more = {}]: [Parts, Partial<Scene>?]): Scene {
  return { name, hash, view: view(parts), ...more };
}
