// images on Node: opens an image of any known format (deflate is the machine's own). Besides it writers of small images, for
// journeys and benches.
export { aff4Of, zipOf } from "./aff4-sample.node.ts";
export { qcow2Of, udifOf, vdiOf, vhdOf, vhdxOf, vmdkOf } from "./container-samples.node.ts";
export { writeEwf } from "./ewf-sample.node.ts";
export { logicalImageOf } from "./image-samples.node.ts";
export { openImage } from "./open-image.node.ts";
