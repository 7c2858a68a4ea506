import { useSyncExternalStore } from "react";

const KEY = "phum.tour";
let touring = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  touring = next;
  for (const changed of listeners) changed();
}

/** Practice begins: with the guide, unless it was left or done in this browser before. */
export function tourBegins(): void {
  set(leftBefore() === false);
}

/** The guide of practice: on or off. Left once, it waits to be asked for. */
export function useTour(practice: boolean): { touring: boolean; begin: () => void; leave: () => void } {
  const on = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => touring,
  );
  return {
    touring: practice && on,
    begin: () => set(true),
    leave: () => {
      try {
        localStorage.setItem(KEY, "left");
      } catch {
        // a browser that keeps nothing offers the guide again
      }
      set(false);
    },
  };
}

function leftBefore(): boolean {
  try {
    return localStorage.getItem(KEY) === "left";
  } catch {
    return false;
  }
}
