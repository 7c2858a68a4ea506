// values: bytes, canonical JSON, repeatable random numbers. Knows no police word, no machine, no clock.
export { concatBytes, equalBytes, fromHex, toHex, utf8 } from "./bytes.ts";
export { canonicalBytes, canonicalText } from "./canonical-json.ts";
export type { SeededRandom } from "./seeded-random.ts";
export { seededRandom } from "./seeded-random.ts";
