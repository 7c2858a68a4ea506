import type { DeviceKind } from "./lanes-view.ts";

/** What tells one device from another without reading it. */
export interface DeviceMarks {
  kind: DeviceKind;
  model: string;
  serial: string | null;
  sizeBytes: number | null;
}

/** Whether a device may be the one that was pulled out: all that it tells is the same. What was read of it first decides. */
export function mayBeSame(wanted: DeviceMarks, there: DeviceMarks): boolean {
  return wanted.sizeBytes === there.sizeBytes && wanted.serial === there.serial && wanted.model === there.model;
}
