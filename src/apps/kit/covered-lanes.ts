import type { LanesView } from "#examination/lanes";

/** What a locked screen says of what is read: that it goes on, and whether it is safe to unplug; not of what, nor what was found. */
export function coveredLanes({ lanes, writeBlocker, atOnce }: LanesView): LanesView {
  return {
    ...{ devices: [], writeBlocker, atOnce },
    lanes: lanes.map((lane) => ({
      ...lane,
      device: { kind: lane.device.kind, model: "", serial: null, sizeBytes: null },
      ...{ exhibit: "", tape: [], boundBytes: null, hits: 0, red: false, unreadBytes: 0, unreadPlaces: 0 },
      ...{ answer: null, fault: null, asks: null },
    })),
  };
}
