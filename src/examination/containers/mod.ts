// containers: files that hold files: archives, documents, mail, stores of thumbnails, databases. Takes a file's bytes as a bounded source; gives
// what is in it, recursively, each with its place in the chain of parents, and why something was not looked into. Parsers and bounds are
// ours; codecs are zlib's, 7-Zip's (WebAssembly, no file of this machine) and our own. Never writes, never throws for foreign bytes.
export type { Budget, BudgetLimits } from "./budget.ts";
export { INSIDE_LIMITS, openBudget } from "./budget.ts";
export { isHoldingName, isPlainFile, TYPE_HEAD_BYTES } from "./content-type.ts";
export type { ContainerReader, ContainerVisit, InnerProblem } from "./inner-entry.ts";
export type { InnerFacts } from "./inner-facts.ts";
export { looksLikeMail, looksLikeMbox } from "./mail-head.ts";
export { isTarHead, tarBytes } from "./tar.ts";
export { innerProblemText } from "./words.ts";
