// unpacking, the Node door: zlib's streams at once, without a trace of those that are damaged.
export { inflateAtOnce } from "./inflate.node.ts";
export { inflateStream } from "./inflate-stream.node.ts";
