import { useId } from "react";
import { number, size } from "#base/words";
import { RULER_MARKS_BYTES, rulerFraction } from "./ruler-scale.ts";
import { useLanguage, useSay } from "./settings.screen.tsx";
import { drawTape, type TapeCell } from "./tape-cells.ts";
import { sayUi } from "./words.ts";

const FLAGS = { red: "M7 1h8l6 6v8l-6 6H7l-6-6V7z", amber: "M11 2l10 18H1z" } as const;

/**
 * The device from start to end: a cell filled as far as it was read, hollow where not, hatched where unreadable, a flag where
 * something is.
 *
 * @param label What it is; `spoken` the same in one sentence with its numbers.
 * @param found How flags are drawn: red for listed material, amber for a small trace.
 */
export function Tape({
  cells,
  label,
  spoken,
  found = "red",
  locked = false,
  small = false,
}: {
  cells: readonly TapeCell[];
  label: string;
  spoken: string;
  found?: "red" | "amber";
  /** Hatched cells are locked, not damaged. */
  locked?: boolean;
  small?: boolean;
}) {
  const say = useSay(sayUi);
  const hatch = useId();
  const { width, height, cells: drawn, flags, shows } = drawTape(cells);
  return (
    <figure className="strip" role="group" aria-label={label}>
      <p className="vh">{spoken}</p>
      <div className={`tape${small ? " sm" : ""}`} aria-hidden="true">
        <svg className="bars" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <Hatch id={hatch} />
          {drawn.map((cell) => (
            <g key={cell.x}>
              <rect className="t" x={cell.x} y={0} width={cell.width} height={height} />
              {cell.hatch ? (
                <rect className="b" x={cell.x} y={0} width={cell.width} height={height} fill={`url(#${hatch})`} />
              ) : (
                <rect
                  className="r"
                  x={cell.x}
                  y={height - cell.readHeight}
                  width={cell.width}
                  height={cell.readHeight}
                />
              )}
              {cell.flag ? (
                <rect className={FLAG_CLASS[found]} x={cell.x} y={0} width={cell.width} height={height} />
              ) : null}
            </g>
          ))}
        </svg>
        {flags.map((place) => (
          <Flag key={place} found={found} style={{ left: `${place * 100}%` }} />
        ))}
      </div>
      <div className="ends" aria-hidden="true">
        <span>{say("strip.start")}</span>
        <span>{say("strip.end")}</span>
      </div>
      <ul className="legend">
        <li>
          <Square kind="r" hatch={hatch} />
          {say("strip.read")}
        </li>
        <li>
          <Square kind="t" hatch={hatch} />
          {say("strip.notRead")}
        </li>
        {shows.found ? (
          <li>
            <Flag found={found} />
            {say(found === "red" ? "strip.hit" : "strip.trace")}
          </li>
        ) : null}
        {shows.unread ? (
          <li>
            <Square kind="b" hatch={hatch} />
            {say(locked ? "strip.locked" : "strip.bad")}
          </li>
        ) : null}
      </ul>
    </figure>
  );
}

const FLAG_CLASS = { red: "h", amber: "a" } as const;

function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="14" height="14" patternUnits="userSpaceOnUse">
        <path d="M0 14 14 0" className="hatching" />
      </pattern>
    </defs>
  );
}

function Flag({ found, style }: { found: "red" | "amber"; style?: { left: string } }) {
  return (
    <svg className="flag" viewBox="0 0 22 22" aria-hidden="true" {...(style === undefined ? {} : { style })}>
      <path d={FLAGS[found]} className={FLAG_CLASS[found]} />
    </svg>
  );
}

function Square({ kind, hatch }: { kind: "r" | "t" | "b"; hatch: string }) {
  return (
    <svg viewBox="0 0 16 20" aria-hidden="true">
      <rect className="t" x="1" y="1" width="14" height="18" />
      {kind === "t" ? null : (
        <rect
          className={kind}
          x="1"
          y="1"
          width="14"
          height="18"
          {...(kind === "b" ? { fill: `url(#${hatch})` } : {})}
        />
      )}
    </svg>
  );
}

/**
 * How much could still be unseen: hatched, on a logarithmic scale, shrinking to the left.
 *
 * @param label "Could still be unseen: less than".
 * @param spoken The same with its amount, in words.
 */
export function Ruler({ boundBytes, label, spoken }: { boundBytes: number | null; label: string; spoken: string }) {
  const { language } = useLanguage();
  const fraction = rulerFraction(boundBytes);
  return (
    <div className="ruler">
      <p>
        <span className="dim">{label}</span>{" "}
        <b className="nb lead">{boundBytes === null ? "–" : size(language, boundBytes, "up")}</b>
      </p>
      <div
        className="bar"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(fraction * 100)}
        aria-valuetext={spoken}
      >
        <div className="un" style={{ width: `${fraction * 100}%` }} />
        <div className="in" />
      </div>
      <ol aria-hidden="true">
        {RULER_MARKS_BYTES.map((bytes) => (
          <li key={bytes}>{size(language, bytes)}</li>
        ))}
      </ol>
    </div>
  );
}

/** So many of so many, as pips. `text` says it in words. */
export function Meter({
  value,
  limit,
  text,
  pips = 20,
}: {
  value: number;
  limit: number;
  text: string;
  pips?: number;
}) {
  const { language } = useLanguage();
  const count = Math.max(1, Math.min(pips, limit));
  const on = limit <= 0 ? count : Math.min(count, Math.ceil((value / limit) * count - 1e-9));
  return (
    <div>
      <p>{text}</p>
      <div
        className="meter"
        role="meter"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(value, limit)}
        aria-valuetext={`${number(language, value, 0)} / ${number(language, limit, 0)}`}
      >
        {Array.from({ length: count }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pips are their number
          <i key={i} className={i < on ? "on" : ""} />
        ))}
      </div>
    </div>
  );
}
