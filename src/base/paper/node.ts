// paper, Node: pages of A4 as a PDF file that looks right and copies right, also in Khmer: letters are drawn as HarfBuzz shapes
// them, and beneath them lies an unseen text of exactly the characters that were given. Knows no police word, reads no clock.
export type { Block, TextStyle } from "./block.ts";
export { beside, framed, inset, rule, space, stack, textBlock } from "./block.ts";
export type { Face } from "./face.ts";
export type { Faces } from "./faces.node.ts";
export { paperFaces } from "./faces.node.ts";
export type { FlowPart, Placed } from "./flow.ts";
export { flow } from "./flow.ts";
export type { Box, Ink, PaperParts } from "./ink.ts";
export { A4, pageInk } from "./ink.ts";
export { paperReaders } from "./paper-readers.node.ts";
export { paperLine, withoutMiddle } from "./paragraph.ts";
export type { PaperTitle } from "./pdf-file.node.ts";
export { pdfFile } from "./pdf-file.node.ts";
export { textLayer } from "./text-layer.ts";
