// hashing on Node: keys from secrets, and the fast kernels (or their twins): fingerprints over a shared memory, HMAC of many short messages.
export { deriveSetKeys, deriveSipKey } from "./derive-keys.node.ts";
export { openHashKernel, placeKeys } from "./hash-kernel.node.ts";
export type { HashKernel } from "./hash-kernel.ts";
export { KEYS_BYTES, SIP_BYTES } from "./hash-kernel.ts";
export { type HmacBatch, hmacBatch, hmacTwin } from "./hmac-batch.node.ts";
