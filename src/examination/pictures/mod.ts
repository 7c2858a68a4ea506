// pictures: what a picture is, told by its bytes; its size and orientation as its header names them; its reductions. Takes bytes;
// gives pixels or a finding, never a judgement of what is seen. Decoding foreign bytes stands behind the node door, in children.
export { picturesAnswers } from "./faults.ts";
export type { Picture, PictureAnswer, PictureFacts, PictureFault, PictureLimits, PictureWish } from "./picture.ts";
export { PICTURE_LIMITS } from "./picture.ts";
export type { PictureFormat } from "./picture-format.ts";
export { pictureFormat } from "./picture-format.ts";
export type { PictureHeader } from "./picture-header.ts";
export type { PictureWall } from "./picture-wall.ts";
export type { Pixels } from "./reduce-pixels.ts";
export { nearestPixels } from "./reduce-pixels.ts";
export { pictureFaultText, sayPictures } from "./words.ts";
