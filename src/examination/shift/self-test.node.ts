import { statfsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import type { Identity } from "#base/signing/node";
import { unlockFilter } from "#examination/filters/node";
import { type BatterySeen, batteryIn } from "./battery.node.ts";
import type { KitFolder } from "./kit-folder.node.ts";
import { kitWork } from "./kit-work.node.ts";
import { type KeptList, listView } from "./list-choice.ts";
import { ageLine, batteryLine, clockLine, marksLine, roomLine, speedLine } from "./self-test.ts";
import type { SelfTestLine, SelfTestView } from "./shift-view.ts";

/** Whether this laptop is fit for a raid: lines that appear one by one, in less than 20 seconds. */
export interface SelfTest {
  readonly view: SelfTestView;
  /** Begins again, unless it is under way. */
  begin(): void;
  /** The clock was compared with a phone: its line is said anew. */
  compared(): void;
}

export interface SelfTestOptions {
  folder: KitFolder;
  nowMs(): number;
  changed(): void;
  /** The lists of the kit, the chosen one, and who could open it; what a phone said of the clock. */
  list(): {
    lists: readonly KeptList[];
    chosen: KeptList | undefined;
    identity: Identity | null;
    clock: { minutesAhead: number } | null | "not-asked";
  };
  /** Where the system shows its batteries; another folder in tests. */
  powerFolder?: string;
  speedForMs?: number;
}

const POWER_FOLDER = "/sys/class/power_supply";
const SPEED_FOR_MS = 1500;
const ORDER: SelfTestLine["what"][] = ["marks", "age", "clock", "speed", "room", "battery"];

export function selfTest(options: SelfTestOptions): SelfTest {
  let view: SelfTestView = { running: false, atMs: null, lines: [] };
  const set = (next: SelfTestView): void => {
    view = next;
    options.changed();
  };
  const known = (line: SelfTestLine): void => {
    set({ ...view, lines: view.lines.map((one) => (one.what === line.what ? line : one)) });
  };
  const run = async (): Promise<void> => {
    const battery = batteryIn(options.powerFolder ?? POWER_FOLDER);
    const whats = ORDER.filter((what) => what !== "battery" || battery !== null);
    set({ running: true, atMs: options.nowMs(), lines: whats.map((what) => ({ what, mark: "waiting", values: {} })) });
    for (const line of quickLines(options, battery)) known(line);
    known(await marks(options));
    known(await speed(options));
    set({ ...view, running: false, atMs: options.nowMs() });
  };
  return {
    get view() {
      return view;
    },
    begin: () => {
      if (view.running) return;
      run().catch(() => set({ ...view, running: false }));
    },
    compared: () => {
      if (view.lines.length > 0) known(clock(options));
    },
  };
}

/** What is known at once. */
function quickLines(options: SelfTestOptions, battery: BatterySeen | null): SelfTestLine[] {
  const { folder, list, nowMs } = options;
  const { lists, chosen } = list();
  const { bavail, bsize } = statfsSync(folder.dir);
  return [
    ageLine(listView(lists, chosen, nowMs())),
    clock(options),
    roomLine(bavail * bsize),
    ...(battery === null ? [] : [batteryLine(battery)]),
  ];
}

function clock({ list, nowMs }: SelfTestOptions): SelfTestLine {
  const { chosen, clock: compared } = list();
  const releasedMs = chosen?.facts === undefined || chosen.facts === null ? 0 : Date.parse(chosen.facts.releasedAt);
  const buildMs = statSync(join(projectHome, "package.json")).mtimeMs;
  return clockLine({ nowMs: nowMs(), releasedMs, buildMs, clock: compared });
}

async function marks({ list }: SelfTestOptions): Promise<SelfTestLine> {
  const { chosen, identity } = list();
  if (chosen === undefined) return marksLine(null, false);
  if (identity === null) return marksLine(null, true);
  try {
    return marksLine(
      await kitWork("marks", { path: chosen.path, unlock: await unlockFilter(chosen.path, identity) }),
      false,
    );
  } catch {
    return marksLine({ found: 0, count: 1 }, false);
  }
}

async function speed({ speedForMs = SPEED_FOR_MS }: SelfTestOptions): Promise<SelfTestLine> {
  const { bytesPerSecond } = await kitWork("speed", { forMs: speedForMs });
  return speedLine(bytesPerSecond * Math.min(2, availableParallelism()));
}
