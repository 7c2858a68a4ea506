import type { FileStream } from "#examination/filesystems";
import {
  type ChildVoice,
  chainText,
  entryChain,
  type GuardedEntry,
  type Medium,
  treesOf,
  type WalkGuard,
} from "#examination/opening/node";
import { ReadError } from "#examination/sources";
import type { MediaFacts, MediaKey, MediaOrder, MediaRow, MediaSays } from "./media-message.ts";
import { hasMediaName } from "./media-names.ts";
import { rangesOnMedium } from "./medium-ranges.ts";
import { ORPHANS_MOST_BYTES } from "./thresholds.ts";

const ROWS_AT_ONCE = 1000;
/** Entries of the first walk that are kept; beyond them the medium is walked again for what is asked for. */
const HELD_FIRST = 10_000;
/** Smaller than any picture that says something. */
const LEAST_BYTES = 128;
const RANGES_MOST = 1000;

interface Serving {
  medium: Medium;
  guard: WalkGuard;
  voice: ChildVoice;
  /** Rows at most. */
  most: number;
}

/** Tells the files of a medium that may be pictures or videos, then gives of them what is asked, until no more is. */
export function serveMedia(serving: Serving): void {
  let held = tellRows(serving);
  for (;;) {
    const order = serving.voice.nextOrder() as MediaOrder | undefined;
    if (order === undefined || order.order === "end") return;
    if (order.order === "hold") {
      held = heldOf(serving, held, order.keys);
      say(serving, { kind: "held" });
    } else if (order.order === "facts")
      say(serving, { kind: "facts", facts: factsOf(held.get(keyText(order.key)), order.key) });
    else give(serving, held.get(keyText(order.key)), order);
  }
}

type Held = Map<string, GuardedEntry>;

function say({ voice }: Serving, message: MediaSays): void {
  voice.json(message);
}

function keyText(key: MediaKey): string {
  return key.join(".");
}

function* candidates({
  medium,
  guard,
}: Serving): Generator<{ found: GuardedEntry; key: MediaKey; stream: FileStream }> {
  let tree = 0;
  for (const place of treesOf(medium)) {
    const orphans = place.volume.sizeBytes <= ORPHANS_MOST_BYTES;
    for (const found of guard.walkTree(place, tree++, { deleted: true, orphans })) {
      const { entry, position, closed } = found;
      if (closed || entry.kind !== "file" || entry.renamed === true || entry.certainty === "name-only") continue;
      for (const [index, stream] of entry.streams.entries()) {
        if (stream.read.sizeBytes >= LEAST_BYTES && stream.encrypted !== true)
          yield { found, key: [position.tree, position.entries, index], stream };
      }
    }
  }
}

function tellRows(serving: Serving): Held {
  const held: Held = new Map();
  const folders = new Map<string, number>();
  let [rows, told, beyond]: [MediaRow[], number, number] = [[], 0, 0];
  for (const { found, key, stream } of candidates(serving)) {
    if (told >= serving.most) {
      beyond++;
      continue;
    }
    const { path, times } = found.entry;
    const folder = `${key[0]} ${path
      .slice(0, -1)
      .map((name) => Buffer.from(name).toString("latin1"))
      .join("/")}`;
    const number = folders.get(folder) ?? folders.size;
    folders.set(folder, number);
    const named = hasMediaName(path.at(-1)) ? 1 : 0;
    rows.push([...key, stream.read.sizeBytes, Math.floor(times.modifiedMs ?? 0), number, named]);
    if (told++ < HELD_FIRST) held.set(keyText(key), found);
    if (rows.length < ROWS_AT_ONCE) continue;
    say(serving, { kind: "media", rows });
    rows = [];
  }
  say(serving, { kind: "media", rows });
  say(serving, { kind: "media-end", beyond });
  return held;
}

function heldOf(serving: Serving, held: Held, keys: readonly MediaKey[]): Held {
  const wanted = new Set(keys.map(keyText));
  if ([...wanted].every((key) => held.has(key))) return held;
  const fresh: Held = new Map();
  for (const { found, key } of candidates(serving)) {
    if (wanted.has(keyText(key))) fresh.set(keyText(key), found);
    if (fresh.size === wanted.size) break;
  }
  return fresh;
}

function factsOf(found: GuardedEntry | undefined, [, , index]: MediaKey): MediaFacts | null {
  const stream = found?.entry.streams[index];
  if (found === undefined || stream === undefined) return null;
  const place = chainText(entryChain(found, found.entry, stream));
  const { sizeBytes } = stream.read;
  if (found.medium.image.entries !== undefined) return { standing: place, sizeBytes, ranges: null };
  return { standing: { ...place, ...standsAs(found) }, sizeBytes, ranges: rangesOf(found, stream) };
}

function standsAs({
  entry: { state, certainty },
}: GuardedEntry): Pick<MediaFacts["standing"], "standing" | "certainty"> {
  if (state === "allocated" || certainty === "name-only") return { standing: "allocated" };
  return { standing: "deleted", certainty };
}

/** Where a stream's bytes stand on the medium. */
function rangesOf({ volume }: GuardedEntry, stream: FileStream): NonNullable<MediaFacts["ranges"]> {
  const ranges: NonNullable<MediaFacts["ranges"]> = [];
  let before = 0;
  for (const { startByte, lengthBytes, lost } of stream.extents) {
    const inside = Math.min(lengthBytes, stream.sizeBytes - before);
    before += lengthBytes;
    if (startByte === null || lost === true || inside <= 0) continue;
    for (const range of rangesOnMedium(volume.extents, { startByte, lengthBytes: inside })) {
      if (ranges.length < RANGES_MOST) ranges.push([range.startByte, range.lengthBytes]);
    }
  }
  return ranges;
}

function give(
  serving: Serving,
  found: GuardedEntry | undefined,
  { key, offsetBytes, lengthBytes }: Extract<MediaOrder, { order: "read" }>,
): void {
  const read = found?.entry.streams[key[2]]?.read;
  if (found === undefined || read === undefined) {
    say(serving, { kind: "given", goodBytes: 0 });
    return;
  }
  serving.guard.turnTo(found);
  const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, read.sizeBytes - offsetBytes)));
  const goodBytes = bytes.length === 0 ? 0 : readGood(read, bytes, offsetBytes);
  if (goodBytes > 0) serving.voice.bytes(bytes.subarray(0, goodBytes));
  say(serving, { kind: "given", goodBytes });
}

function readGood({ readSync }: FileStream["read"], bytes: Uint8Array, offsetBytes: number): number {
  try {
    return readSync(bytes, offsetBytes);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error.goodBytes;
  }
}
