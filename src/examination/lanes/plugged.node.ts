import { accessSync, constants, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { PluggedDevice } from "#examination/sources";
import { listDevices, listPhones, plugMark, SYSTEM, type SystemTree } from "#examination/sources/node";
import type { DeviceKind, DeviceView } from "./lanes-view.ts";

/** After a change the list is looked at again for so long: rights to a new device come a moment after it. */
const SETTLE_MS = 3000;

/** One thing that is plugged in, or was added by its path. */
export interface Plugged {
  key: string;
  kind: DeviceKind;
  model: string;
  serial: string | null;
  sizeBytes: number | null;
  /** What is opened; null where nothing can be. */
  path: string | null;
  /** Paths of its parts. */
  parts: string[];
  own: boolean;
  mountedWritable: boolean;
  readOnly: DeviceView["readOnly"];
  mayRead: boolean;
  /** It was there when the shift began, or was added by hand. */
  early: boolean;
  sinceMs: number;
}

/** The computer whose sockets are watched; another one in tests. */
export interface LanesMachine {
  tree: SystemTree;
  mayRead(path: string): boolean;
}

export const MACHINE: LanesMachine = {
  tree: SYSTEM,
  mayRead: (path) => {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** A computer without sockets: in practice nothing else can be chosen. */
export const practiceMachine: LanesMachine = { tree: { sys: "/nowhere", proc: "/nowhere" }, mayRead: () => true };

export interface SocketOptions {
  machine: LanesMachine;
  /** Folders whose disks are not evidence. */
  ownFolders: string[];
  /**
   * Tests and journeys alone: loop devices are shown as sticks; and files of a folder, as if plugged in, those of its folder
   * `mounted` as if this computer could write to them.
   */
  loops: boolean;
  socketFolder: string | null;
  /** Files that are shown as practice devices. */
  practice: readonly string[];
  nowMs(): number;
}

/** What is plugged in now. */
export interface Sockets {
  /** In the order of plugging. */
  readonly plugged: readonly Plugged[];
  /** Looks again, where something may have changed. @returns whether the list is another one. */
  look(): boolean;
  /** Adds what was given by its path; it is gone when the path is. */
  add(entry: Omit<Plugged, "key" | "early" | "sinceMs">): Plugged;
}

type Found = Omit<Plugged, "key" | "early" | "sinceMs"> & { identity: string };

/** Watches the sockets of a computer, cheaply, whenever look() is called. Keys count up and say nothing. */
export function watchSockets(options: SocketOptions): Sockets {
  const { machine, nowMs } = options;
  const added: Found[] = [];
  let known = new Map<string, Plugged>();
  let [keys, mark, settledMs, first] = [0, "", 0, true];
  const newKey = (): string => `d${++keys}`;
  const take = (found: Found[]): boolean => {
    const next = new Map<string, Plugged>();
    for (const { identity, ...facts } of found) {
      const before = known.get(identity);
      const early = before?.early ?? (first || added.some((entry) => entry.identity === identity));
      const entry = { key: before?.key ?? newKey(), early, sinceMs: before?.sinceMs ?? nowMs() };
      next.set(identity, { ...facts, ...entry });
    }
    // In the order of plugging: what is known keeps its place.
    const kept = [...known.keys()].filter((identity) => next.has(identity));
    const order = [...kept, ...[...next.keys()].filter((identity) => !known.has(identity))];
    const before = JSON.stringify([...known.values()]);
    known = new Map(order.flatMap((identity) => [[identity, next.get(identity)] as [string, Plugged]]));
    first = false;
    return before !== JSON.stringify([...known.values()]);
  };
  return {
    get plugged() {
      return [...known.values()];
    },
    look: () => {
      const now = nowMs();
      const shown = ownFiles(options);
      const given = added.filter(
        ({ path }) => path !== null && isThere(path) && !shown.some((one) => one.path === path),
      );
      const files = [...given, ...shown];
      const marked = `${plugMark(machine.tree)} ${files.map(({ identity }) => identity).join(" ")}`;
      if (marked === mark && now >= settledMs) return false;
      if (marked !== mark) settledMs = now + SETTLE_MS;
      const other = take([...disks(options), ...phones(machine), ...files]);
      mark = marked; // Only now: a look that failed is done again.
      return other;
    },
    add: (facts) => {
      const identity = `path ${facts.path}`;
      if (!added.some((entry) => entry.identity === identity)) added.push({ ...facts, identity });
      const before = known.get(identity);
      const entry: Plugged = before ?? { ...facts, key: newKey(), early: true, sinceMs: nowMs() };
      known.set(identity, entry);
      mark = "";
      return entry;
    },
  };
}

function disks({ machine, ownFolders, loops }: SocketOptions): Found[] {
  return listDevices(machine.tree, ...ownFolders)
    .filter(({ kind }) => loops || kind !== "image")
    .map((device) => ({
      identity: `disk ${device.path} ${device.plugging} ${device.sizeBytes} ${device.serial ?? ""}`,
      kind: device.kind === "image" ? ("stick" as const) : device.kind,
      model: device.model ?? "",
      serial: device.serial ?? null,
      sizeBytes: device.sizeBytes,
      path: device.path,
      parts: device.partitions.map(({ path }) => path),
      own: device.ownDisk,
      mountedWritable: device.readOnly.mountedWritable,
      readOnly: readOnlyOf(device),
      mayRead: device.ownDisk || machine.mayRead(device.path),
    }));
}

function readOnlyOf({ readOnly: { hardware, kernel } }: PluggedDevice): DeviceView["readOnly"] {
  return hardware === true ? "hardware" : kernel === true ? "kernel" : "no";
}

const PLAIN: Pick<Plugged, "parts" | "own" | "mountedWritable" | "readOnly" | "mayRead"> = {
  ...{ parts: [], own: false, mountedWritable: false, readOnly: "no", mayRead: true },
};

function phones({ tree }: LanesMachine): Found[] {
  return listPhones(tree).map(({ socket, model = "", serial = null }) => ({
    ...PLAIN,
    ...{ identity: `phone ${socket}`, kind: "phone" as const, model, serial, sizeBytes: null, path: null },
  }));
}

function ownFiles({ socketFolder, practice }: SocketOptions): Found[] {
  return [
    ...practice.flatMap((path) => fileAt(path, { kind: "practice", model: "" })),
    ...(socketFolder === null
      ? []
      : [...filesIn(socketFolder, false), ...filesIn(join(socketFolder, "mounted"), true)]),
  ];
}

function filesIn(folder: string, mountedWritable: boolean): Found[] {
  if (!isThere(folder)) return [];
  const names = readdirSync(folder).sort();
  return names.flatMap((name) => fileAt(join(folder, name), { kind: "stick", model: name, mountedWritable }));
}

function fileAt(path: string, as: Pick<Plugged, "kind" | "model"> & Partial<Plugged>): Found[] {
  const facts = factsOf(path);
  if (facts === undefined || !facts.isFile()) return [];
  const { size, ino } = facts;
  return [{ ...PLAIN, ...as, identity: `file ${path} ${ino} ${size}`, serial: null, sizeBytes: size, path }];
}

function isThere(path: string): boolean {
  return factsOf(path) !== undefined;
}

/** A folder of a stick that was pulled out answers with an error of reading, not with "no such file". */
function factsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
