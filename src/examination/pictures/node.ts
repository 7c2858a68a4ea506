// pictures, on Node: decodes foreign pictures in children that are shut in. No path of evidence reaches them.

export { type JpegGrey, openJpegGrey } from "./jpeg-grey.node.ts";
export { lockDown } from "./lock-down.node.ts";
export { openNearestPixels } from "./nearest-pixels.node.ts";
export type { Pictures } from "./pictures.node.ts";
export { openPictures } from "./pictures.node.ts";
export { startWithoutRings } from "./plain-loop.node.ts";
