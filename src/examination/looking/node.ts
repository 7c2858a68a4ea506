// looking, on Node: reads a finding's file from the source, has it decoded in a child that is shut in, keeps only small grey pixels
// of it while a look is open, counts and writes down every look. Never writes a picture, never shows one that nobody asked for.
export { openLooking } from "./looking.node.ts";
export type { FileReader, LookedLane, Looking, LookingOfficer, LookingOptions } from "./looking-options.node.ts";
