import type { Report } from "#examination/evidence";
import { FileName, Plate, useLanguage } from "#platform/ui/web";
import { seriesShown } from "./findings-shown.ts";

/** Pictures on no list that are like each other: how many, and where the largest series begin. Nothing of them is shown. */
export function SeriesPlate({ report }: { report: Report }) {
  const { language } = useLanguage();
  const shown = seriesShown(language, report);
  if (shown === null) return null;
  return (
    <Plate label={shown.title}>
      <h2>{shown.title}</h2>
      <p>{shown.text}</p>
      <ul className="dots">
        {shown.largest.map(({ place, count }) => (
          <li key={place}>
            <FileName name={place} /> · {count}
          </li>
        ))}
      </ul>
    </Plate>
  );
}
