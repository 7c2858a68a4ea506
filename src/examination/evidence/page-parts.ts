import type { JournalKind } from "./journal-entry.ts";
import type { Report } from "./report-record.ts";
import type { PageFonts } from "./report-style.ts";

/** An entry of the journal as the report prints it. */
export interface JournalRow {
  n: number;
  at: string;
  kind: JournalKind;
  /** The body's canonical JSON, possibly cut. */
  body: string;
}

/** What report.pdf is made from. */
export type PaperSource = Omit<PageParts, "fonts">;

/** What report.html is made from. */
export interface PageParts {
  report: Report;
  /** SHA-256 of the report, hexadecimal. */
  digest: string;
  words: string[];
  digits: string[];
  journal: { rows: JournalRow[]; counts: { hits: number; unread: number; checkpoints: number } };
  fonts: PageFonts;
}
