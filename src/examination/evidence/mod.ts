// evidence: what an examination leaves behind for a court: the record of a report, its journal and its words.
// Takes facts and judgements from the rooms beside it. Never judges, never reads a device, never shows content.
export { evidenceAnswers } from "./faults.ts";
export { isolatedText, screenTeller, spokenText } from "./isolated-text.ts";
export type { JournalEntry, JournalKind } from "./journal-entry.ts";
export { alikeText, confirmedText } from "./kind-text.ts";
export { localDay } from "./local-time.ts";
export type { Notice, NoticeCode } from "./notices.ts";
export { notice } from "./notices.ts";
export type {
  Bound,
  Category,
  Coverage,
  FilterRecord,
  Finding,
  LikenessRecord,
  Reason,
  ReasonFact,
  Report,
  ReportDraft,
  SignedReport,
  SourceRecord,
  UnreadRange,
  Verdict,
} from "./report-record.ts";
export { CATEGORIES, CERTAINTIES, REASONS, STANDINGS } from "./report-record.ts";
export type { Given, SealAct, StickFolder } from "./report-shown.ts";
export type { RunRecord } from "./run-record.ts";
export { shownText } from "./shown-text.ts";
export { noticeSentence } from "./teller.ts";
export {
  boundSentences,
  foundSentences,
  greenLimits,
  readPercent,
  readSentences,
  reasonTexts,
  verdictLines,
  whatSentence,
} from "./verdict-text.ts";
export { sayEvidence } from "./words.ts";
