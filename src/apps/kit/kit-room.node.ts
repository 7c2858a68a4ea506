import { join } from "node:path";
import { type Lanes, noLanes, openLanes } from "#examination/lanes/node";
import { type KeptShift, kitFolder, openShift, type Shift, type WorkingShift } from "#examination/shift/node";
import { coveredLanes } from "./covered-lanes.ts";
import { kitFault } from "./faults.ts";
import type { KitAct, KitView } from "./kit-view.ts";
import { toldLanes } from "./told-lanes.ts";

/** What the parent process and the world give to the kit. */
export interface KitRoomOptions {
  /** Folder of the kit, absolute. */
  dir: string;
  kept: KeptShift | null;
  keep(kept: KeptShift | null): void;
  ended(): void;
  changed(): void;
  nowMs?(): number;
  /** Tests and journeys alone: see LanesOptions. */
  loops?: boolean;
  socketFolder?: string;
  goal?: "quick" | "all";
  atOnce?: number;
}

/** The one model behind every screen: shift, lanes and looking as one view, and all acts. */
export interface KitRoom {
  view(): KitView;
  /** @throws {Fault} of whatever room does it. */
  act(act: KitAct): Promise<void>;
  readonly shift: Shift;
  /** The open lanes. @throws {Fault} shift/locked. */
  openedLanes(): Lanes;
  /** Ends every reading at a checkpoint. */
  close(): Promise<void>;
}

/** Opens the kit. @throws {Fault} shift/*, evidence/*. */
export async function openKitRoom(options: KitRoomOptions): Promise<KitRoom> {
  const room = new OneKitRoom(options);
  await room.begin();
  return room;
}

class OneKitRoom implements KitRoom {
  readonly #options: KitRoomOptions;
  #shift: Shift | null = null;
  #lanes: Lanes | null = null;
  #closing: Promise<void> = Promise.resolve();
  #version = 0;
  #restarted: boolean;

  constructor(options: KitRoomOptions) {
    this.#options = options;
    this.#restarted = options.kept !== null;
  }

  async begin(): Promise<void> {
    const { dir, kept, keep, ended, nowMs } = this.#options;
    this.#shift = await openShift({
      ...{ folder: kitFolder(dir), kept, keep, ended },
      ...(nowMs === undefined ? {} : { nowMs }),
      changed: () => this.#changed(),
      busy: () => this.#lanes?.busy ?? false,
      working: (shift) => this.#work(shift),
    });
  }

  get shift(): Shift {
    if (this.#shift === null) throw new TypeError("Cannot use the kit: it was not opened");
    return this.#shift;
  }

  view(): KitView {
    const { shift } = this;
    const { looking, secondOfficer } = shift.policy;
    const lanes = this.#lanes?.view() ?? noLanes();
    const shown = shift.view();
    return {
      version: this.#version,
      nowMs: (this.#options.nowMs ?? Date.now)(),
      shift: shown,
      selfTest: shift.selfTest.view,
      lanes: shown.state === "open" ? toldLanes(lanes) : coveredLanes(lanes),
      looking: {
        budget: {
          ...{ items: 0, itemsLimit: looking.items, seconds: 0, secondsLimit: looking.seconds },
          ...{ breakDue: false, reached: false },
        },
        secondOfficer: secondOfficer && !shown.practice,
        look: null,
      },
      restarted: this.#restarted,
      making: shift.making,
    };
  }

  async act(act: KitAct): Promise<void> {
    const { shift } = this;
    shift.touched();
    this.#restarted = false;
    switch (act.act) {
      case "unlock":
      case "practice":
      case "lock":
      case "end-shift":
      case "answer":
      case "self-test":
        await shift.act(act);
        return;
      case "choose":
      case "examine":
      case "add-path":
      case "pause":
      case "go-on":
      case "stop":
      case "read-on":
      case "end-here":
        if (act.act === "examine") shift.refuseUnready();
        await this.openedLanes().act(act);
        this.#changed();
        return;
      default:
        this.openedLanes();
        throw kitFault("kit/not-yet", `Not yet: ${act.act}`);
    }
  }

  openedLanes(): Lanes {
    this.shift.refuseLocked();
    if (this.#lanes === null) throw kitFault("kit/act", "Nothing is plugged in while nobody works");
    return this.#lanes;
  }

  async close(): Promise<void> {
    this.shift.close();
    this.#work(null);
    await this.#closing;
  }

  #changed(): void {
    this.#version++;
    this.#options.changed();
  }

  /** Another shift: its readings end at a checkpoint before the next one's begin. */
  #work(working: WorkingShift | null): void {
    const before = this.#lanes;
    this.#lanes = null;
    if (before !== null) this.#closing = this.#closing.then(() => before.close());
    if (working !== null) this.#lanes = this.#open(working);
    this.#changed();
  }

  #open(working: WorkingShift): Lanes {
    const { dir, loops, socketFolder, goal, atOnce, nowMs } = this.#options;
    const shift = Object.assign(working, {
      basis: () => this.shift.basis(),
      exhibit: () => this.shift.exhibit(),
      exhibitsTaken: (next: string) => this.shift.exhibitsTaken(next),
    });
    const lanes = openLanes({
      ...{ shift, stateDir: dir, elevate: null },
      ...(loops === undefined ? {} : { loops }),
      ...(socketFolder === undefined ? {} : { socketFolder }),
      ...(goal === undefined ? {} : { goal }),
      ...(atOnce === undefined ? {} : { atOnce }),
      ...(nowMs === undefined ? {} : { nowMs }),
    });
    lanes.onChange(() => this.#changed());
    return lanes;
  }
}

/** Files of a report. */
export function reportFiles(dir: string): { html: string; pdf: string } {
  return { html: join(dir, "report.html"), pdf: join(dir, "report.pdf") };
}
