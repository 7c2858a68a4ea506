import type { LaneRecord, LaneSeen } from "./lane-record.ts";
import type { LaneState, LaneView } from "./lanes-view.ts";

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

/** A lane as a screen shows it. @param plugged Its device is in its socket. */
export function laneView(lane: ShownLane, plugged: boolean): LaneView {
  const { seen, readsUnderWay, ...pace } = lane.look();
  const { record, state } = lane;
  const { key, device, exhibit, practice, wentOn, answer, fault } = record;
  return {
    ...{ key, device, exhibit, practice, state, wentOn, fault },
    ...(seen ?? { ...NOTHING, bytesTotal: device.sizeBytes ?? 0 }),
    ...pace,
    answer: answer as LaneView["answer"],
    lamp: lampOf(state, plugged, readsUnderWay),
  };
}

/** The only truth about the plug: while anything may still be read, it stays in. */
function lampOf(state: LaneState, plugged: boolean, readsUnderWay: number): LaneView["lamp"] {
  if (!plugged || state === "pulled" || state === "other-device") return "not-plugged";
  if (state === "paused") return readsUnderWay > 0 ? "do-not-unplug" : "safe";
  return state === "starting" || state === "reading" || state === "finishing" ? "do-not-unplug" : "safe";
}
