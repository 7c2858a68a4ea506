// The files of this machine that the error rates are measured on: real formats, as Debian's packages and tools wrote them.
import { createHash } from "node:crypto";
import { closeSync, constants, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { extname, join } from "node:path";

/** One file. */
export interface CorpusFile {
  path: string;
  sizeBytes: number;
  kind: Kind;
  /** First 16 hexadecimal digits of SHA-256. */
  content: string;
}

const EXTENSIONS = {
  picture: "png jpg jpeg gif webp bmp ico icns tif tiff svg svgz xpm pcx tga psd xcf ppm pgm pbm eps avif heic",
  document: "pdf ps djvu docx xlsx pptx odt ods odp doc xls ppt rtf html htm xhtml txt md rst tex info chm epub xml",
  font: "ttf otf ttc woff woff2 pfb pfm pcf psf afm tfm eot",
  package: "deb udeb rpm whl jar war egg zip gz tgz bz2 xz zst 7z rar tar apk exe msi dll crate nupkg jmod",
  media: "mp3 ogg oga opus wav flac m4a mid au aiff mp4 m4v mov webm mkv avi ogv wmv mpg mpeg",
  program: "so a o ko pyc pyo class elc beam bin dat db mo qm rlib rmeta wasm node cmi cmx hi dyn_hi",
  source: "py js ts mjs cjs json c h cc cpp hpp hh rs go java pl pm rb sh yaml yml toml css map d pyi lua r m el",
} as const;
export type Kind = keyof typeof EXTENSIONS | "other";
const KIND_OF = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind as Kind] as const)),
);

/** Smaller files are never listed; larger than 1 GiB would be most of the time. */
const LEAST_BYTES = 512;
const MOST_BYTES = 2 ** 30;

/**
 * Finds and reads all regular files below the folders, each content once; links and other file systems are left.
 *
 * @param onPiece Given each file's bytes in pieces of up to 4 MiB, with the number the file will have.
 */
export function corpus(
  folders: readonly string[],
  leaveOut: readonly string[],
  onPiece: (file: number, bytes: Uint8Array) => void,
): CorpusFile[] {
  const files: CorpusFile[] = [];
  const seen = new Set<string>();
  for (const folder of folders) {
    const device = lstatSync(folder, { throwIfNoEntry: false })?.dev;
    if (device === undefined) continue;
    for (const { path, sizeBytes } of below(folder, { device, leaveOut })) {
      const digest = digestOf(path);
      if (digest === undefined || seen.has(digest)) continue;
      seen.add(digest);
      if (!readPieces(path, (bytes) => onPiece(files.length, bytes))) continue;
      const name = extname(path).slice(1).toLowerCase();
      const kind = KIND_OF.get(name) ?? (/\.so(?:\.\d+)+$/.test(path) ? "program" : "other");
      files.push({ path, sizeBytes, kind, content: digest });
    }
  }
  return files;
}

function* below(
  folder: string,
  within: { device: number; leaveOut: readonly string[] },
): Generator<{ path: string; sizeBytes: number }> {
  const entries = listed(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (within.leaveOut.some((left) => path === left)) continue;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.dev !== within.device) continue;
    if (stat.isDirectory()) yield* below(path, within);
    else if (stat.isFile() && stat.size >= LEAST_BYTES && stat.size <= MOST_BYTES) yield { path, sizeBytes: stat.size };
  }
}

function listed(folder: string): { name: string }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.includes("\ufffd"));
  } catch {
    return [];
  }
}

const piece = new Uint8Array(4 << 20);

/** Calls `take` with the pieces of a file in order. @returns false where it cannot be read. */
export function readPieces(path: string, take: (bytes: Uint8Array) => void): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return false;
  }
  try {
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) take(piece.subarray(0, read));
    return true;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

function digestOf(path: string): string | undefined {
  const hash = createHash("sha256");
  return readPieces(path, (bytes) => hash.update(bytes)) ? hash.digest("hex").slice(0, 16) : undefined;
}
