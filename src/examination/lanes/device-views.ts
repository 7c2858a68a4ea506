import type { DeviceView } from "./lanes-view.ts";

/** What of a plugged-in thing decides how it is shown. */
export interface ShownDevice
  extends Pick<DeviceView, "key" | "kind" | "model" | "serial" | "sizeBytes" | "own" | "readOnly"> {
  mountedWritable: boolean;
  mayRead: boolean;
  early: boolean;
  sinceMs: number;
}

/** What is known of it besides. */
export interface DeviceFacts {
  examining: ReadonlySet<string>;
  failed: ReadonlySet<string>;
  /** Ticked or unticked by hand. */
  chosen: ReadonlyMap<string, boolean>;
  /** Where the computer can be asked to open what this user may not. */
  elevates: boolean;
  before(device: ShownDevice): DeviceView["examinedBefore"];
}

/** The plates, in the order of plugging. What came while the shift is open is ticked by itself. */
export function deviceViews(plugged: readonly ShownDevice[], facts: DeviceFacts): DeviceView[] {
  const newest = Math.max(...plugged.filter(({ early, own }) => !early && !own).map(({ sinceMs }) => sinceMs));
  return plugged.map((device) => {
    const { key, kind, model, serial, sizeBytes, own, readOnly, early, sinceMs } = device;
    const state = stateOf(device, facts);
    const open = state === "ready" || state === "mounted-writable";
    const asksRights = open && !device.mayRead;
    const wanted = facts.chosen.get(key) ?? (!early || kind === "practice");
    return {
      ...{ key, kind, model, serial, sizeBytes, own, readOnly, state, asksRights },
      chosen: open && wanted,
      justPlugged: !early && sinceMs === newest,
      examinedBefore: own ? null : facts.before(device),
    };
  });
}

function stateOf(device: ShownDevice, { examining, failed, elevates }: DeviceFacts): DeviceView["state"] {
  if (device.own) return "own";
  if (device.kind === "phone") return "phone";
  if (examining.has(device.key)) return "examining";
  if (!device.mayRead && !elevates) return "needs-rights";
  if (failed.has(device.key)) return "cannot-open";
  return device.mountedWritable ? "mounted-writable" : "ready";
}

/** Whether a write blocker, or the device itself, keeps every ticked device (where none is, every one) from being written to. */
export function isWriteBlocked(devices: readonly DeviceView[]): boolean {
  const media = devices.filter(({ own, kind }) => !own && !["phone", "folder", "image", "practice"].includes(kind));
  const ticked = media.filter(({ chosen }) => chosen);
  const asked = ticked.length > 0 ? ticked : media;
  return asked.length > 0 && asked.every(({ readOnly }) => readOnly !== "no");
}
