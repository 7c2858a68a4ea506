// lanes on Node: watches what is plugged in, examines several devices at once, goes on after a pull-out or a crash. Takes an open
// shift; gives one view, acts and reports. Never opens a device itself, never serves anything.
export { type LaneReport, type Lanes, noLanes, openLanes } from "./lanes.node.ts";
export type { LanesOptions, LanesShift } from "./lanes-options.node.ts";
export type { LanesMachine } from "./plugged.node.ts";
