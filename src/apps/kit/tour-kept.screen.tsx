import { useSyncExternalStore } from "react";

const KEY = "phum.tour";
let touring = kept() === "on";
const listeners = new Set<() => void>();

function set(next: boolean): void {
  touring = next;
  try {
    localStorage.setItem(KEY, next ? "on" : "left");
  } catch {
    // a browser that keeps nothing offers the guide again
  }
  for (const changed of listeners) changed();
}

/** Practice begins: with the guide, unless it was left in this browser before. */
export function tourBegins(): void {
  if (kept() !== "left") set(true);
}

/** The guide of practice: on or off, also after a reload. Left once, it waits to be asked for. */
export function useTour(practice: boolean): { touring: boolean; begin: () => void; leave: () => void } {
  const on = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => touring,
  );
  return { touring: practice && on, begin: () => set(true), leave: () => set(false) };
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
