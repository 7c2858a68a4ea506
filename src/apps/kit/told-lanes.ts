import { Fault } from "#base/faults";
import type { LanesView } from "#examination/lanes";
import { faultAnswer } from "./fault-answer.ts";

/** Failed lanes with the sentence of their Fault, which only the app knows: it may be any room's. */
export function toldLanes(view: LanesView): LanesView {
  return {
    ...view,
    lanes: view.lanes.map((lane) => {
      const { fault } = lane;
      if (fault === null) return lane;
      const { words } = faultAnswer(new Fault(fault.code, fault.code, { values: fault.values })).fault;
      return { ...lane, fault: { ...fault, words } };
    }),
  };
}
