import type { LaneRecord, LaneSeen } from "./lane-record.ts";
import type { LaneAsks, LaneState, LaneView } from "./lanes-view.ts";

/** What of a lane is shown. */
export interface ShownLane {
  record: LaneRecord;
  state: LaneState;
  look(): {
    seen: LaneSeen | null;
    bytesPerSecond: number;
    secondsLeft: number | null;
    slowBySeconds: number;
    readsUnderWay: number;
    comparing?: { done: number; total: number } | "after";
  };
}

const NOTHING: LaneSeen = {
  ...{ fraction: 0, bytesRead: 0, bytesTotal: 0, boundBytes: null, confidence: 0 },
  tape: Array.from({ length: 64 }, () => ({ read: 0, found: false, unread: false })),
  ...{ hits: 0, red: false, unreadBytes: 0, unreadPlaces: 0 },
};

/** A lane as a screen shows it. @param plugged Its device is in its socket. @param elevates This computer can be asked for rights. */
export function laneView(lane: ShownLane, plugged: boolean, elevates: boolean): LaneView {
  const { seen, readsUnderWay, ...pace } = lane.look();
  const { record, state } = lane;
  const { key, device, exhibit, practice, wentOn, answer, fault } = record;
  return {
    ...{ key, device, exhibit, practice, state, wentOn, fault },
    ...(seen ?? { ...NOTHING, bytesTotal: device.sizeBytes ?? 0 }),
    ...pace,
    answer: answer as LaneView["answer"],
    asks: laneAsks(state, fault, elevates),
    lamp: lampOf(state, plugged, readsUnderWay),
  };
}

/** What must be agreed to, in words, before a lane that failed goes on. */
export function laneAsks(state: LaneState, fault: LaneRecord["fault"], elevates: boolean): LaneAsks | null {
  if (state !== "failed" || fault === null) return null;
  if (fault.code === "triage/consent") return "writable";
  return elevates && (fault.code === "source/rights" || fault.code === "source/elevation") ? "rights" : null;
}

/** The only truth about the plug: while anything may still be read, it stays in. */
function lampOf(state: LaneState, plugged: boolean, readsUnderWay: number): LaneView["lamp"] {
  if (!plugged || state === "pulled" || state === "other-device") return "not-plugged";
  if (state === "paused") return readsUnderWay > 0 ? "do-not-unplug" : "safe";
  return state === "starting" || state === "reading" || state === "finishing" ? "do-not-unplug" : "safe";
}
