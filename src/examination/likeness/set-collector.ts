import { concatBytes } from "#base/values";
import type { NamedEntry } from "./entry-word.ts";
import { type HashTable, hashTable } from "./hash-table.ts";
import type { ListedFingerprint } from "./listed-fingerprint.ts";
import type { LikenessEntries } from "./set-layout.ts";
import { LIKENESS } from "./thresholds.ts";
import type { FrameHash } from "./video-likeness.ts";

const HASH_BYTES = 32;
/** In a quality's place: the list does not say. */
const UNSAID = 255;

/** What became of the entries that were given, in numbers; each entry is counted once. */
export interface SetCounts {
  pictures: number;
  benign: number;
  videos: number;
  frames: number;
  foreign: number;
  /** Given more than once. */
  repeated: number;
  withdrawn: number;
  /** Under the quality at which a fingerprint says something. */
  weak: number;
  /** Left out because officers said so. */
  disowned: number;
}

/** What officers' words come to for the entries of a set. */
export interface EntryStandings {
  /** @returns null where nobody said anything of it that stands. */
  of(kind: NamedEntry["kind"], hashes: Uint8Array): { withdrawn: boolean; officers: number } | null;
}

/** Entries that are taken back: by what they are called, or by their hash where they name one. */
export interface Withdrawals {
  note(entry: ListedFingerprint): void;
  names(entry: ListedFingerprint): boolean;
}

/** Makes an empty list of withdrawals. A name counts only where the withdrawal states no hash: names of different lists can be alike. */
export function withdrawals(): Withdrawals {
  const hashes = hashTable();
  const [ids, values] = [new Set<string>(), new Set<string>()];
  return {
    note: ({ hash, opaque, id }) => {
      if (hash !== null) hashes.add(hash);
      else if (opaque !== null) values.add(opaque);
      else if (id !== "") ids.add(id);
    },
    names: ({ hash, opaque, id }) =>
      (hash !== null && hashes.has(hash)) || (opaque !== null && values.has(opaque)) || (id !== "" && ids.has(id)),
  };
}

/** Gathers a release's fingerprints. */
export interface SetCollector {
  known(entry: ListedFingerprint): void;
  benign(entry: ListedFingerprint): void;
  video(frames: readonly FrameHash[]): void;
  /** An entry that its list, or a list of withdrawals, takes back. */
  withdrawn(): void;
  readonly counts: SetCounts;
  entries(): LikenessEntries;
}

/** Most officers that an entry says; more are told as so many. */
const OFFICERS_MOST = 255;

/**
 * Opens an empty collector with the standard thresholds.
 *
 * @param words What officers said of entries.
 * @param robust Whether whoever uses the set asks about parts of pictures too.
 */
export function setCollector(words?: EntryStandings, robust = false): SetCollector {
  const none = { pictures: 0, benign: 0, videos: 0, frames: 0, foreign: 0 };
  const counts = { ...none, repeated: 0, withdrawn: 0, weak: 0, disowned: 0 };
  const [known, benign] = [hashTable(), hashTable()];
  const quality: number[] = [];
  const foreign = new Set<string>();
  const films = videoTable();
  const added = (table: HashTable, { hash, quality: said }: ListedFingerprint): number => {
    if (hash === null) return -1;
    if (said !== null && said < LIKENESS.quality) {
      counts.weak++;
      return -1;
    }
    const before = table.count;
    const place = table.add(hash);
    if (table.count === before) counts.repeated++;
    return place;
  };
  const isDisowned = (kind: NamedEntry["kind"], hashes: Uint8Array): boolean =>
    words?.of(kind, hashes)?.withdrawn === true && ++counts.disowned > 0;
  return {
    get counts() {
      return {
        ...counts,
        ...{ pictures: known.count, benign: benign.count },
        ...{ videos: films.videos().length, foreign: foreign.size },
      };
    },
    known: (entry) => {
      if (entry.opaque !== null) {
        const line = `${entry.kind} ${entry.opaque}`;
        if (foreign.has(line)) counts.repeated++;
        foreign.add(line);
        return;
      }
      if (entry.hash !== null && isDisowned("picture", entry.hash)) return;
      const place = added(known, entry);
      if (place < 0) return;
      const before = quality[place];
      // Of a fingerprint stated twice the better quality stays; what is not said gives way to what is.
      if (before === undefined || before === UNSAID) quality[place] = entry.quality ?? UNSAID;
      else quality[place] = Math.max(before, entry.quality ?? 0);
    },
    benign: (entry) => void added(benign, entry),
    withdrawn: () => {
      counts.withdrawn++;
    },
    video: (frames) => {
      if (isDisowned("video", hashesOf(frames.filter(isGood)))) return;
      const taken = films.add(frames);
      if (taken === "kept") counts.frames += frames.filter(isGood).length;
      else counts[taken]++;
    },
    entries: () => {
      const pictures = { known: known.bytes(), quality, benign: benign.bytes() };
      const set = { ...pictures, videos: films.videos(), opaque: [...foreign] };
      return { ...setOf(set, words), ...(robust && { robust }) };
    },
  };
}

function setOf(
  { quality, ...given }: Pick<LikenessEntries, "known" | "benign" | "videos" | "opaque"> & { quality: number[] },
  words: EntryStandings | undefined,
): LikenessEntries {
  const confirmed = words && confirmedBy(words, given.known, given.videos);
  return {
    thresholds: { distanceBits: LIKENESS.distanceBits, quality: LIKENESS.quality },
    ...{ ...given, knownQuality: Uint8Array.from(quality) },
    ...(confirmed && { confirmed }),
  };
}

/** @returns undefined where nobody confirmed any: such a set is one that older readers know. */
function confirmedBy(words: EntryStandings, known: Uint8Array, videos: FrameHash[][]): LikenessEntries["confirmed"] {
  const officersOf = (kind: NamedEntry["kind"], hashes: Uint8Array): number =>
    Math.min(OFFICERS_MOST, words.of(kind, hashes)?.officers ?? 0);
  const confirmed = {
    pictures: Uint8Array.from({ length: known.length / HASH_BYTES }, (_, i) =>
      officersOf("picture", known.subarray(HASH_BYTES * i, HASH_BYTES * (i + 1))),
    ),
    videos: Uint8Array.from(videos, (frames) => officersOf("video", hashesOf(frames))),
  };
  const isAny = (counts: Uint8Array): boolean => counts.some((count) => count > 0);
  return isAny(confirmed.pictures) || isAny(confirmed.videos) ? confirmed : undefined;
}

function hashesOf(frames: readonly FrameHash[]): Uint8Array {
  return concatBytes(...frames.map(({ hash }) => hash));
}

function isGood({ quality }: FrameHash): boolean {
  return quality >= LIKENESS.quality;
}

/** Different videos, of their frames those that say something. */
function videoTable(): { add(frames: readonly FrameHash[]): "kept" | "repeated" | "weak"; videos(): FrameHash[][] } {
  const videos = new Map<string, FrameHash[]>();
  return {
    add: (frames) => {
      const good = frames.filter(isGood);
      if (good.length === 0) return "weak";
      const name = good.map(({ hash }) => String.fromCharCode(...hash)).join("");
      if (videos.has(name)) return "repeated";
      const renumbered = good.map((frame, i) => ({ ...frame, frame: i }));
      videos.set(name, renumbered);
      return "kept";
    },
    videos: () => [...videos.values()],
  };
}
