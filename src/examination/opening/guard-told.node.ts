import type { ChildVoice } from "./child-says.node.ts";
import type { GuardTell, WalkGuard } from "./walk-guard.node.ts";

/** Tells a guard's steps by a child's voice; with every beat the last step, too. */
export function guardTold(voice: ChildVoice, guard: () => WalkGuard): GuardTell {
  return {
    at: (step) => voice.json({ kind: "at", step, exact: true }),
    read: (startByte, lengthBytes) => voice.json({ kind: "read", range: [startByte, lengthBytes] }),
    beat: () => voice.beat(() => voice.json({ kind: "at", step: guard().step(), exact: guard().isCareful() })),
  };
}

/** What a guard knows when its reader breaks off. */
export function toldBy(guard: WalkGuard): object {
  return { step: guard.step(), reads: guard.reads() };
}
