import type { FileEntry, FileStream } from "#examination/filesystems";
import type { DigestAlgorithm } from "#examination/filters";
import {
  chainText,
  digestSource,
  entryChain,
  type GuardedEntry,
  lostRanges,
  type Medium,
  type MediumVolume,
  treesOf,
  type WalkGuard,
} from "#examination/opening/node";
import type { DigestedFile, Standing } from "./medium-message.ts";
import { isLowEntropy } from "./randomness.ts";

/** Different sizes that are told. */
const SIZES_MOST = 2_000_000;

/** The sizes of all files that can be read whole; each once. */
export function wholeSizes(medium: Medium, guard: WalkGuard): number[] {
  const sizes = new Set<number>();
  for (const { stream } of streamsOf(medium, guard)) {
    if (sizes.size < SIZES_MOST) sizes.add(stream.sizeBytes);
  }
  return [...sizes];
}

/** Reads the files of these sizes, each once, and hands their digests on in the order of the walk. What cannot be read whole is told. */
export function digestFiles(
  medium: Medium,
  {
    sizes,
    algorithms,
    guard,
  }: { sizes: ReadonlySet<number>; algorithms: readonly DigestAlgorithm[]; guard: WalkGuard },
  take: (file: DigestedFile | null, position: GuardedEntry["position"]) => void,
): void {
  for (const found of streamsOf(medium, guard)) {
    if (found.given || found.closed || !sizes.has(found.stream.sizeBytes)) continue;
    take(digested(found, algorithms), found.position);
  }
}

interface FoundStream extends GuardedEntry {
  stream: FileStream;
}

/** Streams of files that are there, and of deleted ones of which something is left. */
function* streamsOf(medium: Medium, guard: WalkGuard): Generator<FoundStream> {
  for (const found of guard.walk(treesOf(medium), { deleted: true, orphans: false })) {
    const { kind, renamed, certainty, streams } = found.entry;
    if (kind !== "file" || renamed === true || certainty === "name-only") continue;
    for (const stream of streams) {
      if (stream.sizeBytes > 0 && stream.encrypted !== true && lostRanges(stream).length === 0)
        yield { ...found, stream };
    }
  }
}

/** Null: it cannot be read to its end. */
function digested(
  { medium, volume, tree, entry, stream }: FoundStream,
  algorithms: readonly DigestAlgorithm[],
): DigestedFile | null {
  const counts = new Float64Array(256);
  const onPiece = (piece: Uint8Array): void => {
    for (const byte of piece) counts[byte] = (counts[byte] ?? 0) + 1;
  };
  const { digests, unread } = digestSource(stream.read, algorithms, { onPiece });
  if (unread.length > 0) return null;
  return {
    ...chainText(entryChain({ medium, volume, tree }, entry, stream)),
    ...standingOf(entry),
    offsetBytes: firstByte(stream, volume),
    sizeBytes: stream.sizeBytes,
    digests: Object.fromEntries(digests),
    lowEntropy: isLowEntropy(counts),
  };
}

function standingOf({ state, certainty }: FileEntry): Pick<Standing, "standing" | "certainty"> {
  if (state === "allocated" || certainty === "name-only") return { standing: "allocated" };
  return { standing: "deleted", certainty };
}

function firstByte({ extents: [first] }: FileStream, { extents }: MediumVolume): number {
  const start = first?.startByte ?? null;
  if (start === null) return 0;
  let before = 0;
  for (const { startByte, lengthBytes } of extents) {
    if (start < before + lengthBytes) return startByte + start - before;
    before += lengthBytes;
  }
  return 0;
}
