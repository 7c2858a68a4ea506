// images on Node: opens an image of any known format (deflate is the machine's own).
export { openImage } from "./open-image.node.ts";
