// evidence, Node: the folder of one exhibit (journal, runs, report), its verification, and the kit's own log.
// Writes only into the folder it was given. Never opens a device, never needs a network.

export { writeDurably } from "./durable-file.node.ts";
export type { Evidence } from "./evidence.node.ts";
export { openEvidence } from "./evidence.node.ts";
export type {
  AnnexDraft,
  EvidenceOptions,
  EvidenceSigner,
  FinishedReport,
  Resumed,
} from "./evidence-options.node.ts";
export { reportPdf } from "./folder-paper.node.ts";
export type { KitLog } from "./kit-log.node.ts";
export { kitLog } from "./kit-log.node.ts";
export { kitStateDir } from "./kit-state.node.ts";
export { type LookingKind, type LookingLog, lookingLog } from "./looking-log.node.ts";
export { reportOpen } from "./open-exhibit.command.ts";
export { readReport } from "./read-report.ts";
export { reportPdfCommand } from "./report-pdf.command.ts";
export { reportVerify } from "./report-verify.command.ts";
export { reportSeal } from "./seal-exhibit.command.ts";
export type { SealedExhibit, SealOptions } from "./seal-exhibit.node.ts";
export { sealExhibit } from "./seal-exhibit.node.ts";
export type { StickSystem } from "./stick-folders.node.ts";
export { stickFolders } from "./stick-folders.node.ts";
export type { JournalProof, Verification } from "./verify-report.node.ts";
export { verifyReport } from "./verify-report.node.ts";
