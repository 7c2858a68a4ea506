// Entry of a child that decodes foreign pictures and hands out what their fingerprints are made of.
import { servePictures } from "#examination/pictures/node";
import { coefficientRow } from "./coefficient-row.ts";
import { openPdqKernel } from "./pdq-kernel.node.ts";

const coefficients = openPdqKernel();
await servePictures((picture) => coefficientRow(picture, coefficients(picture)));
