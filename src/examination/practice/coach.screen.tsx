import { type Dispatch, type SetStateAction, useEffect, useMemo, useState } from "react";
import { Coach, useLive, useSay } from "#platform/ui/web";
import { type Pointed, TOUR_BEGIN, TOUR_STEPS, type TourSight, type TourState, tourStep } from "./tour.ts";
import { sayPractice } from "./words.ts";

const PLACES = {
  own: ".coach .key",
  big: '[data-press="big"]',
  tick: ".dev:has(.tick), .dev .tick",
  findings: '[data-guide="findings"]',
  none: "",
} as const;

/** Can always be pressed, whatever the step: the guide itself and the bezel (language, night, lock). */
const ALWAYS = ".coach, .bezel, [role=dialog]";

/** How far the guide was read by hand, kept above the screens: each of them draws the guide anew. */
export function useTourState(): [TourState, Dispatch<SetStateAction<TourState>>] {
  return useState(TOUR_BEGIN);
}

/** The guide of a first run: follows the work, points at the next button; only that button and Leave work meanwhile. */
export function PracticeCoach({
  sight,
  read: [state, setState],
  onLeave,
}: {
  sight: TourSight;
  read: ReturnType<typeof useTourState>;
  onLeave: () => void;
}) {
  const say = useSay(sayPractice);
  const { step, say: sentence, rule, pointed } = tourStep(sight, state);
  const text = say(`tour.${sentence}`);
  const spoken = useMemo(() => `${say("tour.step", { step, steps: TOUR_STEPS })}. ${text}`, [say, step, text]);
  usePointed(pointed);
  useOnlyPointed(state.done, spoken);
  return (
    <Coach
      title={say("tour.step", { step, steps: TOUR_STEPS })}
      area={say("tour.guide")}
      step={step}
      steps={TOUR_STEPS}
      sentence={text}
      rule={say(`tour.rule.${rule}`)}
      {...(state.done
        ? { own: { word: say("tour.again"), onPress: () => setState(TOUR_BEGIN) } }
        : pointed === "own"
          ? {
              own: {
                word: say(sentence === "report" ? "tour.finish" : "tour.goOn"),
                onPress: () =>
                  setState((now) => (sentence === "report" ? { ...now, done: true } : { ...now, seen: true })),
              },
            }
          : {})}
      below={!state.done && pointed === "big"}
      leave={say("tour.leave")}
      onLeave={onLeave}
    />
  );
}

/** Marks what the step points at, on every change of the screen; the big button where there are no findings to go to. */
function usePointed(pointed: Pointed): void {
  useEffect(() => {
    const mark = (): void => {
      const missing = pointed === "findings" && document.querySelector(PLACES.findings) === null;
      const places = PLACES[missing ? "big" : pointed];
      for (const old of document.querySelectorAll("[data-pointed]")) {
        if (places === "" || !old.matches(places)) old.removeAttribute("data-pointed");
      }
      if (places === "") return;
      for (const now of document.querySelectorAll(places)) now.setAttribute("data-pointed", "");
    };
    mark();
    const watch = new MutationObserver(mark);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      watch.disconnect();
      for (const old of document.querySelectorAll("[data-pointed]")) old.removeAttribute("data-pointed");
    };
  }, [pointed]);
}

/** Any other press repeats the sentence and does nothing else. */
function useOnlyPointed(free: boolean, spoken: string): void {
  const { polite } = useLive();
  useEffect(() => {
    if (free) return;
    const guard = (event: Event): void => {
      const { target } = event;
      if (!(target instanceof Element) || target.closest("button, a, label, input, select, summary") === null) return;
      if (target.closest(ALWAYS) !== null || target.closest("[data-pointed]") !== null) return;
      event.preventDefault();
      event.stopPropagation();
      polite(spoken);
    };
    document.addEventListener("click", guard, true);
    return () => document.removeEventListener("click", guard, true);
  }, [free, spoken, polite]);
  useEffect(() => polite(spoken), [spoken, polite]);
}
