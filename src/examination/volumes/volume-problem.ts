/** Something a table says wrongly or contradicts. A finding, never an end. Sentences: "problem.<what>". */
export interface VolumeProblem {
  what: VolumeProblemCode;
  /** Where in the source the wrong thing stands; null where it has no single place. */
  atByte: number | null;
  values: Record<string, string | number>;
}

/** The closed vocabulary. */
type VolumeProblemCode =
  | "unreadable"
  | "table-elsewhere"
  | "entry-damaged"
  | "beyond-end"
  | "overlap"
  | "extended-loop"
  | "extended-damaged"
  | "too-many"
  | "gpt-header-checksum"
  | "gpt-table-checksum"
  | "gpt-primary-damaged"
  | "gpt-backup-damaged"
  | "gpt-copies-differ"
  | "gpt-no-protection"
  | "gpt-stale"
  | "hybrid"
  | "table-and-file-system"
  | "lvm2-checksum"
  | "lvm2-damaged"
  | "lvm2-stale";

const KEPT_PROBLEMS = 200;
const KEPT_OF_A_KIND = 20;

/** Notes a problem once for its kind and place. */
export type NoteVolumeProblem = (
  what: VolumeProblemCode,
  atByte?: number | null,
  values?: Record<string, string | number>,
) => void;

/** A bounded list of problems: at most 20 of a kind and 200 in all. */
export function volumeProblems(): { problems: VolumeProblem[]; note: NoteVolumeProblem } {
  const problems: VolumeProblem[] = [];
  const seen = new Set<string>();
  const ofKind = new Map<VolumeProblemCode, number>();
  const note: NoteVolumeProblem = (what, atByte = null, values = {}) => {
    const key = `${what} ${atByte}`;
    const count = ofKind.get(what) ?? 0;
    if (seen.has(key) || count >= KEPT_OF_A_KIND || problems.length >= KEPT_PROBLEMS) return;
    seen.add(key);
    ofKind.set(what, count + 1);
    problems.push({ what, atByte, values });
  };
  return { problems, note };
}
