import { type ReactNode, useId } from "react";
import { number } from "#base/words";
import { Drawing } from "./drawings.screen.tsx";
import { percentRead } from "./percent-read.ts";
import { useLanguage } from "./settings.screen.tsx";

const RADIUS = 82;
const ROUND = 2 * Math.PI * RADIUS;

/**
 * The verdict as shape, word and colour: a filled octagon with "!", a filled triangle with "?", or an open ring with the
 * percentage. Its word is the heading of the screen and takes the focus.
 *
 * @param fraction What was read, 0 to 1; the ring of green.
 * @param more Stands on the same plate: for green the bound.
 */
export function Verdict({
  verdict,
  word,
  what,
  more,
  fraction,
}: {
  verdict: "red" | "amber" | "green";
  word: string;
  what: ReactNode;
  more?: ReactNode;
  fraction: number;
}) {
  const id = useId();
  return (
    <section className={`verdict ${verdict}`} aria-labelledby={id}>
      {verdict === "green" ? (
        <Ring fraction={fraction} />
      ) : (
        <Drawing name={verdict === "red" ? "octagon" : "triangle"} className="glyph" />
      )}
      <h1 id={id} className="word" tabIndex={-1}>
        {word}
      </h1>
      <p className="what">{what}</p>
      {more === undefined ? null : <div className="more">{more}</div>}
    </section>
  );
}

function Ring({ fraction }: { fraction: number }) {
  const { language } = useLanguage();
  const percent = percentRead(fraction);
  return (
    <svg className="glyph" viewBox="0 0 200 200" aria-hidden="true">
      <circle cx="100" cy="100" r={RADIUS} className="ring thin" />
      <circle
        cx="100"
        cy="100"
        r={RADIUS}
        className="ring"
        strokeDasharray={`${(percent / 100) * ROUND} ${ROUND}`}
        transform="rotate(-90 100 100)"
      />
      <text x="100" y="119" textAnchor="middle" className={`ring-number${percent === 100 ? " full" : ""}`}>
        {number(language, percent)}%
      </text>
    </svg>
  );
}
