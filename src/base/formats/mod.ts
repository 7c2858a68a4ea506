// formats: how common picture formats are built. Takes bytes that may be a file's beginning; follows its parts, sums and codes from
// the first byte on, and says where it ends or breaks. Makes no points, reads no file, knows no police word.
export { crc32 } from "./crc32.ts";
export type { FormatWalk } from "./format-walk.ts";
export { gifWalk } from "./gif-walk.ts";
export type { JpegFrame } from "./jpeg-frame.ts";
export type { JpegScan, JpegScanState } from "./jpeg-scan.ts";
export { followJpegScan, seamOfScan, startOfScan } from "./jpeg-scan.ts";
export type { JpegWalk } from "./jpeg-walk.ts";
export { jpegWalk } from "./jpeg-walk.ts";
export { pngWalk } from "./png-walk.ts";
