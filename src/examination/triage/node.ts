// triage on Node: `phum examine`, and the same examination for a screen. The process that asks keeps keys, journal and report; one
// engine child holds the opened lists and reads the source; its threads scan. Never writes to a source, never keeps content of one.

export { examination } from "./examination.node.ts";
export type { Asked, ExaminationSetup, LeavableSetup, ReadyFilter } from "./examination-setup.node.ts";
export { examine } from "./examine.command.ts";
export { lookAtMedium, type MediumLook } from "./look-at-medium.node.ts";
export { type ExaminationOrder, prepareExamination, readyFilters } from "./prepare-examination.node.ts";
export { likenessSearch } from "./search-likeness.command.ts";
