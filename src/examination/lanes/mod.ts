// lanes: what is plugged in, and each device's examination as the officer sees it. Takes devices and an open shift, gives one
// view of all lanes; starts, pauses, stops and resumes examinations. Never judges, never writes to a device.
export { lanesAnswers } from "./faults.ts";
export type { DeviceKind, DeviceView, LaneState, LanesAct, LanesView, LaneView } from "./lanes-view.ts";
export { sayLanes } from "./words.ts";
