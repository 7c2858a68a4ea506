/** Something a file system says wrongly, contradicts or lacks. A finding, never an end. Sentences: "problem.<what>". */
export interface Problem {
  what: ProblemCode;
  /** Where in the volume the wrong thing stands; null where it has no single place. */
  atByte: number | null;
  values: Record<string, string | number>;
}

/** The closed vocabulary; each reader of the room adds its own, with a sentence in both languages. */
export const PROBLEM_CODES = [
  "unreadable",
  "volume-cut",
  "backup-header",
  "directory-loop",
  "directory-too-long",
  "too-deep",
  "too-many-entries",
  "chain-broken",
  "chain-short",
  "size-beyond-volume",
  "long-name-checksum",
  "label-holds-bytes",
  "header-checksum",
  "bitmap-missing",
  "upcase-checksum",
  "set-checksum",
  "table-missing",
  "table-copy",
  "record-damaged",
  "index-damaged",
  "encrypted-stream",
  "content-elsewhere",
  "compression-unknown",
  "directory-damaged",
  "encrypted-fscrypt",
  "feature-unknown",
  "group-damaged",
  "group-table-copy",
  "inode-damaged",
  "journal-damaged",
  "journal-elsewhere",
  "journal-fast",
  "journal-pending",
  "root-missing",
  "interleaved",
  "tree-broken",
  "journal-waiting",
  "shadow-catalog",
  "shadow-damaged",
  "shadow-too-large",
  "encrypted-volume",
  "volume-missing",
  "snapshot-damaged",
  "partition-unknown",
] as const;
type ProblemCode = (typeof PROBLEM_CODES)[number];

const KEPT_PROBLEMS = 200;
const KEPT_OF_A_KIND = 20;

/** Notes a problem once for its kind and place. */
export type NoteProblem = (what: ProblemCode, atByte?: number | null, values?: Record<string, string | number>) => void;

/** A bounded list of problems: at most 20 of a kind and 200 in all, each kind and place once. */
export function problemList(): { problems: Problem[]; note: NoteProblem } {
  const problems: Problem[] = [];
  const ofKind = new Map<ProblemCode, number>();
  const seen = new Set<string>();
  const note: NoteProblem = (what, atByte = null, values = {}) => {
    const count = ofKind.get(what) ?? 0;
    const key = `${what} ${atByte}`;
    if (problems.length >= KEPT_PROBLEMS || count >= KEPT_OF_A_KIND || seen.has(key)) return;
    seen.add(key);
    ofKind.set(what, count + 1);
    problems.push({ what, atByte, values });
  };
  return { problems, note };
}
