import type { Finding, Report } from "#examination/evidence";
import type { FindingRow, Showable } from "./looking-view.ts";

/** Rows given at once, at most. */
export const ROWS_MOST = 200;

/** What was kept of a finding besides the report. */
export interface Kept {
  category: number | null;
  note: string;
  /** Found out when somebody asked to look. */
  showable: Showable | null;
}

/** One finding as a row. */
export function findingRow(
  report: Report,
  index: number,
  { kept, isThere }: { kept: Kept; isThere: boolean },
): FindingRow | null {
  const finding = report.findings[index];
  if (finding === undefined) return null;
  const names = finding.place.split("/");
  const { kind, offsetBytes, lengthBytes, blocks, set, release, weight } = finding;
  return {
    index,
    ...{ kind, offsetBytes, lengthBytes, blocks, set, release, weight },
    name: names.at(-1) ?? "",
    parents: names.slice(0, -1).join("/"),
    standing: finding.standing ?? null,
    certainty: finding.certainty ?? null,
    sizeBytes: kind !== "blocks" ? lengthBytes : null,
    modifiedMs: null,
    entry: finding.likeness?.entry ?? null,
    showable: showableOf(report, finding, { kept, isThere }),
    category: kept.category,
    note: kept.note,
    ...(finding.likeness && { likeness: finding.likeness }),
  };
}

/** Whether a finding can be looked at: a whole file that is there, on a device that is there, not yet seen. */
function showableOf(
  { source }: Report,
  finding: Finding,
  { kept, isThere }: { kept: Kept; isThere: boolean },
): Showable {
  if (!isWholeFile(source.kind, finding)) return "not-a-whole-file";
  if (kept.showable !== null) return kept.showable;
  return isThere ? "yes" : "gone";
}

/** Whether the file that a finding stands in can be had whole: of a folder or a file system, out of another file, or carved again. */
export function isWholeFile(source: Report["source"]["kind"], { standing, kind, inside }: Finding): boolean {
  return source === "folder" || inside === true || standing === "allocated" || kind !== "blocks";
}
