import { createHash } from "node:crypto";
import type { Pictures } from "#examination/pictures/node";
import type { ByteSource } from "#examination/sources";
import { type Candidate, type CarvedFormat, type CarvedHow, isUndecoded } from "./candidate.ts";
import { type CarveCount, carve } from "./carve.ts";
import { carveJudge, type Untold } from "./carve-judge.node.ts";
import type { HeaderFinder } from "./header-finder.ts";
import { type ByteRange, joinRanges } from "./joined-ranges.ts";
import { openInflater } from "./open-inflater.node.ts";
import { searchedBytes } from "./searched-bytes.ts";

/** A file that no directory names; its bytes can be read like any other's. */
export interface CarvedFile {
  format: CarvedFormat;
  how: CarvedHow;
  sizeBytes: number;
  /** Where they stand in the source, in the order of the file. */
  pieces: ByteRange[];
  read: ByteSource;
  sha256: string;
  /** A decoder complained and gave a picture all the same. */
  damaged: boolean;
  proof: "decoded" | "structure";
}

/** How far a search came, and what was not told. */
export interface CarveProgress extends CarveCount {
  untold: Record<Untold, number>;
}

/** How ranges are searched. */
export interface CarvedFilesWishes {
  finder: HeaderFinder;
  pictures: Pictures;
  /** Size of a cluster. */
  grainBytes?: number;
  everyBytes?: 1 | 512;
  /** Goes on there, in the ranges joined. */
  fromByte?: number;
  signal?: AbortSignal;
  onProgress?(progress: CarveProgress): void;
}

const PIECE_BYTES = 2 ** 20;

/**
 * Files in ranges of a source, found by structure alone and confirmed: pictures by decoding them in children that are shut in, films
 * and files that hold files by their tables; what stands in those is not looked into here. Each stands once, however often it was found.
 *
 * @param ranges Searched as if they stood side by side: free space, slack.
 * @throws {Fault} pictures/child, where no child can be started.
 */
export async function* carvedFiles(
  source: ByteSource,
  ranges: Iterable<ByteRange>,
  { pictures, signal, onProgress, ...wishes }: CarvedFilesWishes,
): AsyncGenerator<CarvedFile> {
  const joined = joinRanges(source, ranges);
  const judge = carveJudge(pictures);
  for (const step of carve(joined, { ...wishes, inflate: openInflater() })) {
    if (signal?.aborted === true) return;
    if (step.kind === "searched") {
      const { decoy, inside, copy } = judge.counts;
      onProgress?.({ ...step.count, untold: { decoy, inside, copy } });
      continue;
    }
    const { candidate, number, outer } = step;
    const read = joinRanges(joined, candidate.pieces);
    const { bytes, sha256 } = wholeOf(read, candidate);
    const verdict = await judge.judge({ candidate, number, outer, sha256, bytes });
    if (!verdict.told) continue;
    const { format, how, sizeBytes } = candidate;
    const { damaged, proof } = verdict;
    const pieces = candidate.pieces.flatMap((piece) => joined.piecesOf(piece));
    yield { format, how, sizeBytes, pieces, read, sha256, damaged, proof };
  }
}

/** A candidate's digest, and its bytes where they are to be decoded. */
function wholeOf(read: ByteSource, { format, sizeBytes }: Candidate): { bytes: Uint8Array | null; sha256: string } {
  const hash = createHash("sha256");
  const own = searchedBytes(read);
  if (!isUndecoded(format)) {
    const bytes = own.bytes(0, sizeBytes);
    return { bytes, sha256: hash.update(bytes).digest("hex") };
  }
  const piece = new Uint8Array(Math.min(PIECE_BYTES, sizeBytes));
  for (let at = 0; at < sizeBytes; at += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, sizeBytes - at));
    own.fill(part, at);
    hash.update(part);
  }
  return { bytes: null, sha256: hash.digest("hex") };
}
