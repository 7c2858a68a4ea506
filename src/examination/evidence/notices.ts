/**
 * Everything page one may have to say besides the verdict: the code, and the values its sentence needs. Closed; a new code
 * is a line here and a sentence "notice.<code>" in both languages. A value named …Bytes is written as a size.
 */
export const NOTICES = {
  practice: [],
  "no-certificate": [],
  "no-basis": [],
  consent: ["what"],
  mounted: [],
  "mounted-writable": [],
  "not-write-protected": [],
  "access-times": [],
  "own-disk": [],
  "raw-device-first": ["device"],
  "part-of-disk": ["claimedBytes", "sizeBytes"],
  "segments-uneven": ["segment"],
  "compressed-file": ["format"],
  "mounts-unknown": [],
  "on-writable-mount": ["where"],
  "clock-offset": ["seconds"],
  "clock-not-compared": [],
  "filter-expiring": ["name", "until"],
  "filter-expired": ["name", "until"],
  "interrupted-before": ["times"],
  "earlier-report": ["file", "digest"],
  "torn-journal-line": ["tornBytes"],
  "runs-discarded": ["runs"],
  "reader-abandoned": ["times"],
  "retry-budget": ["seconds"],
  "pulled-out": [],
  "stopped-by-officer": [],
  "size-changed": ["beforeBytes", "afterBytes"],
  "segments-missing": ["first"],
  "image-container": ["format"],
  "image-problems": ["count", "first"],
  "image-refused": ["name"],
  "acquisition-errors": ["lostBytes"],
  "places-not-named": ["where"],
  "volumes-not-read": ["where"],
  "journal-waits": ["where"],
  "symlinks-not-followed": ["count"],
  "other-file-systems": ["count"],
  "special-files": ["count"],
  "files-changed": ["count"],
  "inside-looked": ["inner", "outer"],
  "names-differ": ["count", "first"],
  "inside-locked": ["count", "first"],
  "inside-limits": ["count", "first"],
  "inside-unsupported": ["count", "first"],
  "inside-split": ["count", "first"],
  "inside-damaged": ["count", "first"],
  "inside-rest": [],
  "inside-reader": ["count"],
  "carved-looked": ["found", "searchedBytes", "totalBytes"],
  "names-escaped": ["count"],
  "cached-reading": [],
  "fewer-workers": ["workers"],
  "one-phase": ["phases"],
  "plan-repeated": [],
  "files-compared": ["count", "good"],
  "files-not-compared": ["count"],
  "known-good-passed": ["count"],
  "md5-only": ["count"],
  "likeness-not-compared": [],
  "likeness-inner": ["count"],
  "likeness-looked": ["looked", "total"],
  "likeness-undecoded": ["count"],
  "likeness-rest": ["files"],
  "likeness-reader": [],
  "likeness-quarantined": ["set", "release", "entry"],
  "likeness-series": ["files", "series"],
  "chance-hits": ["expected"],
  "unconfirmed-hits": ["count"],
  "findings-cut": ["shown", "total"],
  "unread-cut": ["shown", "total"],
} as const satisfies Record<string, readonly string[]>;

export type NoticeCode = keyof typeof NOTICES;

/** Something page one must say, with the values of its sentence. */
export interface Notice {
  code: NoticeCode;
  values: Record<string, string | number>;
}

/** The values a notice's sentence needs. */
type ValuesOf<C extends NoticeCode> = Record<(typeof NOTICES)[C][number], string | number>;

/** Makes a notice; a value its sentence needs and that is not given does not compile. */
export function notice<C extends NoticeCode>(code: C, values: ValuesOf<C>): Notice {
  return { code, values };
}
