// values: bytes, numbers in headers, canonical JSON, repeatable random numbers. Knows no police word, no machine, no clock.
export { concatBytes, equalBytes, fromHex, toHex, utf8 } from "./bytes.ts";
export { canonicalBytes, canonicalText } from "./canonical-json.ts";
export type { GrowingBytes } from "./growing-bytes.ts";
export { growingBytes } from "./growing-bytes.ts";
export { big, holds, little } from "./header-fields.ts";
export type { JsonMark, JsonRecord, JsonRecordReader, RecordWish } from "./json-records.ts";
export { jsonRecordReader } from "./json-records.ts";
export type { SeededRandom } from "./seeded-random.ts";
export { seededRandom } from "./seeded-random.ts";
