import { useEffect } from "react";
import { useLive } from "./live.screen.tsx";
import { useLanguage, useNight } from "./settings.screen.tsx";

/** The keys that work on every screen: Enter, Esc, F2, F4, F6, F7, F8. */
export function usePageKeys({ onLock }: { onLock: (() => void) | null }): void {
  const { language, setLanguage } = useLanguage();
  const { toggleNight } = useNight();
  const { polite, demand } = useLive();
  useEffect(() => {
    const pressed: Record<string, () => void> = {
      F2: () => setLanguage(language === "en" ? "km" : "en"),
      F4: toggleNight,
      F6: nextRegion,
      F7: () => polite(demand.current?.() ?? document.querySelector("h1")?.textContent ?? ""),
      F8: () => onLock?.(),
    };
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return;
      const own = pressed[event.key];
      if (own !== undefined) {
        event.preventDefault();
        own();
      } else if (event.key === "Enter" && !takesEnter(event.target)) press(event, "big");
      else if (event.key === "Escape" && !inQuestion()) press(event, "back");
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [language, setLanguage, toggleNight, polite, demand, onLock]);
}

function press(event: KeyboardEvent, which: "big" | "back"): void {
  const button = document.querySelector<HTMLButtonElement>(`[data-press="${which}"]`);
  if (button === null) return;
  event.preventDefault();
  button.click();
}

function inQuestion(): boolean {
  return document.querySelector("[role=dialog]") !== null;
}

/** A button presses itself, a note takes lines, a question waits for its own buttons. */
function takesEnter(target: EventTarget | null): boolean {
  return inQuestion() || (target instanceof Element && target.closest("button, a, textarea, select, summary") !== null);
}

function nextRegion(): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const now = regions.findIndex((region) => region.contains(document.activeElement));
  regions[(now + 1) % regions.length]?.focus();
}
