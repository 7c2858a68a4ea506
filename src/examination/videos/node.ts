// videos on Node: the decoding itself, with native code; call it in a limited child only.
export { decodeVideo, prepareVideos } from "./decode-video.node.ts";
