import { accessSync, constants, readFileSync, statfsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { isPluggedIn } from "./inside-source.node.ts";
import type { StickFolder } from "./report-shown.ts";

/** What the system is asked; other answers in tests only. */
export interface StickSystem {
  /** The kernel's mount table. */
  mountInfo(): string;
  /** Where the kernel tells of devices. */
  sys: string;
  /** The number of the device that a folder stands on; undefined where this user may not write there. */
  deviceOf(folder: string): number | undefined;
  freeBytes(folder: string): number | null;
}

const SYSTEM: StickSystem = {
  mountInfo: () => {
    try {
      return readFileSync("/proc/self/mountinfo", "latin1");
    } catch {
      return ""; // not Linux: no stick is known
    }
  },
  sys: "/sys",
  deviceOf: (folder) => {
    try {
      accessSync(folder, constants.W_OK | constants.X_OK);
      return statSync(folder).dev;
    } catch {
      return undefined;
    }
  },
  freeBytes: (folder) => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
};

/**
 * Folders on plugged-in sticks that are mounted and that this user may write to, in the order of their mounting; none that the system
 * itself stands on. A stick that is being examined is never among them: it is not mounted for writing.
 */
export function stickFolders(system: StickSystem = SYSTEM): StickFolder[] {
  const found = new Map<number, StickFolder>();
  for (const line of system.mountInfo().split("\n")) {
    const [, , , root = "", point = "", options = "", ...rest] = line.split(" ");
    const superOptions = rest[rest.indexOf("-") + 3] ?? "";
    if (root !== "/" || isOwn(point) || isReadOnly(options) || isReadOnly(superOptions)) continue;
    const folder = Buffer.from(unescaped(point), "latin1").toString();
    const device = system.deviceOf(folder);
    if (device === undefined || found.has(device) || !isPluggedIn(device, system.sys)) continue;
    found.set(device, { folder, name: basename(folder), freeBytes: system.freeBytes(folder) });
  }
  return [...found.values()];
}

function isOwn(point: string): boolean {
  return point === "" || point === "/" || /^\/(?:boot|home|usr|var|etc|opt|root|nix|proc|sys|dev)(?:\/|$)/.test(point);
}

function isReadOnly(options: string): boolean {
  return options.split(",").includes("ro");
}

function unescaped(field: string): string {
  return field.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
