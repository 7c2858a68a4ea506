// hashing on Node: keys from secrets, and the fast kernel (or its twin) over a shared memory.
export { deriveSetKeys, deriveSipKey } from "./derive-keys.node.ts";
export { openHashKernel, placeKeys } from "./hash-kernel.node.ts";
export type { HashKernel } from "./hash-kernel.ts";
export { KEYS_BYTES, SIP_BYTES } from "./hash-kernel.ts";
