import { createTheme, MantineProvider } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { number } from "#base/words";
import { Drawing } from "./drawings.screen.tsx";
import { LiveRegions } from "./live.screen.tsx";
import { SettingsProvider, useLanguage, useNight, useSay } from "./settings.screen.tsx";
import { STEPS, type StepName } from "./step-names.ts";
import { sayUi } from "./words.ts";

const theme = createTheme({
  fontFamily: '"Noto Sans Khmer Variable", sans-serif',
  respectReducedMotion: true,
  defaultRadius: 12,
});

/** Everything a screen needs above it. Styles come from the style sheet alone, so that no inline style needs a permission. */
export function Instrument({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} withCssVariables={false} withGlobalClasses={false}>
      <SettingsProvider>
        <LiveRegions>{children}</LiveRegions>
      </SettingsProvider>
    </MantineProvider>
  );
}

/** The dark bezel on top: where one is, language, night, lock. Nothing of it moves. */
export function Bezel({ step, onLock }: { step: StepName | null; onLock: (() => void) | null }) {
  const say = useSay(sayUi);
  const { language } = useLanguage();
  const now = step === null ? -1 : STEPS.indexOf(step);
  return (
    <header className="bezel" data-region tabIndex={-1}>
      <button type="button" className="skip" onClick={() => document.getElementById("main")?.focus()}>
        {say("app.skip")}
      </button>
      <p className="mark">
        <Drawing name="house" />
        <span lang="km">ភូមិ</span>
        <span lang="en" className="en">
          Phum
        </span>
      </p>
      <nav className="steps" aria-label={say("app.steps")}>
        <ol className="steps">
          {STEPS.map((name, i) => (
            <li
              key={name}
              className={i > now ? "later" : ""}
              {...(i === now ? { "aria-current": "step" as const } : {})}
            >
              <i>{number(language, i + 1)}</i>
              <span>{say(`step.${name}`)}</span>
            </li>
          ))}
        </ol>
      </nav>
      <div className="tools">
        <LanguageKeys />
        <NightKey />
        {onLock === null ? null : (
          <button type="button" className="tool" onClick={onLock} aria-label={say("app.lock")}>
            <Drawing name="lock" />
            <span className="who">{say("app.lock")}</span>
          </button>
        )}
      </div>
    </header>
  );
}

/** The two languages, each in its own letters. */
function LanguageKeys() {
  const { language, setLanguage } = useLanguage();
  return (
    <>
      <button
        type="button"
        className="tool"
        lang="km"
        aria-pressed={language === "km"}
        onClick={() => setLanguage("km")}
      >
        ខ្មែរ
      </button>
      <button
        type="button"
        className="tool"
        lang="en"
        aria-label="EN, English"
        aria-pressed={language === "en"}
        onClick={() => setLanguage("en")}
      >
        EN
      </button>
    </>
  );
}

function NightKey() {
  const say = useSay(sayUi);
  const { night, toggleNight } = useNight();
  const word = say(night ? "app.day" : "app.night");
  return (
    <button type="button" className="tool" onClick={toggleNight} aria-label={word}>
      <Drawing name={night ? "sun" : "moon"} />
      <span className="who">{word}</span>
    </button>
  );
}

/**
 * What stands between bezel and buttons. The focus goes to the title when the screen opens.
 *
 * @param title Says the state; also the window's title. Absent where a Verdict carries the heading.
 * @param name Changes with the screen.
 */
export function Page({
  name,
  title,
  windowTitle,
  sub,
  narrow = false,
  children,
}: {
  name: string;
  title?: ReactNode;
  windowTitle: string;
  sub?: ReactNode | undefined;
  narrow?: boolean;
  children: ReactNode;
}) {
  const main = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when another screen opens, and only then
  useEffect(() => {
    main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [name]);
  useEffect(() => {
    document.title = `${windowTitle} · Phum`;
  }, [windowTitle]);
  return (
    <main id="main" ref={main} className={narrow ? "narrow" : ""} data-region tabIndex={-1}>
      {title === undefined ? null : (
        <div className="head">
          <div>
            <h1 tabIndex={-1}>{title}</h1>
            {sub === undefined ? null : <p className="dim lead">{sub}</p>}
          </div>
        </div>
      )}
      {children}
    </main>
  );
}

/** Columns: 2 (halves), 57 and 75 (twelfths), 3 (thirds); one below the other on a phone. */
export function Columns({ kind, children }: { kind: "2" | "3" | "57" | "75"; children: ReactNode }) {
  return <div className={`cols c${kind}`}>{children}</div>;
}
