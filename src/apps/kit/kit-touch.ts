import type { KitView } from "./kit-view.ts";

/** Whether this screen and the program hear each other. */
export type Touch = "beginning" | "there" | "lost";

export interface KitScreen {
  view: KitView | null;
  touch: Touch;
}

/** What a screen knows before the program's first word. */
export const NOTHING_YET: KitScreen = { view: null, touch: "beginning" };

/** A view that came: newer ones replace older ones; after a new start the count begins again. */
export function heard(screen: KitScreen, view: KitView): KitScreen {
  const older = screen.view !== null && view.version < screen.view.version && view.nowMs < screen.view.nowMs;
  return older ? { ...screen, touch: "there" } : { view, touch: "there" };
}

/** The connection broke; what was shown last stays. */
export function lost(screen: KitScreen): KitScreen {
  return screen.touch === "lost" ? screen : { ...screen, touch: "lost" };
}

/** Pause before the next try, milliseconds: quickly at first, never longer than five seconds. */
export function nextTryMs(tries: number): number {
  return Math.min(5000, 250 * 2 ** Math.min(tries, 10));
}
