// Entry of a child that decodes foreign pictures and hands out their pixels.
import { servePictures } from "./serve-pictures.node.ts";

await servePictures();
