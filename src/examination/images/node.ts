// images on Node: opens an image of any known format (deflate is the machine's own).
export { writeEwf } from "./ewf-sample.node.ts";
export { openImage } from "./open-image.node.ts";
