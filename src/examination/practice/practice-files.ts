import { drawLandscape } from "./drawing.ts";
import { bmpFile, pngFile } from "./picture-file.ts";
import { noiseFile, noteFile } from "./plain-file.ts";

/** A file of the practice set, made when asked for. */
export interface PracticeFile {
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

/** Kinds of made-up files: drawings as BMP and PNG, noise as films and songs, notes. */
export type FileKind = "small-drawing" | "drawing" | "large-drawing" | "png-drawing" | "film" | "note";

const SMALL = { width: 64, height: 48 };
const MIDDLE = { width: 320, height: 240 };
const LARGE = { width: 640, height: 480 };

const KNOWN: readonly [FileKind, number][] = [
  ["drawing", 8],
  ["large-drawing", 4],
  ["png-drawing", 4],
  ["film", 4],
  ["small-drawing", 2],
];

/** Makes one file from a seed. */
export function practiceContent(kind: FileKind, seed: string): Uint8Array<ArrayBuffer> {
  switch (kind) {
    case "small-drawing":
      return bmpFile(drawLandscape(seed, SMALL));
    case "drawing":
      return bmpFile(drawLandscape(seed, MIDDLE));
    case "large-drawing":
      return bmpFile(drawLandscape(seed, LARGE));
    case "png-drawing":
      return pngFile(drawLandscape(seed, { width: 480, height: 360 }));
    case "film":
      return noiseFile(seed, 1_500_000 + 4096 * (seed.length + (seed.charCodeAt(seed.length - 1) & 63)));
    case "note":
      return noteFile(seed, 2000 + 300 * (seed.charCodeAt(seed.length - 1) & 31));
  }
}

/** The 22 files the practice list knows, from a seed. */
export function* knownFiles(seed: string): Generator<PracticeFile> {
  for (const [kind, count] of KNOWN) {
    for (let i = 1; i <= count; i++) {
      const ending = kind === "film" ? "mp4" : kind === "png-drawing" ? "png" : "bmp";
      yield { name: `${kind}-${i}.${ending}`, content: practiceContent(kind, `${seed} known ${kind} ${i}`) };
    }
  }
}
