import { createContext, type ReactNode, useContext, useState } from "react";
import { useLive } from "./live.screen.tsx";
import { useSay } from "./settings.screen.tsx";
import { sayUi } from "./words.ts";

interface Pressable {
  children: ReactNode;
  onPress: () => void;
  /** Why it cannot be pressed now: dashed, still reached by Tab, and says why when pressed. */
  why?: string | null;
  /** Something is missing first, and the text says what: dashed; a press leads there. */
  waiting?: boolean;
  /** Waiting for the program: One moment. */
  busy?: boolean;
  /** Spoken instead of the text, where several buttons say the same. */
  label?: string;
  id?: string;
  /** Its name in the guide of a first run, e.g. "findings". */
  guide?: string;
}

/** What stands just above the buttons of whatever screen is open: the guide of a first run. */
export const AboveButtons = createContext<ReactNode>(null);

/** Named row of buttons at the foot of the screen. */
export function ButtonRow({ children }: { children: ReactNode }) {
  const say = useSay(sayUi);
  const above = useContext(AboveButtons);
  return (
    <footer className="keys" role="contentinfo" aria-label={say("app.keys")} data-region tabIndex={-1}>
      {above === null ? null : <div>{above}</div>}
      <div>{children}</div>
    </footer>
  );
}

/** The one dark, large button: the next step. Enter presses it. One a screen. */
export function BigButton({ arrow = true, ...props }: Pressable & { arrow?: boolean }) {
  return <Key {...props} className={`key go${arrow ? "" : " noarrow"}`} mark="big" />;
}

/** Any other button. `back`: Esc presses it; `left`: stands at the left of the row; `pressed`: a switch. */
export function Button({
  small = false,
  left = false,
  back = false,
  pressed,
  ...props
}: Pressable & { small?: boolean; left?: boolean; back?: boolean; pressed?: boolean }) {
  const names = ["key", small ? "small" : "", left || back ? "left" : ""].filter((name) => name !== "");
  return (
    <Key
      {...props}
      className={names.join(" ")}
      mark={back ? "back" : undefined}
      {...(pressed === undefined ? {} : { pressed })}
    />
  );
}

interface KeyProps extends Pressable {
  className: string;
  mark: "big" | "back" | undefined;
  pressed?: boolean;
}

function Key({
  children,
  onPress,
  why = null,
  waiting = false,
  busy = false,
  label,
  id,
  guide,
  className,
  mark,
  pressed,
}: KeyProps) {
  const say = useSay(sayUi);
  const { polite } = useLive();
  const [asked, setAsked] = useState(false);
  const press = (): void => {
    if (busy) return;
    if (why === null) onPress();
    else {
      setAsked(true);
      polite(why);
    }
  };
  return (
    <>
      {asked && why !== null ? <p className="why">{why}</p> : null}
      <button
        type="button"
        className={className}
        onClick={press}
        {...(id === undefined ? {} : { id })}
        {...(guide === undefined ? {} : { "data-guide": guide })}
        {...(mark === undefined ? {} : { "data-press": mark })}
        {...(label === undefined ? {} : { "aria-label": label })}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        {...(why !== null || waiting || busy ? { "aria-disabled": true } : {})}
      >
        {busy ? say("state.wait") : children}
      </button>
    </>
  );
}
