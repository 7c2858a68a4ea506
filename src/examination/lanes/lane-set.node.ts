import { threadsEach } from "./at-once.node.ts";
import { mayBeSame } from "./device-match.ts";
import { lanesFault } from "./faults.ts";
import { openLane } from "./lane.node.ts";
import type { Lane } from "./lane-ports.node.ts";
import type { LaneRecord } from "./lane-record.ts";
import type { LaneRegister } from "./lane-register.node.ts";
import type { LanesOptions } from "./lanes-options.node.ts";
import type { Plugged, Sockets } from "./plugged.node.ts";
import { type ListProver, provedLists } from "./proved-lists.node.ts";

const BUSY = new Set(["starting", "reading", "paused", "finishing"]);
const BY_PATH = new Set(["folder", "image", "practice"]);

/** All lanes of a shift: whose turn it is, and which device belongs to which. */
export interface LaneSet {
  readonly lanes: readonly Lane[];
  /** @throws {Fault} lanes/no-lane. */
  of(key: string): Lane;
  add(record: LaneRecord): Lane;
  /** Starts what waits, in its order, as many at once as may be. */
  pump(): void;
  /** Takes note of what came and went in the sockets. */
  match(): void;
  /** Where a lane's device is plugged in. @throws {Fault} lanes/not-plugged. */
  socketOf(lane: Lane): string;
  isPlugged(lane: Lane): boolean;
  /** Something is read now. */
  readonly reading: boolean;
  /** No further lane is started. */
  close(): Promise<void>;
}

export interface LaneSetPorts {
  options: LanesOptions;
  atOnce: number;
  register: LaneRegister;
  sockets: Sockets;
  changed(): void;
}

class Lanes implements LaneSet {
  readonly #ports: LaneSetPorts;
  readonly #lanes = new Map<string, Lane>();
  readonly #prove: ListProver = provedLists();
  #closed = false;

  constructor(ports: LaneSetPorts) {
    this.#ports = ports;
  }

  get lanes(): Lane[] {
    return [...this.#lanes.values()];
  }

  get reading(): boolean {
    return this.#busy > 0;
  }

  of(key: string): Lane {
    const lane = this.#lanes.get(key);
    if (lane === undefined) throw lanesFault("lanes/no-lane", `No lane ${key}`);
    return lane;
  }

  add(record: LaneRecord): Lane {
    const { options, register, changed } = this.#ports;
    const lane = openLane(record, {
      options,
      keep: register.write,
      prove: this.#prove,
      changed: () => {
        this.pump();
        changed();
      },
      workers: () => this.#workers(),
    });
    this.#lanes.set(record.key, lane);
    return lane;
  }

  pump(): void {
    for (const lane of this.lanes) {
      if (this.#closed || this.#busy >= this.#ports.atOnce) return;
      if (lane.state !== "queued") continue;
      const there = this.#at(lane.device);
      if (there === undefined || there.path === null) lane.pulledOut();
      else lane.start(there.path, there.mayRead);
    }
  }

  match(): void {
    for (const lane of this.lanes) this.#matchOne(lane);
    this.pump();
  }

  socketOf(lane: Lane): string {
    const there = this.#at(lane.device) ?? this.#candidates(lane)[0];
    if (there === undefined) throw lanesFault("lanes/not-plugged", "The device is not plugged in");
    return there.key;
  }

  isPlugged(lane: Lane): boolean {
    if (this.#at(lane.device) !== undefined) return true;
    // After a new start of the program nobody saw it being plugged in.
    return lane.state === "answered" && this.#candidates(lane).some(({ key }) => !lane.isOther(key));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  get #busy(): number {
    return this.lanes.filter(({ state }) => BUSY.has(state)).length;
  }

  #at(key: string | null): Plugged | undefined {
    return this.#ports.sockets.plugged.find((one) => one.key === key);
  }

  #workers(): number | null {
    const waiting = this.lanes.filter(({ state }) => state === "queued").length;
    return threadsEach(Math.min(this.#ports.atOnce, waiting + this.#busy));
  }

  #matchOne(lane: Lane): void {
    if (lane.device !== null && !this.isPlugged(lane)) lane.pulledOut();
    if (lane.state !== "pulled" && lane.state !== "other-device") return;
    const same = this.#candidates(lane).find(({ key }) => !lane.refused(key));
    if (same !== undefined) lane.queue(same.key);
    else lane.otherDevice(this.#free().some(({ key, sinceMs }) => lane.isOther(key) || sinceMs > lane.outSinceMs));
  }

  /** Devices that no lane reads or waits for. */
  #free(): Plugged[] {
    const taken = new Set(this.lanes.flatMap(({ device, state }) => (state === "answered" ? [] : [device])));
    return this.#ports.sockets.plugged.filter(({ key, own, path }) => !own && path !== null && !taken.has(key));
  }

  /** What is plugged in and may be the lane's device; a folder or file is so by its path alone. */
  #candidates({ record }: Lane): Plugged[] {
    return this.#free().filter((there) => {
      const byPath = there.serial === null && BY_PATH.has(there.kind);
      return mayBeSame(record.device, there) && (!byPath || there.path === record.source);
    });
  }
}

/** Makes an empty set. */
export function laneSet(ports: LaneSetPorts): LaneSet {
  return new Lanes(ports);
}
