/**
 * What an entry of the journal can be; closed, described in docs/formats/journal.md. `opened`, `resumed`, `checkpoint` and
 * `closed` are written by this room alone.
 */
export const JOURNAL_KINDS = [
  "opened",
  "resumed",
  "source",
  "filter",
  "plan",
  "consent",
  "notice",
  "hits",
  "unread",
  "likeness",
  "reader",
  "stopped",
  "verdict",
  "checkpoint",
  "closed",
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** Kinds that this room writes itself. */
export const OWN_KINDS = ["opened", "resumed", "checkpoint", "closed"] as const satisfies JournalKind[];
export type OwnKind = (typeof OWN_KINDS)[number];

/** Kinds whose entries after the last checkpoint are done again on --resume, and so count no more. */
export const WORK_KINDS = ["hits", "unread", "likeness"] as const satisfies JournalKind[];

/** What an entry says: values of canonical JSON, never content of the device. */
export type JournalBody = Record<string, unknown>;

/** One line of journal.jsonl. */
export interface JournalEntry {
  /** Position, from 0, without gaps. */
  n: number;
  /** When, UTC, ISO 8601 with milliseconds. */
  at: string;
  kind: JournalKind;
  body: JournalBody;
  /** Hash of the entry before, 64 zeros for the first; hexadecimal. */
  previous: string;
  /** SHA-256 over `previous` and the canonical JSON of the other fields; hexadecimal. */
  hash: string;
}
