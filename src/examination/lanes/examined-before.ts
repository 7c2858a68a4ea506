import { mayBeSame } from "./device-match.ts";
import type { LaneRecord } from "./lane-record.ts";
import type { DeviceView } from "./lanes-view.ts";

/** When a device was last examined on this kit, and as what. One that tells no serial is not known again. */
export function examinedBefore(
  records: readonly Pick<LaneRecord, "device" | "state" | "beganAtMs" | "exhibit">[],
  device: Pick<DeviceView, "kind" | "model" | "serial" | "sizeBytes">,
): DeviceView["examinedBefore"] {
  if (device.serial === null) return null;
  const [last] = records
    .filter((record) => record.state === "answered" && mayBeSame(record.device, device))
    .sort((a, b) => b.beganAtMs - a.beganAtMs);
  return last === undefined ? null : { atMs: last.beganAtMs, exhibit: last.exhibit };
}
