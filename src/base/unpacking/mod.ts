// unpacking: packed bytes of foreign formats → plain ones, in pure code. Takes bytes and a limit of what may come out;
// throws a RangeError where they are damaged. Never gives more than the limit, never runs longer than it asks for.
export { bzip2Stream } from "./bzip2-stream.ts";
export { copyLiterals, copyMatch, type LzTarget } from "./lz-target.ts";
export { lz4Stream } from "./lz4-stream.ts";
export { unpackLzfse } from "./lzfse.ts";
export { unpackLzvn } from "./lzvn.ts";
export type { PackedStream, ReadPacked } from "./packed-stream.ts";
export { unpackXz } from "./xz.ts";
export { xzStream } from "./xz-stream.ts";
