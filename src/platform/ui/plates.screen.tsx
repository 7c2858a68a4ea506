import type { ReactNode } from "react";
import { Drawing, type DrawingName } from "./drawings.screen.tsx";
import { useSay } from "./settings.screen.tsx";
import { sayUi } from "./words.ts";

/** A surface. `open`: the question that waits for an answer (thick frame). With a label it is a named section. */
export function Plate({
  children,
  label,
  open = false,
  stack = false,
}: {
  children: ReactNode;
  label?: string;
  open?: boolean;
  stack?: boolean;
}) {
  const names = `plate${open ? " open" : ""}${stack ? " stack" : ""}`;
  return label === undefined ? (
    <div className={names}>{children}</div>
  ) : (
    <section className={names} aria-label={label}>
      {children}
    </section>
  );
}

/** A fault: heavy ink, never a verdict colour; stays until it is solved. */
export function FaultPlate({ title, children, place }: { title: ReactNode; children?: ReactNode; place?: string }) {
  return (
    <div className="fault" role="alert">
      <h2>{title}</h2>
      {children}
      {place === undefined ? null : <p className="sm dim id">{place}</p>}
    </div>
  );
}

const BAND_SIGNS = { calm: null, red: "octagon", amber: "triangle", green: "ring-open", ink: null } as const;

/** One device's lane: a named section with head, band, body and foot. */
export function Lane({
  name,
  label = name,
  drawing,
  exhibit,
  percent,
  band,
  children,
  foot,
}: {
  name: string;
  /** Spoken instead of the name, where several lanes are called the same. */
  label?: string;
  drawing: DrawingName;
  /** A line under the name, e.g. the exhibit's. */
  exhibit: ReactNode;
  /** Big number with its word; absent: none yet. */
  percent?: { number: string; unit: string };
  /** The sentence; red fills the band, amber has its sign, green its open ring; ink is a fault or a pause. */
  band: { sentence: ReactNode; tone: keyof typeof BAND_SIGNS; more?: ReactNode };
  children: ReactNode;
  foot: ReactNode;
}) {
  const sign = BAND_SIGNS[band.tone];
  return (
    <section className={`plate lane${band.tone === "red" ? " hit" : ""}`} aria-label={label} tabIndex={-1} data-lane>
      <header>
        <Drawing name={drawing} />
        <div>
          <h2>{name}</h2>
          <p className="sm dim">{exhibit}</p>
        </div>
        {percent === undefined ? null : (
          <p className="big nb">
            {percent.number}
            <small> {percent.unit}</small>
          </p>
        )}
      </header>
      <div className="body">
        <div className={`say ${band.tone}`}>
          {sign === null ? null : <Drawing name={sign} />}
          <div>
            <p>{band.sentence}</p>
            {band.more === undefined ? null : <div className="more">{band.more}</div>}
          </div>
        </div>
        {children}
      </div>
      <div className="foot">{foot}</div>
    </section>
  );
}

/** Two to four readouts, each a label and a value. */
export function Readouts({ lines, four = false }: { lines: { label: string; value: ReactNode }[]; four?: boolean }) {
  return (
    <dl className={`read${four ? " four" : ""}`}>
      {lines.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const LAMPS: Record<"keep" | "safe" | "out" | "lit" | "unlit", DrawingName> = {
  keep: "square",
  safe: "arrow",
  out: "gap",
  lit: "ring-full",
  unlit: "ring-open",
};

/** A lamp: shape and word. `keep`: do not unplug; `safe`: safe to unplug; `out`: not plugged in. */
export function Lamp({ state, children }: { state: keyof typeof LAMPS; children: ReactNode }) {
  return (
    <p className={`lamp ${state}`}>
      <Drawing name={LAMPS[state]} />
      {children}
    </p>
  );
}

/** The hatched band of practice; stands on every screen of it. */
export function Stamp({ children }: { children?: ReactNode }) {
  const say = useSay(sayUi);
  return (
    <section className="stamp" aria-label={say("app.practiceArea")}>
      <p>
        <b>{say("app.practice")}</b> · {say("app.practiceNote")}
      </p>
      {children}
    </section>
  );
}

/** A covered tile in place of a picture. */
export function Cover({ label }: { label: string }) {
  return (
    <div className="cover" role="img" aria-label={label}>
      <Drawing name="covered" />
    </div>
  );
}

/** What to do now: numbered steps with drawings. */
export function Todo({ steps }: { steps: { drawing: DrawingName; text: ReactNode; number: string }[] }) {
  return (
    <ol className="todo">
      {steps.map(({ drawing, text, number }) => (
        <li key={number}>
          <Drawing name={drawing} />
          <span>
            <span className="n">{number}.</span> {text}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Short sentences one below the other. */
export function Dots({ lines }: { lines: ReactNode[] }) {
  return (
    <ul className="dots">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sentences have no other name
        <li key={i}>{line}</li>
      ))}
    </ul>
  );
}

/** The guide of a first run: one sentence, one rule, and the way out. `own`: a button of its own, where nothing else is pressed. */
export function Coach({
  area,
  title,
  step,
  steps,
  sentence,
  rule,
  own,
  below = false,
  leave,
  onLeave,
}: {
  area: string;
  title: string;
  step: number;
  steps: number;
  sentence: string;
  rule: string;
  own?: { word: string; onPress: () => void };
  /** It points at the big button, just below it. */
  below?: boolean;
  leave: string;
  onLeave: () => void;
}) {
  return (
    <section className={`coach${below ? " below" : ""}`} aria-label={area}>
      <div className="row middle">
        <p className="sm">
          <b>{title}</b>
        </p>
        <div className="pips" aria-hidden="true">
          {Array.from({ length: steps }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pips are their number
            <i key={i} className={i < step ? "on" : ""} />
          ))}
        </div>
      </div>
      <p className="lead">{sentence}</p>
      <p className="rule">{rule}</p>
      <div className="row middle">
        <button type="button" className="tool" onClick={onLeave}>
          {leave}
        </button>
        {own === undefined ? null : (
          <button type="button" className="key small" onClick={own.onPress}>
            {own.word}
          </button>
        )}
      </div>
    </section>
  );
}
