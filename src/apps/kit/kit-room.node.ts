import { basename } from "node:path";
import type { StickFolder } from "#examination/evidence";
import { sealExhibit, stickFolders } from "#examination/evidence/node";
import { type Lanes, type LanesOptions, noLanes, openLanes } from "#examination/lanes/node";
import { type Looking, openLooking } from "#examination/looking/node";
import { type KeptShift, kitFolder, openShift, type Shift, type WorkingShift } from "#examination/shift/node";
import { elevatorHere } from "#examination/sources/node";
import { coveredLanes } from "./covered-lanes.ts";
import { kitFault } from "./faults.ts";
import type { KitTrial } from "./kit-message.ts";
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
  /** Tests and journeys alone. */
  trial?: KitTrial;
}

/** The one model behind every screen: shift, lanes and looking as one view, and all acts. */
export interface KitRoom {
  view(): KitView;
  /** @throws {Fault} of whatever room does it. */
  act(act: KitAct): Promise<void>;
  readonly shift: Shift;
  /** The open lanes. @throws {Fault} shift/locked. */
  openedLanes(): Lanes;
  /** Findings and the open look. @throws {Fault} shift/locked. */
  openedLooking(): Looking;
  /** Takes a new list. @throws {Fault} filter/*, shift/list-*. */
  takeList(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Sticks that a report can be sealed to. @throws {Fault} shift/locked. */
  sticks(): StickFolder[];
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
  #looking: Looking | null = null;
  #closing: Promise<void> = Promise.resolve();
  #turn = 0;
  #version = 0;
  #restarted: boolean;

  constructor(options: KitRoomOptions) {
    this.#options = options;
    this.#restarted = options.kept !== null;
  }

  async begin(): Promise<void> {
    const { dir, kept, keep, ended, nowMs } = this.#options;
    // What was worked on before a crash is told while the shift is being opened: its lanes ask the open one.
    let early: WorkingShift | null = null;
    const shift = await openShift({
      ...{ folder: kitFolder(dir), kept, keep, ended },
      ...(nowMs === undefined ? {} : { nowMs }),
      changed: () => this.#changed(),
      busy: () => this.#lanes?.busy ?? false,
      working: (working) => {
        if (this.#shift !== null) return this.#work(working);
        early = working;
        return Promise.resolve();
      },
    });
    this.#shift = shift;
    if (early !== null) await this.#work(early);
  }

  get shift(): Shift {
    if (this.#shift === null) throw new TypeError("Cannot use the kit: it was not opened");
    return this.#shift;
  }

  view(): KitView {
    const { shift } = this;
    const {
      looking: { items, seconds },
      secondOfficer,
    } = shift.policy;
    const lanes = this.#lanes?.view() ?? noLanes();
    const shown = shift.view();
    return {
      version: this.#version,
      nowMs: (this.#options.nowMs ?? Date.now)(),
      shift: shown,
      selfTest: shift.selfTest.view,
      lanes: shown.state === "open" ? toldLanes(lanes) : coveredLanes(lanes),
      looking: this.#looking?.view() ?? {
        budget: { items: 0, itemsLimit: items, seconds: 0, secondsLimit: seconds, breakDue: false, reached: false },
        ...{ secondOfficer, look: null },
      },
      restarted: this.#restarted,
      making: shift.making,
    };
  }

  async act(act: KitAct): Promise<void> {
    const { shift } = this;
    shift.touched();
    switch (act.act) {
      case "unlock":
      case "practice":
      case "lock":
      case "end-shift":
      case "answer":
      case "clock":
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
      case "understood":
        shift.refuseLocked();
        this.#restarted = false;
        this.#changed();
        return;
      case "seal":
        await this.#seal(act.lane, act.folder);
        return;
      default:
        await this.openedLooking().act(act);
        this.#changed();
    }
  }

  openedLanes(): Lanes {
    this.shift.refuseLocked();
    if (this.#lanes === null) throw kitFault("kit/act", "Nothing is plugged in while nobody works");
    return this.#lanes;
  }

  openedLooking(): Looking {
    this.openedLanes();
    if (this.#looking === null) throw kitFault("kit/act", "Nothing is looked at while nobody works");
    return this.#looking;
  }

  async takeList(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    this.shift.touched();
    await this.shift.takeList(pieces);
  }

  sticks(): StickFolder[] {
    this.shift.refuseLocked();
    const { stickFolder } = this.#options.trial ?? {};
    if (stickFolder === undefined) return stickFolders();
    return [{ folder: stickFolder, name: basename(stickFolder), freeBytes: null }];
  }

  async close(): Promise<void> {
    this.shift.close();
    await this.#work(null);
  }

  #changed(): void {
    this.#version++;
    this.#options.changed();
  }

  /** Another shift: the readings of the one before end at a checkpoint, then the next one's begin. */
  #work(working: WorkingShift | null): Promise<void> {
    const [before, turn] = [this.#lanes, ++this.#turn];
    this.#looking?.close();
    this.#looking = null;
    this.#lanes = null;
    const opened = this.#closing
      .then(() => before?.close())
      .then(() => {
        if (working === null || turn !== this.#turn) return;
        this.#lanes = this.#open(working);
        this.#looking = this.#look(working);
        this.#changed();
      });
    this.#closing = opened.catch(() => undefined);
    this.#changed();
    return opened;
  }

  #look(officer: WorkingShift): Looking {
    const { policy } = this.shift;
    return openLooking({
      ...{ stateDir: this.#options.dir, policy, officer },
      laneOf: (lane) => this.openedLanes().reportOf(lane),
      second: (id, passphrase) => this.shift.second(id, passphrase),
      changed: () => this.#changed(),
    });
  }

  /** Into a folder of a stick that is plugged in now, and nowhere else. */
  async #seal(lane: string, folder: string): Promise<void> {
    if (!this.sticks().some((stick) => stick.folder === folder)) throw kitFault("kit/no-stick", "Not plugged in");
    const lanes = this.openedLanes();
    const found = lanes.reportOf(lane);
    if (found === null) throw kitFault("kit/no-answer", "No report yet");
    await sealExhibit(found.dir, folder, { nowMs: (this.#options.nowMs ?? Date.now)() });
    lanes.sealed(lane);
    this.#changed();
  }

  #open(working: WorkingShift): Lanes {
    const { dir, nowMs, trial: { stickFolder: _, readMs = 0, ...trial } = {} } = this.#options;
    const shift = Object.assign(working, {
      basis: () => this.shift.basis(),
      statedMs: () => this.shift.statedMs(),
      exhibit: () => this.shift.exhibit(),
      exhibitsTaken: (next: string) => this.shift.exhibitsTaken(next),
    });
    const lanes = openLanes({
      shift,
      stateDir: dir,
      elevate: elevatorHere(),
      ...trial,
      ...(readMs > 0 ? { trouble: () => slowly(readMs) } : {}),
      ...(nowMs === undefined ? {} : { nowMs }),
    });
    lanes.onChange(() => this.#changed());
    return lanes;
  }
}

/** Journeys alone. */
function slowly(ms: number): ReturnType<NonNullable<LanesOptions["trouble"]>> {
  return { faults: { ranges: [{ startByte: 0, endByte: Number.MAX_SAFE_INTEGER, kind: "slow", ms }] } };
}
