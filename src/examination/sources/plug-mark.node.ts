import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { attributeBytes, type SystemTree } from "./block-devices.node.ts";

/**
 * A mark that is another one as soon as something was plugged in, pulled out, exchanged in its reader, mounted or unmounted:
 * a handful of small reads, so that it can be asked for often.
 *
 * @see Linux kernel/ksysfs.c: uevent_seqnum counts every event of a device.
 */
export function plugMark({ sys, proc }: SystemTree): string {
  const mark = createHash("sha256");
  for (const [folder, name] of [
    [sys, "kernel/uevent_seqnum"],
    [proc, "self/mountinfo"],
    [proc, "swaps"],
  ] as const) {
    mark.update(attributeBytes(folder, name) ?? "").update("\0");
  }
  for (const folder of ["class/block", "bus/usb/devices"]) mark.update(names(join(sys, folder)).join("/")).update("\0");
  return mark.digest("hex");
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
