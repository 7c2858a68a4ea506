import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SignedReport } from "#examination/evidence";
import { readReport } from "#examination/evidence/node";
import { addPath } from "./add-path.node.ts";
import { readsAtOnce } from "./at-once.node.ts";
import { deviceViews, isWriteBlocked } from "./device-views.ts";
import { exhibitAfter } from "./device-words.ts";
import { evidenceFolder, isExhibitUsed } from "./evidence-folder.node.ts";
import { examinedBefore } from "./examined-before.ts";
import { lanesFault } from "./faults.ts";
import type { Lane } from "./lane-ports.node.ts";
import type { LaneRecord } from "./lane-record.ts";
import { type LaneRegister, laneRegister } from "./lane-register.node.ts";
import { type LaneSet, laneSet } from "./lane-set.node.ts";
import { laneAsks, laneView } from "./lane-view.ts";
import type { LanesOptions } from "./lanes-options.node.ts";
import type { DeviceView, LaneAsks, LanesAct, LanesView } from "./lanes-view.ts";
import { MACHINE, practiceMachine, type Sockets, watchSockets } from "./plugged.node.ts";

/** Sockets are looked at, and screens are told of progress, so often. */
const TICK_MS = 200;

/** What is plugged in and examined while a shift is open. */
export interface Lanes {
  /** Made new at every call: what is read now. */
  view(): LanesView;
  /** Does what an officer asks for. @throws {Fault} lanes/*, and those of looking at a path. */
  act(act: LanesAct): Promise<void>;
  /** Told when the view is another one; while something is read, five times a second. @returns ends it. */
  onChange(listener: () => void): () => void;
  /** Whether something is read, or waits to be. */
  readonly busy: boolean;
  /** The report of a lane that has an answer; null: it has none. @throws {Fault} lanes/no-lane, report/*. */
  reportOf(lane: string): LaneReport | null;
  /** The report lies sealed on a stick of the agency. @throws {Fault} lanes/no-lane. */
  sealed(lane: string): void;
  /** Ends every reading at a checkpoint: the next openLanes() goes on. */
  close(): Promise<void>;
}

export interface LaneReport {
  report: SignedReport;
  /** Folder of evidence, and its files. */
  dir: string;
  jsonPath: string;
  htmlPath: string;
  /** What was examined, where it is plugged in: for looking. */
  source: string;
  practice: boolean;
}

/** Nothing plugged in, nothing examined: what is shown while no shift is open. */
export function noLanes(): LanesView {
  return { devices: [], lanes: [], writeBlocker: false, atOnce: 1 };
}

class OpenLanes implements Lanes {
  readonly #options: LanesOptions;
  readonly #register: LaneRegister;
  readonly #sockets: Sockets;
  readonly #set: LaneSet;
  readonly #atOnce: number;
  readonly #earlier: LaneRecord[];
  readonly #chosen = new Map<string, boolean>();
  readonly #listeners = new Set<() => void>();
  readonly #reports = new Map<string, SignedReport>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: LanesOptions) {
    const { shift, stateDir, loops = false, socketFolder = null, nowMs = Date.now } = options;
    this.#options = options;
    this.#register = laneRegister(stateDir);
    this.#earlier = this.#register.all();
    this.#atOnce = options.atOnce ?? readsAtOnce(shift.lists);
    mkdirSync(shift.evidenceDir, { recursive: true, mode: 0o700 });
    const machine = shift.practice ? practiceMachine : (options.machine ?? MACHINE);
    const ownFolders = [homedir(), shift.evidenceDir, stateDir];
    this.#sockets = watchSockets({
      machine,
      ownFolders,
      loops,
      socketFolder,
      practice: shift.practiceDevices ?? [],
      nowMs,
    });
    this.#sockets.look();
    const [register, sockets, atOnce] = [this.#register, this.#sockets, this.#atOnce];
    this.#set = laneSet({ options, atOnce, register, sockets, changed: () => this.#changed() });
    for (const record of this.#earlier) if (this.#isOurs(record)) this.#takeUp(record);
    this.#set.match();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  view(): LanesView {
    const examining = new Set<string>();
    const failed = new Set<string>();
    for (const { device, state, record } of this.#set.lanes) {
      if (device === null || state === "answered") continue;
      if (state !== "failed") examining.add(device);
      else if (record.fault?.code.startsWith("source/")) failed.add(device);
    }
    const records = [...this.#earlier, ...this.#set.lanes.map(({ record }) => record)];
    const devices = deviceViews(this.#sockets.plugged, {
      ...{ examining, failed, chosen: this.#chosen, elevates: this.#elevates },
      before: (device) => examinedBefore(records, device),
    });
    const lanes = this.#set.lanes.map((lane) => laneView(lane, this.#set.isPlugged(lane), this.#elevates));
    return { devices, lanes, writeBlocker: isWriteBlocked(devices), atOnce: this.#atOnce };
  }

  async act(act: LanesAct): Promise<void> {
    if (act.act === "choose") this.#choose(act.device, act.chosen);
    else if (act.act === "examine") this.#examine(act.consent, act.elevate ?? []);
    else if (act.act === "add-path") await this.#addPath(act.path);
    else if (act.act === "go-on") this.#goOn(this.#set.of(act.lane), act.agreed);
    else this.#actOn(this.#set.of(act.lane), act.act);
    this.#changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get #elevates(): boolean {
    return (this.#options.elevate ?? null) !== null;
  }

  get busy(): boolean {
    return this.#set.reading || this.#set.lanes.some(({ state }) => state === "queued");
  }

  reportOf(key: string): LaneReport | null {
    const { answer, out: dir, source, practice } = this.#set.of(key).record;
    if (answer === null) return null;
    const [jsonPath, htmlPath] = [join(dir, "report.json"), join(dir, "report.html")];
    const report = this.#reports.get(answer.digest) ?? readReport(readFileSync(jsonPath));
    this.#reports.set(answer.digest, report);
    return { report, dir, jsonPath, htmlPath, source, practice };
  }

  sealed(key: string): void {
    this.#set.of(key).sealed();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#set.close();
    this.#listeners.clear();
  }

  #tick(): void {
    const other = this.#sockets.look();
    this.#set.match();
    if (other || this.#set.reading) this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #choose(key: string, chosen: boolean): void {
    const device = this.view().devices.find((one) => one.key === key);
    if (device === undefined) throw lanesFault("lanes/no-device", "That device is not plugged in");
    if (device.own) throw lanesFault("lanes/own-disk", "That is this computer's own disk");
    if (device.state === "phone") throw lanesFault("lanes/phone", "That is a phone");
    this.#chosen.set(key, chosen);
  }

  async #addPath(path: string): Promise<void> {
    if (this.#options.shift.practice)
      throw lanesFault("lanes/not-now", "In practice there is the practice device alone");
    this.#chosen.set(await addPath(path, this.#sockets), true);
  }

  #examine(consent: readonly string[], elevate: readonly string[]): void {
    const devices = this.view().devices.filter(({ chosen }) => chosen);
    if (devices.length === 0) throw lanesFault("lanes/none-chosen", "No device is chosen");
    const unasked = devices.find(({ key, state }) => state === "mounted-writable" && !consent.includes(key));
    if (unasked !== undefined) {
      throw lanesFault("lanes/consent", "A chosen device is mounted writable", { values: { model: unasked.model } });
    }
    const unread = devices.find(({ key, asksRights }) => asksRights && !elevate.includes(key));
    if (unread !== undefined) {
      throw lanesFault("lanes/rights", "A chosen device needs rights", { values: { model: unread.model } });
    }
    const { shift } = this.#options;
    const first = shift.exhibit();
    const exhibits = devices.map((_, i) => exhibitAfter(first, i));
    const used = exhibits.find((exhibit) => isExhibitUsed(shift.evidenceDir, exhibit) || this.#isTaken(exhibit));
    if (used !== undefined) {
      throw lanesFault("lanes/exhibit-used", "The exhibit number is used", { values: { exhibit: used } });
    }
    shift.exhibitsTaken(exhibitAfter(first, devices.length));
    for (const [i, device] of devices.entries())
      this.#begin(device, exhibits[i] ?? first, {
        consent: consent.includes(device.key),
        elevated: elevate.includes(device.key),
      });
    this.#set.pump();
  }

  #isTaken(exhibit: string): boolean {
    return this.#set.lanes.some(({ record }) => record.exhibit === exhibit);
  }

  #begin(
    { key, kind, model, serial, sizeBytes }: DeviceView,
    exhibit: string,
    agreed: Pick<LaneRecord, "consent" | "elevated">,
  ): void {
    const { shift, goal = "quick", nowMs = Date.now } = this.#options;
    const record: LaneRecord = {
      ...{ format: "phum-lane", version: 1, key: this.#register.takeKey(), shift: shift.id },
      ...{ officer: shift.identity.public.signPublic, practice: shift.practice, exhibit, basis: shift.basis() },
      out: evidenceFolder(shift.evidenceDir, exhibit),
      source: this.#sockets.plugged.find((one) => one.key === key)?.path ?? "",
      lists: [],
      ...{ device: { kind, model, serial, sizeBytes }, ...agreed, goal: kind === "folder" ? "all" : goal },
      ...{ beganAtMs: nowMs(), begun: false, state: "open", seen: null, wentOn: null, answer: null, fault: null },
      medium: null,
    };
    this.#register.write(record);
    this.#chosen.set(key, false);
    this.#set.add(record).queue(key);
  }

  /** Unfinished exhibits of this officer, and what was examined in this shift. */
  #isOurs({ officer, practice, shift, state }: LaneRecord): boolean {
    const ours = this.#options.shift;
    if (officer !== ours.identity.public.signPublic || practice !== ours.practice) return false;
    return state === "open" || shift === ours.id;
  }

  /** A lane of an earlier start of the program; an answer that was not noted any more stands in its folder. */
  #takeUp(record: LaneRecord): void {
    const lane = this.#set.add(record);
    if (record.state !== "open") return;
    const report = join(record.out, "report.json");
    if (existsSync(report)) lane.takeReport(readReport(readFileSync(report)));
    else lane.pulledOut();
  }

  /** After a pause at once; a lane that failed only with what must be agreed to before. */
  #goOn(lane: Lane, agreed: LaneAsks | undefined): void {
    if (lane.state === "paused") {
      lane.goOn();
      return;
    }
    if (lane.state !== "failed") throw lanesFault("lanes/not-now", `Cannot go on with a lane that is ${lane.state}`);
    const { fault, device } = lane.record;
    const asks = laneAsks(lane.state, fault, this.#elevates);
    if (asks !== null && asks !== agreed) {
      const code = asks === "writable" ? "lanes/consent" : "lanes/rights";
      throw lanesFault(code, "It was not agreed to", { values: { model: device.model } });
    }
    lane.queue(this.#set.socketOf(lane), agreed);
  }

  #actOn(lane: Lane, act: "pause" | "stop" | "read-on" | "end-here"): void {
    const may = (...states: Lane["state"][]): void => {
      if (!states.includes(lane.state)) throw lanesFault("lanes/not-now", `Cannot ${act} a lane that is ${lane.state}`);
    };
    if (act === "pause") {
      may("reading");
      lane.pause();
    } else if (act === "stop") {
      may("starting", "reading", "paused");
      lane.stop();
    } else if (act === "end-here") {
      may("pulled", "other-device", "failed");
      lane.endHere();
    } else {
      const { fraction = 0, unreadBytes = 0 } = lane.record.seen ?? {};
      may(...(fraction < 1 || unreadBytes > 0 ? (["answered"] as const) : []));
      lane.readOn(this.#set.socketOf(lane));
    }
  }
}

/**
 * Opens the lanes of a shift: shows what is plugged in, and goes on with every exhibit of this officer that was not finished.
 *
 * @throws {Fault} evidence/rights, evidence/no-space where the kit's own folder cannot be written to.
 */
export function openLanes(options: LanesOptions): Lanes {
  return new OpenLanes(options);
}
