// evidence, Node: the folder of one exhibit (journal, runs, report), its verification, and the kit's own log.
// Writes only into the folder it was given. Never opens a device, never needs a network.

export type { Evidence } from "./evidence.node.ts";
export { openEvidence } from "./evidence.node.ts";
export type {
  AnnexDraft,
  EvidenceOptions,
  EvidenceSigner,
  FinishedReport,
  Resumed,
} from "./evidence-options.node.ts";
export { kitStateDir } from "./kit-state.node.ts";
