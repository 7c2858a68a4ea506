// likeness, on Node: takes fingerprints of picture files in children that are shut in.
export { likenessCompare } from "./compare.command.ts";
export { likenessHash } from "./hash.command.ts";
