import { useCallback, useEffect, useRef, useState } from "react";
import type { Acting } from "#platform/ui";
import { Button, useLive, useSay } from "#platform/ui/web";
import { type LookEvent, type LookShown, lookAfter, secondsToCover } from "./look-course.ts";
import type { LookingAct, LookingView } from "./looking-view.ts";
import { sayLooking } from "./words.ts";

const TICK_MS = 500;
let looks = 0;

/**
 * The look: 200 px, grey, blurred; sharp only while the button or Space is held. It covers itself when its time is over, on Esc,
 * when the window loses the focus, and when the screen is left. Two copies of it never stand anywhere: the program gives it once.
 */
export function Look({
  look,
  nowMs,
  act,
}: {
  look: NonNullable<LookingView["look"]>;
  nowMs: number;
  act: Acting<LookingAct>;
}) {
  const say = useSay(sayLooking);
  const { polite } = useLive();
  const [shown, setShown] = useState<LookShown>("blurred");
  const [failed, setFailed] = useState(false);
  const [mark, setMark] = useState(() => ++looks);
  const current = useRef<LookShown>("blurred");
  const send = useRef(act);
  send.current = act;
  const happened = useCallback((event: LookEvent): void => {
    const before = current.current;
    const after = lookAfter(before, event);
    if (after === before) return;
    current.current = after;
    if (after !== "sharp") setShown(after);
    if (after === "covered") void send.current({ act: "cover" });
    else if (after === "blurred") void send.current({ act: "release" });
    else {
      void send.current({ act: "hold" }).then((refusal) => {
        if (current.current !== "sharp" || refusal !== null) return;
        setMark(++looks);
        setShown("sharp");
      });
    }
  }, []);
  const left = useSecondsLeft(look.untilMs, nowMs, happened);
  useCovering(happened);
  useEffect(() => polite(say("look.spoken")), [polite, say]);
  if (shown === "covered") return null;
  return (
    <section className="look" aria-label={say("look.title")}>
      {failed ? (
        <p>{say("look.wont")}</p>
      ) : (
        <img
          key={shown}
          className="look-picture"
          src={`/look/${shown}?n=${look.lane}-${look.index}-${mark}`}
          alt={say("look.title")}
          width={200}
          draggable={false}
          onError={() => setFailed(true)}
          onContextMenu={(event) => event.preventDefault()}
        />
      )}
      <div className="stack">
        <p className="sm">{say("look.covers", { seconds: left })}</p>
        <HoldButton word={say("look.hold")} happened={happened} />
        <Button small onPress={() => happened("cover")}>
          {say("look.cover")}
        </Button>
      </div>
    </section>
  );
}

/** Sharp while it is held, by finger, mouse or Space. */
function HoldButton({ word, happened }: { word: string; happened: (event: LookEvent) => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const letGo = (): void => happened("let-go");
  return (
    <button
      ref={button}
      type="button"
      className="key hold"
      onPointerDown={() => happened("held")}
      onPointerUp={letGo}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onBlur={letGo}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        if (!event.repeat) happened("held");
      }}
      onKeyUp={(event) => event.key === " " && letGo()}
    >
      {word}
    </button>
  );
}

/** Seconds until it covers itself; says so when they are over. */
function useSecondsLeft(untilMs: number, nowMs: number, happened: (event: LookEvent) => void): number {
  const end = useRef(performance.now() + untilMs - nowMs);
  const [left, setLeft] = useState(() => secondsToCover(untilMs, nowMs));
  useEffect(() => {
    const timer = setInterval(() => {
      const seconds = secondsToCover(end.current, performance.now());
      setLeft(seconds);
      if (seconds === 0) happened("time-over");
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [happened]);
  return left;
}

/** Whatever takes the officer's eyes away covers it. */
function useCovering(happened: (event: LookEvent) => void): void {
  useEffect(() => {
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      happened("escape");
    };
    const lost = (): void => happened("lost-focus");
    const hidden = (): void => {
      if (document.visibilityState === "hidden") happened("lost-focus");
    };
    window.addEventListener("keydown", onEscape, { capture: true });
    window.addEventListener("blur", lost);
    window.addEventListener("pagehide", lost);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("keydown", onEscape, { capture: true });
      window.removeEventListener("blur", lost);
      window.removeEventListener("pagehide", lost);
      document.removeEventListener("visibilitychange", hidden);
      happened("locked");
    };
  }, [happened]);
}
