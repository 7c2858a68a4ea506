// triage on Node: `phum examine`. The process of the command keeps keys, journal and report; one engine child holds the
// opened lists and reads the source; its threads scan. Never writes to a source, never keeps content of one.
export { examine } from "./examine.command.ts";
